import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, ParameterError, WishError
from modeloid.check.suite import check
from modeloid.cycle.contract import Tells
from modeloid.cycle.errors import StateError
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import inspired
from modeloid.models.inspired.items import Items
from modeloid.music.errors import MusicError
from modeloid.music.represent.parts import ONSET, PART

from .small import Songs, a_batch, a_card, a_modeloid, a_score, coder, trained


@pytest.fixture(scope="module")
def taught():
    return trained()


def rows_of(piece):
    return coder().encode(piece)


def test_it_keeps_the_contract():
    found = check(a_card(), inspired.load_model, Songs(), Alone())
    assert [result for result in found if not result.passed] == []
    assert len(found) >= 17


def test_rolls_learn_save_and_make_pieces_too(tmp_path):
    parameters = {"generator": "roll", "roll_width": 8, "roll_features": 8, "roll_excerpts": 2}
    modeloid = trained(5, **parameters)
    wishes = {"inspiration": a_score(), "length_bars": 8, "candidates": 2}
    ((piece, said),) = modeloid.told(1, Rng(5), **wishes)
    assert said["verdict"] and piece.note_num() > 0
    modeloid.save(tmp_path)
    again = a_modeloid(tmp_path, **parameters)
    assert np.array_equal(rows_of(again.told(1, Rng(5), **wishes)[0][0]), rows_of(piece))
    assert np.isfinite(modeloid.loss(a_batch(3), Rng(0))["loss"][0])


def test_notes_without_a_plan_learn_and_make_pieces_too():
    modeloid = trained(6, generator="notes")
    before = {name: value.clone() for name, value in modeloid.maker.nets["plan"].state_dict().items()}
    assert set(modeloid.train(a_batch(6, 5), Rng(0).at("train", 99))) == {"notes"}
    assert all((value == before[name]).all() for name, value in modeloid.maker.nets["plan"].state_dict().items())
    batch, rng = a_batch(3), Rng(0)
    alone = modeloid.loss(batch, rng)
    assert alone["plan"][0] == 0 and alone["loss"] == alone["notes"]
    modeloid.model["generator"] = "events"
    planned = modeloid.loss(batch, rng)
    assert planned["plan"][0] > 0 and planned["notes"] != alone["notes"]
    modeloid.model["generator"] = "notes"
    assert rows_of(modeloid.sample(1, Rng(5), inspiration=a_score(), length_bars=8, candidates=2)[0])[:, ONSET].max()


def test_first_the_encoders_learn_and_then_the_rest():
    modeloid = a_modeloid()
    told = [modeloid.train(a_batch(6, seed), Rng(0).at("train", seed)) for seed in range(4)]
    assert [set(one) for one in told] == [{"idea/loss", "idea/found"}] * 2 + [{"plan", "notes"}] * 2


def test_plans_and_notes_get_likelier_as_it_learns():
    fresh, batch = a_modeloid(), a_batch(6, 9)
    before, after = (one.loss(batch, Rng(1)) for one in (fresh, trained(30)))
    assert after["notes"][0] < before["notes"][0] - 0.3 * before["notes"][1]
    assert after["plan"][0] < before["plan"][0]


def test_encoders_stand_still_while_the_rest_learns(taught):
    weights = {name: value.clone() for name, value in taught.ensemble.state_dict().items()}
    moved = {name: value.clone() for name, value in taught.maker.nets["plan"].state_dict().items()}
    taught.train(a_batch(6, 5), Rng(0).at("train", 99))
    assert all((value == weights[name]).all() for name, value in taught.ensemble.state_dict().items())
    assert any((value != moved[name]).any() for name, value in taught.maker.nets["plan"].state_dict().items())


def test_pieces_have_the_length_asked_for_velocities_and_parts(taught):
    for bars in (3, 24):
        (piece,) = taught.sample(1, Rng(4), length_bars=bars)
        rows = rows_of(piece)
        assert rows[:, ONSET].max() < 16 * bars
        assert rows[:, ONSET].max() >= 16 * (bars - 2)
        assert len(np.unique(rows[:, 3])) > 3 and len(np.unique(rows[:, PART])) > 1


