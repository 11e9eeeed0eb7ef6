from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music import domain
from modeloid.music.columns import to_score
from modeloid.music.errors import DataError
from modeloid.music.weights import draws, weights

from .pieces import piece
from .split.test_split import tune

ROLL = {"kind": "roll", "steps_per_beat": 2, "window_steps": 16, "low": 48, "high": 96}


@pytest.fixture
def names(tmp_path, home):
    for place, first in (("one", 0), ("two", 100)):
        (tmp_path / place).mkdir()
        for seed in range(first, first + 12):
            content = to_score(piece(tune(seed, length=40))).dumps_midi()
            (tmp_path / place / f"{seed}.mid").write_bytes(content)
    return [f"folder:{tmp_path / 'one'}", f"folder:{tmp_path / 'two'}"]


def count(opened, name):
    return sum(item.startswith(name) for item in opened.names("train"))


def test_an_item_of_weight_two_comes_twice(names):
    plain = domain.open({"sets": names, "representation": ROLL})
    heavy = domain.open({"sets": {names[0]: 1, names[1]: 2}, "representation": ROLL})
    assert count(heavy, names[0]) == count(plain, names[0])
    assert count(heavy, names[1]) == 2 * count(plain, names[1])
    assert heavy.size("train") == len(heavy.names("train"))
    for part in ("valid", "test"):
        assert heavy.names(part) == plain.names(part)


def test_each_visit_is_cut_anew_and_repeats_with_its_address(names):
    heavy = domain.open({"sets": {names[0]: 1, names[1]: 2}, "representation": ROLL, "transpose": [-5, 5]})
    twins = [at for at, (one, other) in enumerate(pairwise(heavy.names("train"))) if one == other]
    first, second = (heavy.batch("train", np.array(twins) + step, Rng(0)) for step in (0, 1))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, heavy.batch("train", np.array(twins), Rng(0)))
    alone = [heavy.batch("train", np.array([at]), Rng(0))[0] for at in twins]
    assert np.array_equal(first, alone)


def test_weights_of_one_are_a_list(names):
    plain = domain.open({"sets": names, "representation": ROLL})
    even = domain.open({"sets": dict.fromkeys(names, 1), "representation": ROLL})
    assert plain.digest == even.digest
    assert domain.open({"sets": {names[0]: 1, names[1]: 2}, "representation": ROLL}).digest != plain.digest
    indices = np.arange(plain.size("train"))
    assert np.array_equal(plain.batch("train", indices, Rng(1)), even.batch("train", indices, Rng(1)))


def test_the_licence_is_the_strictest(names):
    opened = domain.open({"sets": names, "representation": ROLL})
    assert opened.licence.term == "unknown"
    assert opened.licences[-1].startswith("all together: unknown")


@pytest.mark.parametrize(("weight", "items"), [(0.5, 5), (1.0, 10), (1.5, 15), (2.0, 20), (0.3, 3), (0.1, 1)])
def test_fractions_are_evenly_spaced(weight, items):
    visits = draws(np.full(10, weight))
    assert len(visits) == items
    assert (np.diff(visits) >= 0).all()
    copies = np.bincount(visits, minlength=10)
    assert copies.max() - copies.min() <= 1
    gaps = np.diff(np.flatnonzero(copies == copies.max()))
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_sets_of_different_weight_lie_between_one_another():
    assert draws(np.array([1.0, 2.0, 0.5, 1.0, 0.5])).tolist() == [0, 1, 1, 3, 4]


@pytest.mark.parametrize(
    ("sets", "text"),
    [
        ({"a": 0}, "no number above 0"),
        ({"a": -1}, "no number above 0"),
        ({"a": float("nan")}, "no number above 0"),
        ({"a": 1e9}, "at most 1000"),
        ({"a": True}, "no number"),
        ({"a": ["b"]}, "no number"),
        ({}, "not a list of names"),
        ("a", "not a list of names"),
        (["a", "a"], "twice"),
        ([3], "not a list of names"),
    ],
)
def test_odd_weights_are_refused(sets, text):
    with pytest.raises(DataError, match=text) as caught:
        weights(sets)
    assert "\n" not in str(caught.value)


def test_weights_that_leave_nothing_are_refused(names):
    with pytest.raises(DataError, match="leave no item"):
        domain.open({"sets": {names[0]: 0.001, names[1]: 0.001}, "representation": ROLL})


def test_the_published_split_is_used_when_asked_for(names, tmp_path, monkeypatch):
    from modeloid.music.store.corpus import Corpus

    given = [["train", "valid", "test", "train"][number % 4] for number in range(12)]
    monkeypatch.setattr(Corpus, "parts", property(lambda self: given))
    opened = domain.open({"sets": names[:1], "representation": ROLL, "split": "published"})
    assert [len(opened.pieces(part)) for part in ("train", "valid", "test")] == [6, 3, 3]
