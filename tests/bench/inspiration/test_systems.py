from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench.inspiration.systems import (
    answering,
    cheating,
    heard_again,
    inspirers,
    nearest_real,
    of_modeloid,
    read,
    strangers,
    written,
)
from modeloid.music.kinship import CHEATERS, barcopy_mean
from modeloid.music.represent.parts import cut

from .bands import CODER, DRUMS, songs

SONGS = songs(5)
XS = [song.slice(0) for song in SONGS]


def test_an_inspirer_and_its_kin_do_not_overlap_and_are_the_same_again():
    numbers, firsts = inspirers(SONGS, DRUMS)
    assert numbers == [0, 1, 2, 3, 4]
    assert (np.abs(firsts[:, 0] - firsts[:, 1]) >= 8).all()
    assert np.array_equal(firsts, inspirers(SONGS, DRUMS)[1])
    assert not np.array_equal(firsts, inspirers(SONGS, DRUMS, seed=1)[1])
    copied = [barcopy_mean(s.slice(a), s.slice(b), DRUMS) for s, (a, b) in zip(SONGS, firsts, strict=True)]
    assert max(copied) <= 0.42


@pytest.mark.parametrize("seed", range(5))
def test_a_stranger_is_never_the_inspirer_itself(seed):
    assert all(made is not x for made, x in zip(strangers(XS, seed), XS, strict=True))


def test_the_nearest_real_slice_by_a_code():
    def code(slices):
        return np.array([[float(rows[:, 2].mean())] for rows in slices])

    system = nearest_real(XS[2:], code)
    assert all(np.array_equal(made, x) for made, x in zip(system(XS[2:], 0), XS[2:], strict=True))
    asked, heights = code(XS[:1]), code(XS[2:])
    assert np.array_equal(system(XS[:1], 0)[0], XS[2:][int(np.abs(heights - asked).argmin())])


def test_all_eleven_cheat():
    found = cheating(XS[3:], [(song, 0) for song in SONGS[:2]], DRUMS, lambda rows: np.ones((len(rows), 1)))
    assert tuple(found) == CHEATERS
    assert all(len(slices) == 2 for slices in found.values())
    assert np.array_equal(found["identity"][1], XS[1])


def test_music_comes_back_from_its_midi_file():
    for x, again in zip(XS, heard_again(XS, CODER), strict=True):
        assert np.array_equal(again, cut(x, 0, 8))
    assert written(CODER.decode(XS[0])).note_num() == len(XS[0])


def test_what_is_silent_stays_silent():
    assert heard_again([XS[0][:0]], CODER)[0].shape == (0, 5)


def test_more_than_eight_bars_are_cut():
    assert np.array_equal(heard_again([SONGS[0].rows], CODER)[0], XS[0])


def test_a_modeloid_answers_a_score():
    modeloid = SimpleNamespace(sample=lambda n, rng, inspiration, **wishes: [inspiration] * n)
    assert np.array_equal(answering(modeloid, CODER)(CODER.decode(XS[0])), XS[0])


def test_a_modeloid_is_asked_with_each_inspirer_and_its_own_stream():
    asked = []

    def sample(n, rng, inspiration=None, **wishes):
        asked.append((n, rng.where, inspiration, wishes))
        return [inspiration if inspiration is not None else CODER.decode(XS[0])] * n

    modeloid = SimpleNamespace(sample=sample)
    made = of_modeloid(modeloid, CODER, {"strength": 0.5})(XS[:2], 3)
    assert all(np.array_equal(y, x) for y, x in zip(made, XS, strict=False))
    assert [(one[0], one[3]) for one in asked] == [(1, {"strength": 0.5})] * 2
    assert asked[0][1] != asked[1][1]
    asked.clear()
    made = of_modeloid(modeloid, CODER, {"bars": 8}, inspired=False)(XS[:2], 3)
    assert [(one[0], one[2], one[3]) for one in asked] == [(2, None, {"bars": 8})]
    assert np.array_equal(made[1], read(CODER.decode(XS[0]), CODER))
