"""What `sample` promises beyond purity: as many pieces as were asked for, each depending on its own address alone."""

from __future__ import annotations

from typing import Any

from . import pieces
from .bench import Bench, BrokenError


def gives_as_many(bench: Bench) -> None:
    """`sample(n)` is a list of n pieces that the domain can write."""
    found = bench.sample(bench.fresh(), 3)
    if not isinstance(found, list) or len(found) != 3:
        length = len(found) if hasattr(found, "__len__") else "unknown"
        raise BrokenError(f"sample(3) is a {type(found).__name__} of length {length}")
    for index, piece in enumerate(found):
        if not bench.domain.write(piece, bench.new_folder() / f"{index:02d}"):
            raise BrokenError(f"the domain writes no file of piece {index}")


def does_not_look_across(bench: Bench) -> None:
    """``sample(8)[:4] == sample(4)``: a piece does not depend on how many others are made."""
    modeloid = bench.fresh()
    bench.train(modeloid, 0, 1)
    eight, four = bench.sample(modeloid, 8), bench.sample(modeloid, 4)
    different = _first_difference(bench, four[:4], eight[:4])
    if different is not None:
        raise BrokenError(f"piece {different} of sample(8) is not that of sample(4)")


def repeats_a_seed(bench: Bench) -> None:
    """Two new ones of one seed are the same, and sample the same pieces."""
    one, other = bench.fresh(), bench.fresh()
    if bench.state(one) != bench.state(other):
        raise BrokenError("two new ones of one seed save different states")
    different = _first_difference(bench, bench.sample(one, 2), bench.sample(other, 2))
    if different is not None:
        raise BrokenError(f"piece {different} of two new ones of one seed differs")


def differs_by_seed(bench: Bench) -> None:
    """Two new ones of two seeds differ, in their states or in their pieces."""
    one, other = bench.fresh(), bench.fresh(other_seed=True)
    if bench.state(one) != bench.state(other):
        return
    if _first_difference(bench, bench.sample(one, 4), bench.sample(other, 4, other_seed=True)) is None:
        raise BrokenError("two seeds give the same new state and the same pieces")


def _first_difference(bench: Bench, some: list[Any], others: list[Any]) -> int | None:
    for index, (one, other) in enumerate(zip(some, others, strict=True)):
        if not pieces.same(one, other, bench.domain, bench.new_folder()):
            return index
    return None
