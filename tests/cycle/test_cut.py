"""Cut everywhere: a run that was interrupted ends with the bytes of one that was not."""

from functools import cache

import pytest

from modeloid.cycle.loop import run
from modeloid.cycle.stop import Stop
from toys import Points, card, end

TURNS = 10  # two epochs of five
RECIPES = {
    "plain": {},
    "log 3t": {"log": "3t"},
    "ahead": {"ahead": 2},
    "cadences that meet nowhere": {"validate": "3t", "generate": "4t", "save": "7t", "log": "2t"},
    "odd epoch": {"batch": 7},
}


class Interrupting(Points):
    """Asks to stop at the n-th call of one of its methods."""

    def __init__(self, stop, place, number):
        super().__init__()
        self.stop, self.place, self.number = stop, place, number

    def _count(self, place):
        if place == self.place:
            self.number -= 1
            if self.number == 0:
                self.stop.reason = "interrupted"

    def batch(self, part, indices, rng):
        self._count(part)
        return super().batch(part, indices, rng)

    def write(self, piece, stem, formats=(), recipe=None):
        self._count("write")
        return super().write(piece, stem, formats, recipe)

    def judge(self, pieces, part):
        self._count("judge")
        return super().judge(pieces, part)


def asking(turn):
    return lambda event, view: view.ask("stop") if event == "turn" and view.state.step == turn else None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    @cache
    def of(name):
        directory = tmp_path_factory.mktemp("whole")
        assert run(card(directory, **RECIPES[name]), Points()).exit_code == 0
        return end(directory)

    return of


@pytest.mark.parametrize("name", RECIPES)
def test_cut_at_every_turn_by_a_shorter_run(name, whole, tmp_path):
    for turn in range(1, TURNS + 1):
        directory = tmp_path / str(turn)
        run(card(directory, **RECIPES[name], last=f"{turn}t"), Points())
        run(card(directory, **RECIPES[name]), Points())
        assert end(directory) == whole(name), f"cut at turn {turn}"


@pytest.mark.parametrize("name", RECIPES)
def test_cut_at_every_turn_by_a_stop(name, whole, tmp_path):
    for turn in range(1, TURNS):
        directory = tmp_path / str(turn)
        outcome = run(card(directory, **RECIPES[name]), Points(), watchers=[asking(turn)])
        assert (outcome.status, outcome.step, outcome.exit_code) == ("stopped", turn, 75)
        assert run(card(directory, **RECIPES[name]), Points()).status == "done"
        assert end(directory) == whole(name), f"cut at turn {turn}"


@pytest.mark.parametrize("turns", [(1, 2), (2, 4), (1, 5), (5, 6), (4, 9), (5, 10), (3, 3)])
def test_cut_twice(turns, whole, tmp_path):
    for turn in turns:
        run(card(tmp_path, log="3t", last=f"{turn}t"), Points())
    run(card(tmp_path, log="3t"), Points())
    assert end(tmp_path) == whole("log 3t")


MOST = {"valid": 6, "write": 6, "judge": 2}
PLACES = [(place, number) for place, most in MOST.items() for number in range(1, most + 1)]


@pytest.mark.parametrize(("place", "number"), PLACES)
def test_cut_inside_a_stage(place, number, whole, tmp_path):
    stop = Stop()
    outcome = run(card(tmp_path), Interrupting(stop, place, number), stop=stop)
    assert outcome.exit_code == 75
    while outcome.status != "done":
        outcome = run(card(tmp_path), Points())
    assert end(tmp_path) == whole("plain")


def test_cut_inside_every_stage_one_run_after_the_other(whole, tmp_path):
    """The second stage of a pending pair is broken off too; each run moves the work on by a little."""
    runs, status = 0, ""
    while status != "done":
        stop = Stop()
        place = ("valid", "write", "train")[runs % 3]
        status = run(card(tmp_path), Interrupting(stop, place, 1 + runs % 2), stop=stop).status
        runs += 1
        assert runs < 200
    assert runs > 5 and end(tmp_path) == whole("plain")


def test_other_cadences_give_the_same_weights(whole, tmp_path):
    others = [
        {"validate": "never"},
        {"generate": "never", "save": "never"},
        {"validate": "1t", "generate": "2t", "save": "1t"},
        {"log": "4t", "ahead": 3, "pieces": 0},
        {"validate": "0.5e", "save": "1s"},
    ]
    for number, other in enumerate(others):
        directory = tmp_path / str(number)
        run(card(directory, **other), Points())
        assert end(directory)[0] == whole("plain")[0], other


def test_other_seeds_and_data_give_other_weights(whole, tmp_path):
    run(card(tmp_path / "a", seed=1), Points())
    run(card(tmp_path / "b"), Points(seed=1))
    assert len({whole("plain")[0], end(tmp_path / "a")[0], end(tmp_path / "b")[0]}) == 3


def test_a_run_that_is_done_says_so_and_does_nothing(tmp_path):
    first = run(card(tmp_path), Points())
    before = end(tmp_path)
    again = run(card(tmp_path), Points())
    assert (again.status, again.turns, again.step) == ("done", 0, first.step) and again.test == first.test
    assert end(tmp_path) == before
