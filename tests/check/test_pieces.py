"""Pieces of any kind can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from modeloid.check.pieces import same


class Written:
    def write(self, piece, stem, formats=(), recipe=None):
        stem.with_suffix(".txt").write_text(repr(vars(piece)))


class Silent:
    def __init__(self, value):
        self.value = value


@dataclass
class OfArrays:
    value: np.ndarray


@dataclass
class OfNumbers:
    value: float


PAIRS = {
    "arrays": (np.arange(3), np.arange(3), True),
    "other arrays": (np.arange(3), np.array([0, 1, 3]), False),
    "other kinds of arrays": (np.arange(3), np.arange(3.0), False),
    "not a number": (np.array([np.nan]), np.array([np.nan]), True),
    "lists": ([1, np.ones(2)], [1, np.ones(2)], True),
    "longer lists": ([1], [1, 2], False),
    "dicts": ({"a": np.ones(2)}, {"a": np.ones(2)}, True),
    "other dicts": ({"a": np.ones(2)}, {"a": np.zeros(2)}, False),
    "equal": (OfNumbers(1), OfNumbers(1), True),
    "unequal": (OfNumbers(1), OfNumbers(2), False),
    "kinds": (OfNumbers(1), Silent(1), False),
    "written alike": (Silent(1), Silent(1), True),
    "written otherwise": (Silent(1), Silent(2), False),
    "of arrays": (OfArrays(np.arange(2)), OfArrays(np.arange(2)), True),
    "of other arrays": (OfArrays(np.arange(2)), OfArrays(np.ones(2)), False),
}


@pytest.mark.parametrize(("a", "b", "expected"), PAIRS.values(), ids=PAIRS.keys())
def test_two_pieces(a, b, expected, tmp_path):
    assert same(a, b, Written(), tmp_path) is expected