def test_what_inspired_says_so_in_a_receipt(taught):
    assert isinstance(taught, Tells)
    ((_, said),) = taught.told(1, Rng(5), inspiration=a_score(), length_bars=8, candidates=2)
    assert said["strength"] == 0.7 and said["inspirers"][0]["weight"] == 1
    assert said["refused"]["candidates"] >= 0 and said["verdict"]
    assert "harmony" in str(said)


def test_strength_nought_is_exactly_uninspired(taught):
    with_, without = (taught.told(1, Rng(6), length_bars=8, **more)[0]
                      for more in ({"inspiration": a_score(), "strength": 0}, {}))  # fmt: skip
    assert np.array_equal(rows_of(with_[0]), rows_of(without[0]))
    # what shares nothing but by chance is said to, and of nothing nothing is said
    assert with_[1]["strength"] == 0 and with_[1]["inspirers"][0]["name"] and not without[1]
    assert "Made without" in with_[1]["verdict"]
    inspired_ = taught.sample(1, Rng(6), length_bars=8, inspiration=a_score(), strength=1.0)[0]
    assert not np.array_equal(rows_of(inspired_), rows_of(without[0]))


def test_several_inspire_by_their_weights(taught, tmp_path):
    paths = []
    for number in range(2):
        path = tmp_path / f"{number}.mid"
        a_score(300 + number).dump_midi(path)
        paths.append(str(path))
    ways = [paths, {paths[0]: 1, paths[1]: 1}, [[paths[0], 2], [paths[1], 2]]]
    found = [taught.told(1, Rng(7), length_bars=8, candidates=2, inspiration=way)[0] for way in ways]
    assert np.array_equal(rows_of(found[0][0]), rows_of(found[1][0]))
    assert np.array_equal(rows_of(found[0][0]), rows_of(found[2][0]))
    assert [one["weight"] for one in found[0][1]["inspirers"]] == [0.5, 0.5]
    assert found[0][1]["inspirers"][1]["name"] == "1.mid"
    uneven = taught.told(1, Rng(7), length_bars=8, candidates=2, inspiration={paths[0]: 99, paths[1]: 1})[0]
    assert uneven[1]["inspirers"][0]["weight"] == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"inspirations": 1}, "inspiration"),
        ({"strength": 1.5}, "strength"),
        ({"length_bars": 0}, "length_bars"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": 1e-308}, "temperature"),
        ({"tempo_bpm": 3}, "tempo_bpm"),
        ({"candidates": 0}, "candidates"),
        ({"inspiration": []}, "no piece is named"),
    ],
)
def test_wishes_out_of_range_are_refused(taught, wishes, says):
    with pytest.raises(WishError, match=says):
        taught.sample(1, Rng(0), **wishes)


def test_weights_below_nought_and_what_is_no_piece_are_refused(taught, tmp_path):
    with pytest.raises(WishError, match="weight"):
        taught.sample(1, Rng(0), inspiration=[[a_score(), -1]])
    with pytest.raises(MusicError, match="no such file"):
        taught.sample(1, Rng(0), inspiration=str(tmp_path / "none.mid"))
    (tmp_path / "text.mid").write_text("no music")
    with pytest.raises(MusicError):
        taught.sample(1, Rng(0), inspiration=str(tmp_path / "text.mid"))


def only(keep, bars=16):
    rows = rows_of(a_score(301, bars))
    return coder().decode(rows[keep(rows)])


