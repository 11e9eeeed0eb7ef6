"""Two sets of pieces side by side: every metric, its distances, their intervals, and the floor of the real data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np

from .distance import frechets, overlaps, wassersteins
from .notes import Floats
from .resample import Address, Draws
from .table import METRICS, Table

FEATURES = (
    "pitch_range",
    "pitch_mean",
    "pitch_class_entropy",
    "bar_pitch_class_entropy",
    "scale_consistency",
    "polyphony",
    "polyphony_rate",
    "notes_per_beat",
    "note_length_beats",
    "empty_bar_rate",
    "groove_consistency",
    "onset_position_entropy",
    "onset_interval_entropy",
    "velocity_mean",
    "velocity_spread",
    "self_similarity",
    "tracks_per_bar",
)
"""The vector that stands for a piece in the Frechet distance: each less the real mean, in its `unit`."""

Distances = Callable[[Floats, Floats, Floats, Floats], Floats]
KINDS: Mapping[str, tuple[Distances, float]] = MappingProxyType(
    {"wasserstein": (wassersteins, np.inf), "overlap": (overlaps, 1.0)}
)
"""Name -> distance of one metric's values in two sets, and the most it can be; overlap is a likeness: 1 is the same."""


@dataclass(frozen=True)
class Estimate:
    """A distance with what is known of its size.

    Parameters
    ----------
    value
        Made against real.
    low, high
        2.5 % and 97.5 % of bootstrap draws of both sets, less their bias. Draws repeat pieces, so that distances near 0
        come out larger: all are moved by as much as their mean lies off the value (Efron and Tibshirani: An
        Introduction to the Bootstrap, 1993, equation 10.1), and cut off where no distance can be.
    floor, floor_low, floor_high
        The mean, 2.5 % and 97.5 % of real pieces against the other real pieces: halves, or as many as were made where
        these are fewer. What a set as good as real pieces would show.
    """

    value: float
    low: float
    high: float
    floor: float
    floor_low: float
    floor_high: float


@dataclass(frozen=True)
class Compared:
    """One metric in two sets.

    Parameters
    ----------
    made_mean, real_mean
        Over the pieces for which it is defined; None for none.
    made_count, real_count
        How many these are.
    distances
        One for each of `KINDS`; empty where one set has no defined value or the real one fewer than two.
    """

    made_mean: float | None
    made_count: int
    real_mean: float | None
    real_count: int
    distances: Mapping[str, Estimate]


@dataclass(frozen=True)
class Comparison:
    """What `compare_sets` found.

    Parameters
    ----------
    metrics
        One for each metric.
    frechet
        Squared Frechet distance over `features`; None without made pieces or with fewer than two real ones.
    features
        Those of `FEATURES` that are defined for more than half of the real pieces.
    filled
        How many undefined values of the features were replaced by the real mean: made, real.
    """

    metrics: Mapping[str, Compared]
    frechet: Estimate | None
    features: tuple[str, ...]
    filled: tuple[int, int]

    def plain(self) -> dict[str, object]:
        """As data that JSON can hold."""
        return asdict(self)


def compare_sets(made: Table, real: Table, rng: Address, draws: int = 200) -> Comparison:
    """Compare two sets of pieces by all metrics that both tables have.

    Parameters
    ----------
    made, real
        Measured by `table.measure`.
    rng
        The address that the draws come from.
    draws
        How many bootstrap samples, and divisions of the real set.
    """
    names = [name for name in made.names if name in real.names]
    drawn = Draws(rng, draws)
    metrics = {name: _metric(made.column(name), real.column(name), drawn) for name in names}
    vectors = Vectors(real, names)
    frechet = None
    if len(made) and len(real) > 1 and vectors.names:
        frechet = estimate(frechets, vectors.of(made), vectors.of(real), drawn)
    return Comparison(metrics, frechet, vectors.names, (vectors.filled(made), vectors.filled(real)))


def estimate(distances: Distances, made: Floats, real: Floats, draws: Draws, most: float = np.inf) -> Estimate:
    """A distance with its interval and floor; at least one made and two real values, none of them NaN."""
    value, low, high = interval(distances, made, real, draws, most)
    among = floor(distances, real, len(made), draws)
    floor_low, floor_high = np.percentile(among, [2.5, 97.5])
    return Estimate(value, low, high, *(float(each) for each in (among.mean(), floor_low, floor_high)))


def interval(
    distances: Distances, made: Floats, real: Floats, draws: Draws, most: float = np.inf
) -> tuple[float, float, float]:
    """A distance, and the ends of its interval, see `Estimate`."""
    value = float(distances(made, real, np.ones((1, len(made))), np.ones((1, len(real))))[0])
    drawn = distances(made, real, draws.resamples(len(made)), draws.resamples(len(real)))
    ends = np.clip(np.percentile(drawn, [2.5, 97.5]) - drawn.mean() + value, 0, most)
    return value, float(ends[0]), float(ends[1])


def floor(distances: Distances, real: Floats, made_count: int, draws: Draws) -> Floats:
    """Distances of some real pieces to all others: as many as were made, half of them at most; shape (draws,)."""
    size = max(1, min(made_count, len(real) // 2))
    inside, outside = draws.divisions(len(real), size)
    return distances(real, real, inside, outside)


def unit(name: str, real: Floats) -> float:
    """What a difference of a metric is measured in: the standard deviation of the real values, above 0.

    But at least 2 % of the metric's range, or 5 % of the real mean where that is endless: where real pieces hardly
    differ (all have four tracks, say), deviations alone would make one metric outweigh all others.
    """
    metric = METRICS[name]
    endless = np.isinf(metric.high)
    least = 0.05 * abs(float(real.mean())) if endless else 0.02 * (metric.high - metric.low)
    return max(float(real.std()), least, 1e-9)


class Vectors:
    """The feature vectors of pieces, in units of a real set.

    Parameters
    ----------
    real
        The set whose means are 0 and whose units are 1.
    names
        The metrics that may be taken.
    """

    def __init__(self, real: Table, names: Sequence[str] = FEATURES) -> None:
        shared = [name for name in FEATURES if name in names and name in real.names]
        self.names = tuple(name for name in shared if 2 * len(real.defined(name)) > len(real))
        self._mean = np.array([real.defined(name).mean() for name in self.names])
        self._unit = np.array([unit(name, real.defined(name)) for name in self.names])

    def of(self, table: Table) -> Floats:
        """Shape (pieces, features); an undefined value is the real mean, 0."""
        return np.asarray(np.nan_to_num((self._raw(table) - self._mean) / self._unit))

    def filled(self, table: Table) -> int:
        """How many values of a table are undefined."""
        return int(np.isnan(self._raw(table)).sum())

    def _raw(self, table: Table) -> Floats:
        return np.asarray(table.values[:, [table.names.index(name) for name in self.names]])


def _metric(made: Floats, real: Floats, draws: Draws) -> Compared:
    made, real = made[~np.isnan(made)], real[~np.isnan(real)]
    distances: dict[str, Estimate] = {}
    if len(made) and len(real) > 1:
        distances = {kind: estimate(far, made, real, draws, most) for kind, (far, most) in KINDS.items()}
    made_mean, real_mean = (float(values.mean()) if len(values) else None for values in (made, real))
    return Compared(made_mean, len(made), real_mean, len(real), distances)
