"""A set of made pieces beside real excerpts: every metric and distance with its interval and what real music shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .columns import Columns
from .measure.distance import frechets, moved, overlap, total_variations, wassersteins
from .measure.dynamics import velocity_counts
from .measure.notes import Floats, Notes, lay
from .measure.pitch import pitch_class_counts
from .measure.resample import Draws, Still
from .measure.sets import FEATURES, Distances, floor, interval, unit
from .measure.table import METRICS, QUICK, Table, measure_notes
from .plain import number
from .real import Excerpts, Real

_DRAWS = 200
_HISTOGRAMS: tuple[tuple[str, Callable[[Notes], Floats], Distances], ...] = (
    ("pitch_class_distance", pitch_class_counts, total_variations),
    ("velocity_distance", velocity_counts, moved),
)


class Comparison:
    """Compares made pieces with excerpts of the real ones, see `Real`, with intervals.

    All draws are addressed: the same pieces give the same numbers.

    Parameters
    ----------
    real
        The real pieces.
    """

    def __init__(self, real: Real) -> None:
        self._real = real
        self._draws = Draws(Still(), _DRAWS)
        self._floors: dict[tuple[int, str, int], dict[str, float]] = {}

    def __call__(self, pieces: Sequence[Columns]) -> dict[str, Any]:
        """Compare a set of made pieces.

        Returns
        -------
        What JSON can hold; all numbers are finite, rounded to six digits, and what is undefined is left out.

        ``count``, ``silent``: how many pieces, and how many of them have no note. ``real_count``, ``length_beats``: how
        many real excerpts, and how long.

        ``metrics``: of each metric ``name``, ``doc``, ``unit``; ``made`` and ``real``, the means over the pieces for
        which it is defined, with 95 % bootstrap intervals (``..._low``, ``..._high``); ``scale``, see
        `measure.sets.unit`; in that scale, ``wasserstein`` with its interval, and ``floor`` and ``floor_high``, mean
        and 95th percentile of as many real excerpts (at most half) against all others; ``overlap``, the overlapping
        area, 1 is the same; ``verdict``: "apart" where the distance's interval lies above ``floor_high`` (real against
        real hardly ever does: 2 of 4,200 on chorales), else "unclear" where the distance does, or where the intervals
        of the two means do not meet: more pieces would tell; "same" where every piece, made or real, has one value;
        else "like real".

        ``distances``: of the Frechet distance (`measure.sets.FEATURES`), the total variation of the pitch classes and
        the Wasserstein distance of the velocities ``name``, ``value``, ``low``, ``high``, ``floor``, ``floor_high``.

        ``originality``: of ``longest_run``, ``copied`` and ``nearest_share`` (see `originality.Origin`) mean and most,
        made beside unseen real excerpts; of ``drum_longest_run`` ... where there are drums.
        """
        sounding = [piece for piece in pieces if len(piece)]
        found = {"count": len(pieces), "silent": len(pieces) - len(sounding)}
        if not sounding or not len(self._real.notes.piece):
            return found | {"real_count": 0, "metrics": [], "distances": [], "originality": {}}
        made = lay(sounding)
        like = self._real.like(made)
        table = measure_notes(made, QUICK)
        return found | {
            "real_count": len(like),
            "length_beats": like.beats,
            "metrics": [row for name in QUICK if (row := self._metric(name, table, like))],
            "distances": self._distances(made, table, like),
            "originality": self._originality(made, like),
        }

    def _metric(self, name: str, table: Table, like: Excerpts) -> dict[str, Any] | None:
        made, real = table.defined(name), like.table((name,)).defined(name)
        if not len(made) and not len(real):
            return None
        row: dict[str, Any] = {"name": name, "doc": METRICS[name].doc.replace("`", ""), "unit": METRICS[name].unit}
        row |= self._mean("made", made) | self._mean("real", real)
        if not len(made) or len(real) < 2:
            return row
        scale = unit(name, real)
        far = self._apart(name, wassersteins, made / scale, real / scale, like.beats)
        named = {f"wasserstein_{end}": number(far[end]) for end in ("low", "high")}
        row |= {"scale": number(scale), "wasserstein": number(far["value"])} | named
        row |= {key: number(far[key]) for key in ("floor", "floor_high")}
        same = np.ptp(np.concatenate([made, real])) == 0
        return row | {"overlap": number(overlap(made, real)), "verdict": "same" if same else _verdict(row, far)}

    def _mean(self, side: str, values: Floats) -> dict[str, float]:
        if not len(values):
            return {}
        low, high = np.percentile(self._draws.resamples(len(values)) @ values / len(values), [2.5, 97.5])
        return {side: number(values.mean()), f"{side}_low": number(low), f"{side}_high": number(high)}

    def _apart(self, name: str, distances: Distances, made: Floats, real: Floats, beats: int) -> dict[str, float]:
        """A distance with its interval and floor; the floor is kept, since real excerpts stay the same."""
        key = (beats, name, len(made))
        if key not in self._floors:
            among = floor(distances, real, len(made), self._draws)
            self._floors[key] = {"floor": float(among.mean()), "floor_high": float(np.percentile(among, 95))}
        ends = zip(("value", "low", "high"), interval(distances, made, real, self._draws), strict=True)
        return dict(ends) | self._floors[key]

    def _distances(self, made: Notes, table: Table, like: Excerpts) -> list[dict[str, Any]]:
        if len(like) < 2:
            return []
        rows: list[tuple[str, Distances, Floats, Floats]] = []
        if like.vectors.names:
            rows.append(("frechet", frechets, like.vectors.of(table), like.vectors.of(like.table(FEATURES))))
        for name, count, distances in _HISTOGRAMS:
            one, other = (_sounding(count(notes)) for notes in (made, like.notes))
            if len(one) and len(other) > 1:
                rows.append((name, distances, one, other))
        return [
            {"name": name, **{key: number(far) for key, far in self._apart(name, kind, one, other, like.beats).items()}}
            for name, kind, one, other in rows
        ]

    def _originality(self, made: Notes, like: Excerpts) -> dict[str, dict[str, float]]:
        sides = {"made": self._real.shared(made), "real": like.shared}
        found: dict[str, dict[str, float]] = {}
        for side, shared in sides.items():
            for name, values in shared.items():
                most = {side: number(np.mean(values)), f"{side}_max": number(max(values))}
                found[name] = found.get(name, {}) | most
        return found


def _sounding(counts: Floats) -> Floats:
    return counts[counts.any(axis=1)]


def _verdict(row: Mapping[str, Any], far: Mapping[str, float]) -> str:
    if far["low"] > far["floor_high"]:
        return "apart"
    meet = row["made_low"] <= row["real_high"] and row["real_low"] <= row["made_high"]
    return "like real" if meet and far["value"] <= far["floor_high"] else "unclear"
