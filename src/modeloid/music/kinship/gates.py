"""Whether a made piece shares more with its inspirer, or with the training set, than real pieces do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..represent.parts import Rows
from .copying import MEASURES, copying
from .errors import KinshipError
from .grams import TRAINING, Grams
from .heard import Heard, heard
from .lines import shape_of

_QUANTILE = "p99"
_HEADROOM = 1.1
"""A measure may be a tenth above what one real pair in a hundred exceeds: a few hundred pairs do not tell that line
more exactly, and ten gates at the line itself would refuse a tenth of real strangers."""
_NUMBERS = ("lead_run", "all_run")
"""Measures that are no shares."""


class Failed(NamedTuple):
    """A gate that a piece failed: the measure, what it came to, and what real strangers keep to."""

    name: str
    value: float
    limit: float


def gates(
    y: Rows | Heard,
    x: Rows | Heard,
    lines: Mapping[str, Any],
    grams: Grams | None = None,
    drum_parts: Sequence[int] = (),
) -> list[Failed]:
    """The gates that y fails as a child of x; none where it copies no more than strangers do.

    Each measure of `copying`, and, where the training set is given, of `Grams.copying`, may be as large as 99 of 100
    pairs of real strangers of the same lengths show it, and a tenth more. What no such pair shares must not be shared.

    Parameters
    ----------
    y
        What was made.
    x
        The inspirer: all of it that is known, for a piece that goes on where 8 of its bars end copies, too.
    lines
        From `lines`.
    grams
        The training set.
    drum_parts
        The parts that are left out.

    Raises
    ------
    KinshipError
        The lines lack pairs of these lengths.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    shape = shape_of(one, other)
    failed = _above(copying(one, other), table_of(lines, "strangers", shape), MEASURES)
    if grams is None:
        return failed
    training = table_of(lines, "training", shape.split(" of ")[0])
    return failed + _above(grams.copying(one), training, TRAINING)


def limit(name: str, line: Mapping[str, Any]) -> float:
    """The most that a measure may come to, by its line of strangers; a share stays as far below 1 as above the line."""
    real = float(line[_QUANTILE])
    return _HEADROOM * real if name in _NUMBERS else min(_HEADROOM * real, (1 + real) / 2)


def _above(found: Mapping[str, float], table: Mapping[str, Any], names: Iterable[str]) -> list[Failed]:
    failed = (Failed(name, found[name], limit(name, table[name])) for name in names)
    return [gate for gate in failed if gate.value > gate.limit]


def table_of(lines: Mapping[str, Any], group: str, shape: str) -> Mapping[str, Any]:
    """The lines of one group ("strangers", "training") for one shape; KinshipError where there are none."""
    table = lines.get(group, {}).get(shape)
    if table is None:
        raise KinshipError(
            f"no lines of {group} for {shape!r}", "gates", "Make them with `lines`, all shapes, and grams"
        )
    return dict(table)
