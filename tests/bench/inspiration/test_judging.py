import json

import numpy as np
import pytest

from modeloid.bench.inspiration import judges
from modeloid.bench.inspiration.judging import FACETS, WHOLE, Jury, judges_of
from modeloid.music.errors import DataError
from modeloid.music.represent.parts import LENGTH, ONSET, PART, PITCH, VELOCITY

from .bands import DRUMS, domain, songs

XS = [song.slice(0) for song in songs(4, first=50)]


def test_every_judge_places_slices_on_a_sphere(tmp_path):
    for judge in judges_of(songs(10), DRUMS, tmp_path, turns=2):
        found = judge.embed(XS)
        assert np.allclose((found**2).sum(axis=1), 1)
        assert judge.is_facet == (judge.name in FACETS)
        assert np.allclose(judge.likeness(XS[:1], XS), found[:1] @ found.T)


def test_they_are_kept_and_read_again_and_made_anew_for_other_songs(tmp_path):
    said = []
    first = judges(domain(), tmp_path, ["rhythm"], said.append, turns=2)[0].embed(XS)
    again = judges(domain(), tmp_path, ["rhythm"], said.append, turns=2)[0].embed(XS)
    assert len(said) == 1
    assert np.array_equal(first, again)
    judges(domain(valid=13), tmp_path, ["rhythm"], said.append, turns=2)
    assert len(said) == 2


def test_a_broken_file_is_made_anew(tmp_path):
    said = []
    judges_of(songs(10), DRUMS, tmp_path, ["rhythm"], said.append, turns=2)
    (tmp_path / "rhythm.safetensors").write_bytes(b"broken")
    judges_of(songs(10), DRUMS, tmp_path, ["rhythm"], said.append, turns=2)
    assert len(said) == 2
    assert json.loads((tmp_path / "rhythm.json").read_text())["judge"] == "rhythm"


def test_too_few_songs_are_an_error(tmp_path):
    with pytest.raises(DataError, match="too few"):
        judges_of(songs(3), DRUMS, tmp_path)


def test_what_they_do_not_hear_changes_nothing(tmp_path):
    rows = XS[0]
    flat, moved, drumless = rows.copy(), rows.copy(), rows[rows[:, PART] != DRUMS[0]]
    flat[:, VELOCITY] = 64
    moved[:, PITCH] += 2 * (rows[:, PART] != DRUMS[0])
    for judge in judges_of(songs(10), DRUMS, tmp_path, turns=2):
        own, *others = judge.embed([rows, flat, drumless])
        assert all(np.allclose(own, other, atol=1e-6) for other in others)
        if judge.name != "roll":
            # the roll's judge hears heights, and learns to make little of them
            assert np.allclose(own, judge.embed([moved])[0], atol=1e-6), judge.name


@pytest.mark.parametrize(("name", "deaf"), [("rhythm", PITCH), ("contour", ONSET)])
def test_a_facet_hears_its_own_side_alone(tmp_path, name, deaf):
    (judge,) = judges_of(songs(10), DRUMS, tmp_path, [name], turns=2)
    lead = XS[0][XS[0][:, PART] == 0]
    lead = lead[np.unique(lead[:, ONSET], return_index=True)[1]]
    changed = lead.copy()
    if deaf == PITCH:
        lead[:, LENGTH] = changed[:, LENGTH] = 1
        changed[:, PITCH] = 60
    if deaf == ONSET:
        changed[:, ONSET] = 2 * np.arange(len(lead))
        lead[:, LENGTH] = changed[:, LENGTH] = 1
    assert np.allclose(judge.embed([lead]), judge.embed([changed]), atol=1e-6)
    assert not np.allclose(judge.embed([lead]), judge.embed([XS[1]]), atol=1e-3)


def test_two_that_hear_all_are_of_different_kinds():
    from modeloid.bench.inspiration.nets import READERS

    kinds = {name: {type(part).__name__ for part in READERS[name]().modules()} for name in WHOLE}
    assert "GRU" in kinds["bars"] and "Conv2d" not in kinds["bars"]
    assert "Conv2d" in kinds["roll"] and "GRU" not in kinds["roll"]


def test_a_jury_is_the_mean_of_those_that_hear_all(tmp_path):
    known = judges_of(songs(10), DRUMS, tmp_path, ["bars", "roll", "rhythm"], turns=2)
    jury = Jury(tuple(known))
    assert [judge.name for judge in jury.hearing] == ["bars", "roll"]
    both = (known[0].likeness(XS, XS) + known[1].likeness(XS, XS)) / 2
    assert np.allclose(jury.likeness(XS, XS), both)
    assert jury.drum_parts == DRUMS
