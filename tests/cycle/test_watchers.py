"""Watchers see the events in their order and can ask for four things."""

import pytest

from modeloid.cycle.errors import CycleError
from modeloid.cycle.loop import run
from toys import Points, card, journal


def events(directory, watcher=None, **cycle):
    seen = []

    def watch(event, view):
        seen.append((event, view.state.step))
        if watcher:
            watcher(event, view)

    run(card(directory, **cycle), Points(), watchers=[watch])
    return seen


def test_the_order_of_events(tmp_path):
    turns = [[("turn", step) for step in range(first, first + 5)] for first in (1, 6)]
    stages = [[(event, step) for event in ("validate", "generate", "save")] for step in (5, 10)]
    expected = [("start", 0), ("save", 0), *turns[0], *stages[0], *turns[1], *stages[1], ("test", 10), ("end", 10)]
    assert events(tmp_path) == expected


@pytest.mark.parametrize("what", ["validate", "generate", "save"])
def test_what_is_asked_for_is_done_at_the_end_of_this_turn(what, tmp_path):
    ask = lambda event, view: view.ask(what) if (event, view.state.step) == ("turn", 2) else None  # noqa: E731
    seen = events(tmp_path, ask, validate="never", generate="never", save="never")
    assert seen[seen.index(("turn", 2)) + 1] == (what, 2) and (what, 3) not in seen
    assert (what, 2) not in events(tmp_path / "unasked", validate="never", generate="never", save="never")


def test_several_can_be_asked_for_at_once_and_are_done_in_the_cycles_order(tmp_path):
    def ask(event, view):
        if (event, view.state.step) == ("turn", 3):
            for what in ("save", "generate", "validate", "stop"):
                view.ask(what)

    seen = events(tmp_path, ask)
    assert seen[-3:] == [("turn", 3), ("save", 3), ("end", 3)], "a stop leaves the rest for the next run"
    assert [event for event, step in events(tmp_path) if step == 3][1:4] == ["validate", "generate", "save"]


@pytest.mark.parametrize("event", ["validate", "save", "start"])
def test_a_stop_can_be_asked_for_in_any_event(event, tmp_path):
    ask = lambda name, view: view.ask("stop") if name == event and view.state.step in (0, 5) else None  # noqa: E731
    outcome = run(card(tmp_path), Points(), watchers=[ask])
    assert (outcome.status, outcome.reason) == ("stopped", "asked to")
    assert outcome.step == (5 if event == "validate" else 0)


def test_an_unknown_wish_is_refused(tmp_path):
    with pytest.raises(CycleError, match=r"nothing to ask for called 'stopp'\. Did you mean 'stop'"):
        run(card(tmp_path), Points(), watchers=[lambda event, view: view.ask("stopp")])


def test_metrics_and_texts(tmp_path):
    seen = {}
    run(card(tmp_path), Points(), watchers=[lambda event, view: seen.update({event: (dict(view.metrics), view.text)})])
    assert set(seen["turn"][0]) == set(seen["validate"][0]) == {"loss"} and set(seen["generate"][0]) == {"spread"}
    assert seen["save"][1] == "step-000000010" and seen["end"][1] == "last turn"
    assert [entry["name"] for entry in journal(tmp_path, "save")][-1] == "step-000000010"


def test_a_watcher_changes_nothing(tmp_path):
    from toys import end

    run(card(tmp_path / "alone"), Points())
    events(tmp_path / "watched")
    assert end(tmp_path / "alone") == end(tmp_path / "watched")
