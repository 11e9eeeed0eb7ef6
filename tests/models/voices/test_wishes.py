"""Wishes: what is kept of a piece, and one clear line for what cannot be."""

import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, WishError
from modeloid.models.voices.items import Items
from modeloid.models.voices.wishes import understood

from .small import a_grid, a_spec

ITEMS, MODEL = Items(4, 6), {"beat": 2}
PIECE = a_grid(29, of=4)


def kept(**wishes):
    return understood({"given": PIECE, **wishes}, MODEL, ITEMS)


def test_nothing_wished_is_nothing_given():
    wish = understood({}, MODEL, ITEMS)
    assert wish.given.shape == (128, 4) and not wish.given.any() and (wish.values == -1).all()
    assert understood({"length_bars": 2}, MODEL, ITEMS).given.shape == (16, 4)


def test_voices_are_kept_throughout_and_bars_in_all_voices():
    wish = kept(voices="soprano, Bass", bars="2, 4-")
    where = np.zeros((29, 4), bool)
    where[:, [0, 3]] = where[8:16] = where[24:] = True
    assert (wish.given == where).all()
    assert (wish.values[where] == PIECE.astype(int)[where] - 1).all() and (wish.values[~where] == -1).all()


def test_without_voices_and_bars_all_is_kept_and_gone_on_from():
    wish = kept(length_bars=5)
    assert wish.given.shape == (40, 4) and wish.given[:29].all() and not wish.given[29:].any()
    assert kept(voices=["alto"], length_bars=2).given.sum(0).tolist() == [0, 16, 0, 0]


@pytest.mark.parametrize("bars", ["1-2,4", [1, 2, 4], ["1-2", 4], " 1 - 2 , 4 "])
def test_bars_may_be_written_in_several_ways(bars):
    assert np.flatnonzero(kept(bars=bars).given.all(1)).tolist() == [*range(16), *range(24, 29)]


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        ({"temprature": 1}, "temperature"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_p": 0}, "top_p"),
        ({"top_p": 1.5}, "top_p"),
        ({"length_bars": -1}, "length_bars"),
        ({"length_bars": 2.5}, "length_bars"),
        ({"voices": "sopran"}, "soprano"),
        ({"voices": ""}, "unknown voice"),
        ({"voices": 1}, "names no voice"),
        ({"bars": "x"}, "'x' is no bar"),
        ({"bars": ""}, "is no bar"),
        ({"bars": "0-2"}, "no stretch"),
        ({"bars": "3-2"}, "no stretch"),
        ({"bars": "1-5"}, "no bar 5"),
        ({"bars": "3-4", "length_bars": 2}, "bar 3 lies behind length_bars=2"),
        ({}, "all of it is kept"),
        ({"voices": "soprano, alto, tenor, bass"}, "all of it is kept"),
        ({"length_bars": 2}, "all of it is kept"),
    ],
)
def test_bad_wishes_are_told_in_one_line(wishes, names):
    with pytest.raises(WishError, match=names) as caught:
        kept(**wishes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["voices", "bars"])
def test_keeping_needs_something_given(name):
    with pytest.raises(WishError, match="nothing is given"):
        understood({name: "1" if name == "bars" else "alto"}, MODEL, ITEMS)


def test_a_voice_that_is_not_there_cannot_be_kept():
    silent = PIECE.copy()
    silent[:, 1] = 0
    with pytest.raises(WishError, match="no alto"):
        understood({"given": silent, "voices": "alto"}, MODEL, ITEMS)


@pytest.mark.parametrize("piece", [np.zeros((4, 5)), np.zeros(4), np.zeros((0, 4)), np.full((4, 4), 7)])
def test_a_piece_of_another_shape_is_refused(piece):
    with pytest.raises(BatchError, match="given"):
        understood({"given": piece, "voices": "alto"}, MODEL, ITEMS)


def test_no_file_is_nothing_to_complete():
    from modeloid.music.errors import ReadError

    with pytest.raises(ReadError, match="no such file"):
        understood({"given": "nowhere.mid"}, MODEL, Items(4, 6, a_spec(4)))
