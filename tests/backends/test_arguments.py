"""Parameters and wishes are checked by name and range; what is not given is the default."""

from __future__ import annotations

from typing import Any

import pytest

from modeloid.backends.arguments import (
    ParameterError,
    WishError,
    above,
    least,
    number,
    parameters,
    require,
    share,
    whole,
    wholes,
    wishes,
)

KNOWN = {"width": (8, "whole number >= 1", "features"), "dropout": (0.5, ">= 0 and < 1", "share left out")}
RULES = {"dropout": share}


def test_what_is_given_lies_over_the_defaults() -> None:
    assert parameters({"dropout": 0.1}, KNOWN, RULES, "family") == {"width": 8, "dropout": 0.1}
    assert wishes({"b": 3}, {"a": ("first", 1), "b": ("second", 2)}) == {"a": 1, "b": 3}


def test_defaults_are_not_changed_by_what_is_given() -> None:
    parameters({"width": 2}, KNOWN, RULES, "family")
    assert KNOWN["width"][0] == 8


def test_an_unknown_name_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ParameterError, match=r"model family.*Did you mean 'width'\?"):
        parameters({"widht": 3}, KNOWN, RULES, "family")
    with pytest.raises(WishError, match=r"Did you mean 'temperature'\?"):
        wishes({"temprature": 1}, {"temperature": ("", 1.0)})


@pytest.mark.parametrize(
    ("name", "value"), [("width", 0), ("width", 2.0), ("width", True), ("dropout", 1), ("dropout", "0")]
)
def test_a_value_out_of_its_range_is_told_with_the_range(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=f"parameter {name}: .*It must be {KNOWN[name][1]}"):
        parameters({name: value}, KNOWN, RULES, "family")


def test_require_says_what_a_wish_must_be() -> None:
    require(True, "length", 3, "at most 4")
    with pytest.raises(WishError, match=r"wish length: .*It must be at most 4"):
        require(False, "length", 5, "at most 4")


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), float("inf"), [1]])
def test_what_is_no_number_is_in_no_range(value: Any) -> None:
    assert not any((number(value), above(value, 0), least(value, 0), share(value), whole(value, 0)))


def test_ranges_hold_their_ends() -> None:
    assert (above(0, 0), least(0, 0), share(0), share(0.999), share(1)) == (False, True, True, True, False)
    assert (whole(3, 3), whole(2, 3), wholes([1, 2], 1, 2), wholes([1], 1, 2), wholes([0, 1], 1, 2)) == (
        True, False, True, False, False,
    )  # fmt: skip
