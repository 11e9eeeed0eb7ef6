"""Dynamics, time and instrumentation of made pieces beside real excerpts of one length, each with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.columns import from_score
from modeloid.music.measure.distance import moved, wassersteins
from modeloid.music.measure.dynamics import velocity_counts
from modeloid.music.measure.instruments import known_ensembles
from modeloid.music.measure.notes import Notes, lay
from modeloid.music.measure.resample import Draws
from modeloid.music.measure.sets import floor, interval, unit
from modeloid.music.measure.table import measure_notes
from modeloid.music.represent.parts import BAR_STEPS, ONSET, PART, PITCH, Rows

from .systems import written

Floats = NDArray[np.float64]

FAMILIES = MappingProxyType(
    {
        "dynamics": (
            "velocity_mean",
            "velocity_spread",
            "velocity_levels",
            "bar_dynamics",
            "beat_accent",
            "downbeat_accent",
            "pitch_velocity_correlation",
        ),
        "time": (
            "structureness_short",
            "structureness_mid",
            "structureness_long",
            "self_similarity",
            "groove_similarity",
            "groove_consistency",
        ),
        "instrumentation": (
            "tracks_used",
            "tracks_per_bar",
            "track_changes",
            "empty_track_bar_rate",
            "tonal_distance",
        ),
    }
)
"""Family -> the metrics that it is the mean of, see `music.measure.table`."""
_DRAWS = 200
_STEPS_OF_VELOCITY = 10.0


class Family(NamedTuple):
    """How far made pieces are from real ones in one family.

    Parameters
    ----------
    value
        Mean over the family's metrics of the Wasserstein distance in `measure.sets.unit`.
    low, high
        95 % bootstrap interval over pieces, less its bias.
    floor
        What as many real excerpts show against the others.
    """

    value: float
    low: float
    high: float
    floor: float


def families(made: Sequence[Rows], real: Sequence[Rows], coder: Any) -> dict[str, Any]:
    """Compare pieces, all of one length, with real excerpts.

    Parameters
    ----------
    made, real
        Pieces of as many bars each; the silent ones are left out.
    coder
        The representation: both go through MIDI files first.

    Returns
    -------
    Plain data. Family -> `Family` and, of its metrics, the means of both sides and the distance of each;
    ``velocity_distance`` in velocities; ``known_ensembles``; of both sides ``doubling``, see `doubling`, and
    ``sounding``: of each part the share of bars in which it begins a note.
    """
    mine, theirs = _laid(made, coder), _laid(real, coder)
    draws = Draws(Rng(0).at("families"), _DRAWS)
    found: dict[str, Any] = {name: _family(metrics, mine, theirs, draws) for name, metrics in FAMILIES.items()}
    counts, real_counts = (each[each.any(axis=1)] for each in map(velocity_counts, (mine, theirs)))
    far = interval(moved, counts, real_counts, draws)
    among = floor(moved, real_counts, len(counts), draws)
    found["velocity_distance"] = dict(zip(("value", "low", "high"), map(_plain, far), strict=True))
    found["velocity_distance"]["floor"] = _plain(among.mean())
    found["known_ensembles"] = _plain(known_ensembles(mine, theirs))
    parts = len(coder.parts)
    for side, pieces in (("made", made), ("real", real)):
        found[f"doubling_{side}"] = _plain(doubling(pieces))
        found[f"sounding_{side}"] = [_plain(share) for share in sounding(pieces, parts)]
    return found


def doubling(pieces: Sequence[Rows]) -> float:
    """Share of the notes that another part strikes at the same step in the same pitch class, 0 to 1."""
    doubled = total = 0
    for rows in pieces:
        cell = rows[:, ONSET] * 12 + rows[:, PITCH] % 12
        several = np.unique(np.column_stack([cell, rows[:, PART]]), axis=0)[:, 0]
        cells, parts = np.unique(several, return_counts=True)
        doubled += int((parts[np.searchsorted(cells, cell)] > 1).sum())
        total += len(rows)
    return doubled / total if total else 0.0


def sounding(pieces: Sequence[Rows], parts: int) -> Floats:
    """Share of the bars, up to the last note of each piece, in which each part begins a note, shape (parts,)."""
    heard, bars = np.zeros(parts), 0
    for rows in pieces:
        if len(rows):
            cells = np.unique(rows[:, ONSET] // BAR_STEPS * parts + rows[:, PART])
            heard += np.bincount(cells % parts, minlength=parts)
            bars += int(rows[:, ONSET].max()) // BAR_STEPS + 1
    return np.asarray(heard / max(bars, 1))


def lines(systems: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What `families` found of several systems, one line each."""
    columns = [*FAMILIES, "velocity_distance"]
    head = f"{'distance to real excerpts, 95 % interval, (floor)':52}" + "".join(f"{name:>28}" for name in columns)
    rows = [head]
    for name, found in systems.items():
        cells = [
            f"{of['value']:.3f} {of['low']:.3f}–{of['high']:.3f} ({of['floor']:.3f})"
            for of in (found[column] for column in columns)
        ]
        rows.append(f"{name:52.52}" + "".join(f"{cell:>28}" for cell in cells))
    return rows


def _laid(pieces: Sequence[Rows], coder: Any) -> Notes:
    return lay([from_score(written(coder.decode(rows))) for rows in pieces if len(rows)])


def _family(names: Sequence[str], made: Notes, real: Notes, draws: Draws) -> dict[str, Any]:
    tables = [measure_notes(notes, names) for notes in (made, real)]
    kept = [name for name in names if all(len(table.defined(name)) > 1 for table in tables)]
    mine, theirs = (np.column_stack([table.column(name) for name in kept]) for table in tables)
    units = [unit(name, tables[1].defined(name)) for name in kept]

    def far(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
        rows = zip(one.T, other.T, units, strict=True)
        each = [_distance(left, right, weights, other_weights) / scale for left, right, scale in rows]
        return np.asarray(np.mean(each, axis=0))

    value, low, high = interval(far, mine, theirs, draws)
    lowest = float(floor(far, theirs, len(mine), draws).mean())
    metrics = {name: _means(name, tables, unit_of) for name, unit_of in zip(kept, units, strict=True)}
    return {**_plainly(Family(value, low, high, lowest)), "metrics": metrics}


def _distance(one: Floats, other: Floats, weights: Floats, other_weights: Floats) -> Floats:
    """`wassersteins` of the values that are defined; 0 in a draw that has none."""
    first, second = ~np.isnan(one), ~np.isnan(other)
    left, right = weights[:, first], other_weights[:, second]
    drawn = (left.sum(axis=1) > 0) & (right.sum(axis=1) > 0)
    found = np.zeros(len(weights))
    found[drawn] = wassersteins(one[first], other[second], left[drawn], right[drawn])
    return found


def _means(name: str, tables: Sequence[Any], scale: float) -> dict[str, float]:
    made, real = (table.defined(name) for table in tables)
    apart = float(wassersteins(made, real, np.ones((1, len(made))), np.ones((1, len(real))))[0])
    return {"made": _plain(made.mean()), "real": _plain(real.mean()), "distance": _plain(apart / scale)}


def _plainly(family: Family) -> dict[str, float]:
    return {name: _plain(value) for name, value in family._asdict().items()}


def _plain(value: Any) -> float:
    return round(float(value), 4)
