"""Spans and cadences, and the recipe that is read from an mconfig."""

import math

import pytest

from modeloid.cycle.cadence import Cadence, Schedule, Span
from modeloid.cycle.errors import CycleError
from modeloid.cycle.recipe import DEFAULTS, Recipe


@pytest.mark.parametrize(
    ("text", "turns", "seconds"),
    [
        ("500t", 500, math.inf),
        ("2e", 20, math.inf),
        ("0.5e", 5, math.inf),
        ("0.01e", 1, math.inf),
        ("30s", None, 30),
        ("1.5m", None, 90),
        ("3h", None, 10800),
    ],
)
def test_spans(text, turns, seconds):
    span = Span.parse(text, "here")
    assert (span.turns(10), span.seconds, str(span)) == (turns, seconds, text)


BAD = [
    "",
    "5",
    "t",
    "0t",
    "0.0e",
    "-1e",
    "1.5t",
    "1d",
    "1 t",
    "1t ",
    "1e5t",
    "nant",
    "inft",
    5,
    None,
    "9" * 400 + "e",
    "٣t",
]


@pytest.mark.parametrize("text", BAD)
def test_bad_spans(text):
    with pytest.raises(CycleError, match=r"^here: .* is no span\. Write a positive number with a unit") as caught:
        Span.parse(text, "here")
    assert "\n" not in str(caught.value)


def due(cadence, steps):
    found = []
    for step in steps:
        if cadence.due(step, 0.0):
            found.append(step)
            cadence.passed(step, 0.0)
    return found


def test_by_turns_it_is_due_at_every_multiple_wherever_a_run_begins():
    assert due(Cadence(Span(3, "t"), 10, 0, 0.0), range(1, 11)) == [3, 6, 9]
    assert due(Cadence(Span(3, "t"), 10, 4, 0.0), range(5, 11)) == [6, 9]
    assert due(Cadence(Span(3, "t"), 10, 6, 0.0), range(7, 11)) == [9]
    assert due(Cadence(Span(1, "e"), 4, 0, 0.0), range(1, 11)) == [4, 8]
    assert due(Cadence(None, 4, 0, 0.0), range(1, 11)) == []


def test_asked_for_between_it_stays_at_its_multiples():
    cadence = Cadence(Span(4, "t"), 10, 0, 0.0)
    cadence.passed(2, 0.0)
    assert due(cadence, range(3, 9)) == [4, 8]


def test_by_the_clock_it_is_due_so_long_after_the_last_time():
    cadence = Cadence(Span(10, "s"), 10, 0, 100.0)
    assert not cadence.due(1, 109.9) and cadence.due(2, 110.0)
    cadence.passed(2, 113.0)
    assert not cadence.due(3, 122.9) and cadence.due(4, 123.0)


@pytest.mark.parametrize("key", [key for key in DEFAULTS if key != "wishes"])
def test_a_mistyped_key_is_told_the_nearest(key):
    with pytest.raises(CycleError, match=f"cycle: no key '{key}x'. Did you mean '{key}'"):
        Recipe.read({f"{key}x": 1})


def test_a_schedule_looks_no_later_than_anything_is_due():
    cadences = {name: Cadence(Span.parse(text, "x"), 10, 0, 0.0) for name, text in (("often", "3t"), ("rarely", "1e"))}
    schedule = Schedule(cadences, 11, 0.0)
    looked, due = [], {}
    for step in range(1, 13):
        if step >= schedule.next_turn:
            looked.append(step)
            due[step] = schedule.due(step, 0.1)
            schedule.passed(due[step], step, 0.1)
    assert due == {3: ["often"], 6: ["often"], 9: ["often"], 10: ["rarely"], 11: [], 12: ["often"]}
    assert schedule.next_turn == 11, "the last turn stays due"
    assert looked == list(due)


def test_a_schedule_looks_at_the_clock_at_least_twice_a_second():
    schedule = Schedule(
        {"save": Cadence(Span.parse("2s", "x"), 10, 0, 5.0), "never": Cadence(None, 10, 0, 5.0)}, 9, 5.0
    )
    assert schedule.next_time == 5.5
    assert schedule.due(1, 5.5) == []
    assert schedule.next_time == 6.0
    assert schedule.due(2, 6.8) == []
    assert schedule.next_time == 7.0
    assert schedule.due(3, 7.0) == ["save"]
    schedule.passed(["save"], 3, 7.0)
    assert schedule.next_time == 7.5
    assert schedule.due(4, 8.9) == []


BAD_VALUES = [
    ("seed", -1),
    ("seed", "0"),
    ("seed", True),
    ("batch", 0),
    ("batch", 2.0),
    ("pieces", -1),
    ("patience", None),
    ("ahead", -1),
    ("last", "never"),
    ("last", 10),
    ("log", "1s"),
    ("log", "never"),
    ("validate", "always"),
    ("hang", "1"),
    ("wishes", ["a"]),
    ("best", "valid/loss"),
    ("best", "least valid/loss"),
    ("best", "min train/loss"),
    ("best", None),
]


@pytest.mark.parametrize(("key", "value"), BAD_VALUES)
def test_values_out_of_range_name_their_key(key, value):
    with pytest.raises(CycleError, match=f"cycle\\['{key}'\\]"):
        Recipe.read({key: value})


def test_defaults_and_never():
    recipe = Recipe.read({})
    assert (recipe.batch, str(recipe.last), recipe.sign, recipe.quantity) == (64, "10e", -1, "valid/loss")
    assert Recipe.read({"validate": "never", "hang": "never"}).validate is None
