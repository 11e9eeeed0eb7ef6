"""Several processes, played by threads: all make the same calls in the same order, whatever happens to one of them."""

import json
import time

import numpy as np
import pytest

from modeloid.cycle.checkpoint import find
from modeloid.cycle.errors import CycleError, NonFiniteError
from modeloid.cycle.loop import run
from modeloid.cycle.stop import Stop
from toys import Points, Softmax, card, end, together

STEADY = {"keep": 1.0}


def weights(directory):
    with np.load(find(directory / "state", "last").path / "weights.npz") as saved:
        return saved["weights"]


def train(directory, size=2, model=STEADY, domain=Points, stops=None, watchers=None, **cycle):
    def work(world):
        watch = watchers[world.rank] if watchers else []
        stop = stops[world.rank] if stops else None
        return run(card(directory, model, **cycle), domain(), world=world, stop=stop, watchers=watch)

    return together(size, work)


@pytest.mark.parametrize("size", [2, 3])
def test_several_end_where_one_does(size, tmp_path):
    run(card(tmp_path / "one", STEADY), Points())
    outcomes = train(tmp_path / "more", size)
    assert [outcome.status for outcome in outcomes] == ["done"] * size
    assert np.allclose(weights(tmp_path / "one"), weights(tmp_path / "more"), rtol=0, atol=1e-12)
    one, more = ((tmp_path / name / "record" / "log.jsonl").read_text().splitlines()[1:] for name in ("one", "more"))
    for a, b in zip(map(json.loads, one), map(json.loads, more), strict=True):
        assert list(a) == list(b) and a["step"] == b["step"]
        stage = list(a)[1]
        assert a[stage] == {name: pytest.approx(value, abs=1e-12) for name, value in b[stage].items()}
    assert len({json.dumps(outcome.test) for outcome in outcomes}) == 1


def test_other_work_for_each_is_noticed():
    """Negative control of the threads: calls that do not match are an error, not a wait."""
    results = together(2, lambda world: world.agree(0) if world.rank else world.barrier())
    assert all(isinstance(result, Exception) for result in results)


@pytest.mark.parametrize("log", ["1t", "3t", "4t"])
@pytest.mark.parametrize("rank", [0, 1])
def test_nan_in_one_process_ends_all(rank, log, tmp_path):
    for error in train(tmp_path, model={**STEADY, "nan_at": 4, "nan_rank": rank}, log=log):
        assert isinstance(error, NonFiniteError) and "turn 4" in str(error)


@pytest.mark.parametrize("rank", [0, 1])
def test_a_stop_in_one_process_stops_all_at_the_same_turn(rank, tmp_path):
    train(tmp_path / "whole")

    def ask(event, view):
        if event == "turn" and view.state.step == 3:
            view.ask("stop")

    watchers = [[ask] if rank == number else [] for number in range(2)]
    outcomes = train(tmp_path / "cut", watchers=watchers)
    assert [(outcome.status, outcome.step) for outcome in outcomes] == [("stopped", 3)] * 2
    assert [outcome.status for outcome in train(tmp_path / "cut")] == ["done"] * 2
    assert end(tmp_path / "cut") == end(tmp_path / "whole")


@pytest.mark.parametrize(("place", "rank"), [("valid", 0), ("valid", 1), ("write", 0), ("test", 0), ("test", 1)])
def test_a_stop_inside_a_stage_of_one_process_stops_all(place, rank, tmp_path):
    train(tmp_path / "whole")
    stops = [Stop(), Stop()]

    class Interrupting(Points):
        def batch(self, part, indices, rng):
            if part == place:
                stops[rank].reason = "interrupted"
            return super().batch(part, indices, rng)

        def write(self, piece, stem, formats=(), recipe=None):
            if place == "write":
                stops[rank].reason = "interrupted"
            return super().write(piece, stem, formats, recipe)

    outcomes = train(tmp_path / "cut", domain=Interrupting, stops=stops)
    assert [outcome.status for outcome in outcomes] == ["stopped"] * 2
    assert [outcome.status for outcome in train(tmp_path / "cut")] == ["done"] * 2
    assert end(tmp_path / "cut") == end(tmp_path / "whole")


def test_a_stop_while_the_pieces_of_the_test_are_made(tmp_path):
    class Late(Points):
        def write(self, piece, stem, formats=(), recipe=None):
            if stem.parent.name == "tmp-test":
                stops[0].reason = "late"
            return super().write(piece, stem, formats, recipe)

    stops = [Stop(), Stop()]
    assert [outcome.status for outcome in train(tmp_path, domain=Late, stops=stops)] == ["stopped"] * 2


def test_a_limit_by_the_clock_ends_all_even_when_it_is_over_before_the_start(tmp_path):
    for _ in range(2):
        begin = time.monotonic()
        outcomes = train(tmp_path, model={**STEADY, "turn_s": 0.01}, last="0.6s")
        assert [outcome.status for outcome in outcomes] == ["done"] * 2 and time.monotonic() - begin < 4
    assert [outcome.turns for outcome in outcomes] == [0, 0]


def test_cadences_by_the_clock_are_rank_0s(tmp_path):
    model = {**STEADY, "turn_s": 0.005}
    outcomes = train(tmp_path, model=model, last="150t", save="0.2s", validate="0.3s", generate="0.25s")
    assert [outcome.status for outcome in outcomes] == ["done"] * 2


def test_unequal_shards_are_weighted_by_their_counts(tmp_path):
    run(card(tmp_path / "one", STEADY, batch=7), Points(valid=13))
    train(tmp_path / "two", batch=7, domain=lambda: Points(valid=13))
    assert np.allclose(weights(tmp_path / "one"), weights(tmp_path / "two"), rtol=0, atol=1e-12)


def test_a_batch_smaller_than_the_processes_is_refused(tmp_path):
    for error in train(tmp_path, batch=1):
        assert isinstance(error, CycleError) and "cycle['batch']" in str(error)


def test_only_rank_0_writes(tmp_path):
    saved = []

    class Noting(Softmax):
        def save(self, directory):
            saved.append(self.world.rank)
            super().save(directory)

    import dataclasses

    made = dataclasses.replace(card(tmp_path, STEADY), load_model=Noting)
    together(2, lambda world: run(made, Points(), world=world))
    assert set(saved) == {0}


@pytest.mark.parametrize("turn", [1, 2, 4, 8])
def test_a_cut_between_two_logged_turns_changes_no_byte(turn, tmp_path):
    train(tmp_path / "whole", 3, log="3t")
    train(tmp_path / "cut", 3, log="3t", last=f"{turn}t")
    train(tmp_path / "cut", 3, log="3t")
    assert end(tmp_path / "cut") == end(tmp_path / "whole")
