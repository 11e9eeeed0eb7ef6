"""A score comes back with velocities and is otherwise untouched; wishes for new pieces do not go with it."""

import numpy as np
import pytest

from modeloid.backends.arguments import WishError
from modeloid.cycle.rng import Rng
from modeloid.models.inspired.items import Items
from modeloid.models.inspired.performing import given_score, performed
from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.errors import ReadError

from .small import SPEC, a_batch, a_modeloid, a_score, trained

NOTES = ("onset", "duration", "pitch", "track")


@pytest.fixture(scope="module")
def player():
    return trained(8, touch_excerpts=4, touch_width=8)


@pytest.fixture(scope="module")
def plain():
    return trained(6)


def loud(piece):
    return from_score(piece).notes["velocity"].astype(int)


def a_waltz():
    """In 3/4, off the grid, with a track that no part takes, pedal, words and a change of tempo."""
    columns = from_score(a_score())
    notes = {name: column.copy() for name, column in columns.notes.items()}
    notes["onset"] = notes["onset"] + (np.arange(len(columns)) % 3).astype(np.int32)
    about = {**columns.about, "meters": [[0, 3, 4]], "tempos": [[0, 400_000], [2400, 600_000]], "keys": [[0, 3, 0]]}
    about |= {"lyrics": [[0, 480, "la"]], "markers": [[960, "here"]]}
    beside = {"controls": np.array([[0, 480, 64, 127], [0, 960, 64, 0]], np.int32)}
    score = to_score(Columns(notes, about, beside))
    return from_score(score), score


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_nothing_but_velocities_changes(player, temperature):
    before, score = a_waltz()
    (piece,) = player.sample(1, Rng(1), perform=score, temperature=temperature)
    after = from_score(piece)
    assert all(np.array_equal(after.notes[name], before.notes[name]) for name in NOTES)
    assert after.about == before.about
    assert after.beside.keys() == before.beside.keys()
    assert all(np.array_equal(after.beside[name], before.beside[name]) for name in before.beside)
    assert not np.array_equal(after.notes["velocity"], before.notes["velocity"])
    assert len(set(after.notes["velocity"].tolist())) > 1


def test_the_expected_performance_is_one_and_drawn_ones_differ(player):
    expected = player.sample(3, Rng(2), perform=a_score(), temperature=0)
    assert all(np.array_equal(loud(piece), loud(expected[0])) for piece in expected)
    assert np.array_equal(loud(player.sample(1, Rng(9), perform=a_score(), temperature=0)[0]), loud(expected[0]))
    # the expected one errs least: it is what is meant where nothing is said
    assert np.array_equal(loud(player.sample(1, Rng(9), perform=a_score())[0]), loud(expected[0]))
    drawn = player.sample(2, Rng(2), perform=a_score(), temperature=1)
    assert not np.array_equal(loud(drawn[0]), loud(drawn[1]))
    assert np.array_equal(loud(player.sample(1, Rng(2), perform=a_score(), temperature=1)[0]), loud(drawn[0]))


def test_the_expected_performance_is_computed_once_however_many_are_wished(player, monkeypatch):
    asked = []
    for name in ("expected", "drawn"):
        real = getattr(player.maker.touch, name)
        monkeypatch.setattr(
            player.maker.touch,
            name,
            lambda parts, *more, name=name, real=real: asked.append((name, len(parts.rows))) or real(parts, *more),
        )
    score, generators = given_score(a_score(), Items(SPEC)), [np.random.default_rng(seed) for seed in range(3)]
    expected, drawn = (performed(player.maker, score, generators, warmth, ()) for warmth in (0, 1.0))
    assert len(expected) == len(drawn) == 3 and asked == [("expected", 1), ("drawn", 3)]
    assert len({loud(piece).tobytes() for piece in expected}) == 1 < len({loud(piece).tobytes() for piece in drawn})


def test_velocities_of_the_score_are_not_looked_at(player):
    columns = from_score(a_score())
    flat = to_score(Columns({**columns.notes, "velocity": np.full_like(columns.notes["velocity"], 64)}, columns.about))
    for temperature in (0, 1.0):
        told = [player.sample(1, Rng(3), perform=one, temperature=temperature)[0] for one in (a_score(), flat)]
        assert np.array_equal(loud(told[0]), loud(told[1]))


