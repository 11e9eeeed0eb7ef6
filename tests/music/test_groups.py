"""Named groups: each in its own permutation, none cut to the size of the smaller, nothing paired."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music import domain
from modeloid.music.columns import to_score
from modeloid.music.errors import DataError
from modeloid.music.groups import Walk, flat, groups

from .pieces import piece
from .split.test_split import tune

ROLL = {"kind": "roll", "steps_per_beat": 2, "window_steps": 16, "low": 48, "high": 96}


@pytest.fixture
def names(tmp_path, home):
    for place, first, count in (("one", 0, 40), ("two", 100, 90)):
        (tmp_path / place).mkdir()
        for seed in range(first, first + count):
            (tmp_path / place / f"{seed}.mid").write_bytes(to_score(piece(tune(seed, length=40))).dumps_midi())
    return [f"folder:{tmp_path / 'one'}", f"folder:{tmp_path / 'two'}"]


@pytest.fixture
def opened(names):
    return domain.open({"sets": {"a": [names[0]], "b": [names[1]]}, "representation": ROLL})


def test_an_epoch_is_as_long_as_the_larger_group_and_walks_all_of_both(opened, names):
    size, rng = opened.size("train"), Rng(0).at("item", 0)
    of = {group: {name for name in opened.names("train") if name.startswith(place)} for group, place in
          zip("ab", names, strict=True)}  # fmt: skip
    assert size == len(of["b"]) > len(of["a"])
    items = [walk.moved(np.arange(size), rng)[0] for walk in opened._walks["train"]]
    every = np.array(opened.names("train"))
    assert {str(name) for name in every[items[0]]} == of["a"] and {str(name) for name in every[items[1]]} == of["b"]
    assert sorted(items[1]) == sorted(set(items[1])), "the larger group once"
    visits = np.unique(items[0], return_counts=True)[1]
    assert visits.max() - visits.min() <= 1, "the smaller group as evenly as can be"
    batch = opened.batch("train", np.arange(6), rng)
    assert {name: found.shape for name, found in batch.items()} == {"a": (6, 16, 48), "b": (6, 16, 48)}


def test_the_same_numbers_give_the_same_items_whatever_else_is_asked_for(opened):
    rng = Rng(3).at("item", 4)
    whole = opened.batch("train", np.arange(opened.size("train")), rng)
    some = np.array([5, 2, 11])
    for name, found in opened.batch("train", some, rng).items():
        assert np.array_equal(found, whole[name][some])


def test_no_item_is_paired_with_another(opened):
    walks, size = opened._walks["train"], opened.size("train")
    met = set()
    for epoch in range(40):
        one, other = (walk.moved(np.arange(size), Rng(0).at("item", epoch))[0] for walk in walks)
        met |= set(zip(one.tolist(), other.tolist(), strict=True))
    pairs = len(walks[0]) * len(walks[1])
    by_chance = pairs * (1 - np.exp(-40 * size / pairs))
    assert len(met) == pytest.approx(by_chance, rel=0.03), "taking the smaller one modulo its size would meet few"


def test_an_item_that_comes_twice_is_cut_anew(opened):
    walk, rng = opened._walks["train"][0], Rng(0).at("item", 0)
    size = opened.size("train")
    items, passes = walk.moved(np.arange(size), rng)
    twice = [np.flatnonzero(items == item) for item in np.unique(items)]
    found = opened.batch("train", np.arange(size), rng)["a"]
    differ = [not np.array_equal(found[at[0]], found[at[1]]) for at in twice if len(at) > 1]
    assert passes.max() >= 1 and np.mean(differ) > 0.5


def test_held_out_items_come_once_each_and_the_smaller_group_runs_out(opened):
    for part in ("valid", "test"):
        size = opened.size(part)
        halves = [opened.batch(part, half, Rng(0)) for half in np.array_split(np.arange(size), 2)]
        counts = {name: sum(len(half[name]) for half in halves) for name in ("a", "b")}
        assert counts == {name: len(walk) for name, walk in zip("ab", opened._walks[part], strict=True)}
        assert max(counts.values()) == size


def test_groups_are_part_of_what_the_data_are(opened, names):
    flat_one = domain.open({"sets": names, "representation": ROLL})
    assert opened.digest != flat_one.digest and opened.groups == ("a", "b") and flat_one.groups == ()
    assert opened.shape == flat_one.shape and opened.licence == flat_one.licence
    assert len(opened.about()["sets"]) == 2


def test_what_is_no_group():
    assert groups(["x"]) == groups({"x": 2}) == {} and flat({"x": 2}) == {"x": 2}
    assert flat({"a": ["x"], "b": ["y", "z"]}) == ["x", "y", "z"]
    assert len(Walk(np.arange(3), 0)) == 3


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        ({"a": ["x"], "b": 2}, "group 'b'"),
        ({"a": ["x"], "b": []}, "group 'b'"),
        ({"a": ["x", "y"]}, "alone"),
        ({"a": ["x"], "b": ["x"]}, "two groups"),
    ],
)
def test_bad_groups_are_told(sets, says):
    with pytest.raises(DataError, match=says):
        domain.open({"sets": sets, "representation": ROLL})


def test_a_group_without_an_item_is_named(names, tmp_path):
    (tmp_path / "low").mkdir()
    for seed in range(12):
        low = piece([(beat, 1, 20 + (beat * seed) % 12) for beat in range(20)])
        (tmp_path / "low" / f"{seed}.mid").write_bytes(to_score(low).dumps_midi())
    sets = {"a": [names[0]], "b": [f"folder:{tmp_path / 'low'}"]}
    with pytest.raises(DataError, match=r"group 'b' has no item in \w+ \(.*no note"):
        domain.open({"sets": sets, "representation": {**ROLL, "whole": True}})


def test_pieces_are_judged_beside_each_group(opened):
    ours = {name: [index for index in opened._parts["train"] if opened._group[index] == which]
            for which, name in enumerate("ab")}  # fmt: skip
    assert all(ours.values()) and sum(map(len, ours.values())) == len(opened.pieces("train"))
    judged = opened.judge([to_score(opened._pieces[index]) for index in ours["a"]], "train")
    assert {name for name in judged if "group/" in name} == {
        f"{beside}group/{name}/{far}"
        for beside in ("", "data/")
        for name in "ab"
        for far in ("wasserstein", "overlap", "frechet")
    }
    assert [len(opened._represented("train", which)) for which in (0, 1)] == [len(ours[name]) for name in "ab"]
    assert judged["group/a/frechet"] < judged["group/b/frechet"]


def test_without_groups_nothing_is_said_of_them(names):
    alone = domain.open({"sets": names, "representation": ROLL})
    judged = alone.judge([to_score(piece) for piece in alone.pieces("valid")], "valid")
    assert "wasserstein" in judged and not any("group/" in name for name in judged)