def test_odd_inspirers_give_a_piece_or_say_why(taught):
    with pytest.raises(WishError, match="hardly a note with a pitch"):
        taught.sample(1, Rng(0), inspiration=only(lambda rows: rows[:, PART] == 0), length_bars=8)
    with pytest.raises(WishError, match="hardly a note"):
        taught.sample(1, Rng(0), inspiration=only(lambda rows: np.arange(len(rows)) == 2), length_bars=8)
    two_bars = only(lambda rows: rows[:, ONSET] < 32)
    long = a_score(302, 200)
    waltz = a_score(303)
    from symusic import TimeSignature

    waltz.time_signatures.clear()
    waltz.time_signatures.append(TimeSignature(0, 3, 4))
    for piece in (two_bars, long):
        assert taught.told(1, Rng(0), inspiration=piece, length_bars=8, candidates=2)[0][1]["verdict"]
    with pytest.raises(WishError, match="is in 3/4"):
        taught.sample(1, Rng(0), inspiration=waltz, length_bars=8)
    far = only(lambda rows: np.arange(len(rows)) < 30)
    far.tracks[0].notes[len(far.tracks[0].notes) - 1].time = 1_000_000 * 1920
    with pytest.raises(WishError, match="at most"):
        taught.sample(1, Rng(0), inspiration=far, length_bars=8)


@pytest.mark.parametrize("meters", [[(1, 4)], [(4, 4), (1, 4)]])
def test_bars_that_a_file_does_not_say_are_found(meters):
    from symusic import TimeSignature

    straight, odd = a_score(300), a_score(300)
    odd.time_signatures.clear()
    for meter in meters:
        # of several at one tick the last is in force
        odd.time_signatures.append(TimeSignature(0, *meter))
    for track in odd.tracks:
        for number in range(len(track.notes)):
            track.notes[number].time += 720
    items = Items(coder().spec)
    right, _, _ = items.rows(straight, "x")
    found, _, _ = items.rows(odd, "x")
    steps = found[:, ONSET] - right[:, ONSET]
    assert len(found) == len(right) and set(steps.tolist()) == {16}


def test_whole_pieces_are_chosen_though_nothing_inspires_and_phrases_are_not(taught, monkeypatch):
    written = []
    write = taught.maker.write
    monkeypatch.setattr(taught.maker, "write", lambda *given: written.append(len(given[0])) or write(*given))
    taught.sample(1, Rng(1), length_bars=16, candidates=3)
    taught.sample(1, Rng(1), length_bars=8, candidates=3)
    assert written[0] == 3 and written[-1] == 1


def test_notes_end_with_the_piece_and_the_first_named_does_not_say_the_key(taught):
    (piece,) = taught.sample(1, Rng(4), length_bars=3)
    assert (rows_of(piece)[:, ONSET] + rows_of(piece)[:, 1]).max() <= 48
    light, heavy = a_score(300), a_score(301)
    light.tempos.clear()
    found = taught.sample(1, Rng(4), length_bars=2, candidates=1, inspiration=[[light, 1], [heavy, 9]])[0]
    assert found.tempos[0].mspq == heavy.tempos[0].mspq


def test_a_batch_of_another_kind_is_refused(taught):
    with pytest.raises(BatchError, match="no batch of excerpts"):
        taught.loss(np.zeros((4, 3)), Rng(0))
    with pytest.raises(BatchError, match="no group is called 'own'"):
        taught.loss({"others": a_batch()}, Rng(0))


def test_groups_teach_ideas_and_the_own_one_the_rest():
    modeloid = a_modeloid()
    for turn in range(3):
        told = modeloid.train({"others": a_batch(4, 7), "own": a_batch(4, turn)}, Rng(0).at("train", turn))
    assert set(told) == {"plan", "notes"}


def test_damaged_memories_and_settings_are_refused(taught, tmp_path):
    taught.save(tmp_path)
    (tmp_path / "memory.npz").write_bytes(b"x")
    with pytest.raises(StateError, match="memory"):
        a_modeloid(tmp_path)
    with pytest.raises(ParameterError, match="no turn is left"):
        a_modeloid(idea_turns=1000)
    with pytest.raises(ParameterError, match="idea_turns"):
        a_modeloid(idea_turn=3)