def test_it_performs_as_it_was_taught(player):
    """Songs by rule grow louder bar by bar, and their leads are louder than their chords."""
    taught = trained(60, touch_excerpts=6, touch_width=16)
    errors = []
    for modeloid in (taught, a_modeloid(touch_excerpts=6, touch_width=16)):
        (piece,) = modeloid.sample(1, Rng(3), perform=a_score(), temperature=0)
        errors.append(np.abs(loud(piece) - loud(a_score())).mean())
    flat = np.abs(loud(a_score()) - loud(a_score()).mean()).mean()
    assert errors[0] < 0.9 * flat < errors[1]


def test_a_state_with_who_performs_comes_back(player, tmp_path):
    player.save(tmp_path)
    again = a_modeloid(tmp_path, touch_excerpts=4, touch_width=8)
    for temperature in (0, 1.0):
        told = [one.sample(1, Rng(4), perform=a_score(), temperature=temperature)[0] for one in (player, again)]
        assert np.array_equal(loud(told[0]), loud(told[1]))
    with again.averaged():
        averaged = loud(again.sample(1, Rng(4), perform=a_score(), temperature=0)[0])
    assert not np.array_equal(averaged, loud(again.sample(1, Rng(4), perform=a_score(), temperature=0)[0]))


@pytest.mark.parametrize(
    "beside", [{"length_bars": 8}, {"inspiration": "x.mid"}, {"tempo_bpm": 90}, {"candidates": 2}, {"strength": 1.0}]
)
def test_what_is_wished_of_new_pieces_does_not_go_with_a_score(plain, beside):
    with pytest.raises(WishError, match=next(iter(beside))):
        plain.sample(1, Rng(0), perform=a_score(), **beside)


def test_temperature_nought_is_for_scores_alone(plain):
    with pytest.raises(WishError, match="temperature"):
        plain.sample(1, Rng(0), temperature=0)
    with pytest.raises(WishError, match="temperature"):
        plain.sample(1, Rng(0), perform=a_score(), temperature=0.01)


def test_what_cannot_be_performed_says_why(plain, tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        plain.sample(1, Rng(0), perform=tmp_path / "none.mid")
    empty = to_score(
        Columns({name: column[:0] for name, column in from_score(a_score()).notes.items()}, a_waltz()[0].about)
    )
    with pytest.raises(WishError, match="nothing to perform"):
        plain.sample(1, Rng(0), perform=empty)
    rolls = a_modeloid(generator="roll", roll_width=8, roll_features=8, roll_excerpts=2)
    for modeloid in (plain, rolls):
        with pytest.raises(WishError, match="not learned to perform"):
            modeloid.sample(1, Rng(0), perform=a_score())


def test_a_path_is_a_score_too(player, tmp_path):
    a_score().dump_midi(tmp_path / "score.mid")
    told = [player.sample(1, Rng(5), perform=one, temperature=0)[0] for one in (a_score(), tmp_path / "score.mid")]
    assert np.array_equal(loud(told[0]), loud(told[1]))


def test_who_performs_is_there_only_where_it_learns(player, plain):
    """Without it a state is what it was before there was any."""
    assert plain.maker.sampled == tuple(plain.maker.nets) == ("plan", "notes")
    assert player.maker.sampled == tuple(player.maker.nets) == ("plan", "notes", "touch")
    assert list(plain.maker.optimisers) == ["plan", "note"]
    for modeloid in (plain, player):
        told = modeloid.train(a_batch(6, 5), Rng(0).at("train", 99)), modeloid.loss(a_batch(3), Rng(0))
        assert all(("touch" in one) == (modeloid is player) for one in told)


def test_who_learned_all_meters_is_inspired_by_all():
    _, waltz = a_waltz()
    with pytest.raises(WishError, match="3/4"):
        Items(SPEC).rows(waltz, "waltz")
    rows, bars, _ = Items({**SPEC, "other_meters": "pad"}).rows(waltz, "waltz")
    assert len(rows) > 100 and bars == 22 and (rows[:, 0] % 16 < 12).all()


def test_a_batch_without_a_note_costs_nothing():
    modeloid, batch = a_modeloid(touch_excerpts=4, touch_width=8), a_batch(3)
    silent = batch._replace(rows=batch.rows[:0], edges=np.zeros_like(batch.edges))
    assert modeloid.loss(silent, Rng(0))["touch"] == (0, 0)
    total, notes = modeloid.loss(batch, Rng(0))["touch"]
    assert total > 0 and notes == len(batch.rows)
