"""What must leave no trace: `loss`, `sample` and the time under averaged weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modeloid.cycle.contract import HasAverage, Modeloid

from .bench import Bench, BrokenError, contents, expect_same
from .outside import random_states


def loss_is_pure(bench: Bench) -> None:
    """`loss` changes no byte of the state, no global random state, and nothing that the next turn depends on."""
    _expect_pure(bench, "loss", bench.loss)


def sample_is_pure(bench: Bench) -> None:
    """`sample` changes no byte of the state, no global random state, and nothing that the next turn depends on."""
    _expect_pure(bench, "sample", lambda modeloid: bench.sample(modeloid, 2))


def loss_repeats(bench: Bench) -> None:
    """`loss` says the same of the same batch at the same address."""
    modeloid = bench.fresh()
    first, second = (repr(sorted(bench.loss(modeloid).items())) for _ in range(2))
    if first != second:
        raise BrokenError(f"of one batch it says {first}, then {second}")


def averages_come_and_go(bench: Bench) -> None:
    """After `averaged()` the trained weights are back, also when it is left by an error."""
    modeloid: Any = bench.fresh()
    bench.train(modeloid, 0, 2)
    before = bench.state(modeloid)
    with modeloid.averaged():
        pass
    expect_same(before, bench.state(modeloid), "after averaged()")
    try:
        with modeloid.averaged():
            raise _LeftError
    except _LeftError:
        expect_same(before, bench.state(modeloid), "after averaged() was left by an error")
    else:
        raise BrokenError("averaged() swallows errors")


def has_averages(modeloid: Modeloid) -> bool:
    """Whether it keeps averaged weights."""
    return isinstance(modeloid, HasAverage)


class _LeftError(Exception):
    pass


def _expect_pure(bench: Bench, what: str, act: Callable[[Modeloid], Any]) -> None:
    trained = bench.fresh()
    bench.train(trained, 0, 1)
    start = bench.saved(trained)
    modeloid = bench.loaded(start)
    before, outside = bench.state(modeloid), random_states()
    act(modeloid)
    after = random_states()
    for library, state in outside.items():
        if after.get(library) != state:
            raise BrokenError(f"{what} changes the global random state of {library}")
    expect_same(before, bench.state(modeloid), f"after {what}")
    without, again = (_after_a_turn(bench, bench.loaded(start)) for _ in range(2))
    if without != again:
        return  # training does not repeat, so a turn after it tells nothing; `resume` says so
    expect_same(without, _after_a_turn(bench, modeloid), f"after {what} and a turn, against a turn alone")


def _after_a_turn(bench: Bench, modeloid: Modeloid) -> dict[str, bytes]:
    bench.train(modeloid, 1, 2)
    return contents(bench.saved(modeloid))
