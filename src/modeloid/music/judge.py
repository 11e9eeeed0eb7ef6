"""Judge a set of made pieces: a fixed choice of metrics, distances and originality, the same of real pieces beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .columns import Columns
from .measure.distance import frechet, frechets, overlap, overlaps, total_variation, wasserstein, wassersteins
from .measure.diversity import diversity
from .measure.dynamics import velocity_counts, velocity_distance
from .measure.notes import Notes, lay
from .measure.pitch import pitch_class_counts
from .measure.resample import Draws, Still
from .measure.sets import FEATURES, floor, unit
from .measure.table import METRICS, Table, measure_notes
from .real import Excerpts, Real

SHOWN = (
    "polyphony",
    "pitch_range",
    "pitch_class_entropy",
    "scale_consistency",
    "notes_per_beat",
    "note_length_beats",
    "groove_consistency",
    "empty_bar_rate",
    "self_similarity",
    "velocity_spread",
)
"""The metrics whose means are shown and whose distances enter `wasserstein` and `overlap`."""
_NAMES = tuple(name for name in METRICS if name in {*SHOWN, *FEATURES})
_COUNTS = (pitch_class_counts, velocity_counts)
_DRAWS = 20


class Judge:
    """Compares made pieces with excerpts of the real ones, see `Real`, in few numbers.

    Parameters
    ----------
    real
        The real pieces.
    groups
        Group -> its real pieces, where a modeloid learns between groups: distances are said to each of them as well.
    """

    def __init__(self, real: Real, groups: Mapping[str, Real] | None = None) -> None:
        self._real, self._groups = real, dict(groups or {})
        self._floors: dict[tuple[str, int, int], dict[str, float]] = {}

    def __call__(self, pieces: Sequence[Columns]) -> dict[str, float]:
        """Judge a set of made pieces.

        Returns
        -------
        Finite numbers. Of each of `SHOWN` the mean over the made pieces for which it is defined, and that of the real
        excerpts under ``data/NAME``. ``wasserstein``: mean over them of the Wasserstein distance in units of
        `measure.sets.unit`, about standard deviations; ``overlap``: mean overlapping area; ``frechet``: squared Frechet
        distance over `measure.sets.FEATURES`; each beside ``data/...``, what as many real excerpts show against all
        others (at most half).
        ``pitch_class_distance`` and ``velocity_distance``: total variation distance of the notes' pitch classes, and
        Wasserstein distance of their velocities, to those of the whole real pieces. ``longest_run`` (notes), ``copied``
        and ``nearest_share``: mean over the pieces, see `originality.Origin`, beside ``data/...`` of unseen real
        excerpts; ``drum_longest_run`` ... the same of drums, where there are any. ``diversity``: see
        `measure.diversity`, beside ``data/...`` of the real excerpts; near 0, the pieces are one and the same.
        ``group/NAME/wasserstein``, ``group/NAME/overlap`` and ``group/NAME/frechet`` are the three distances to the
        real excerpts of one group alone, each beside ``data/group/NAME/...``: what is brought into a group is to come
        near that one. ``silent``: share of the made pieces without a note. What no piece has a value of is left out.
        Empty without pieces.
        """
        if not pieces:
            return {}
        sounding = [piece for piece in pieces if len(piece)]
        silent = {"silent": (len(pieces) - len(sounding)) / len(pieces)}
        if not sounding or not len(self._real.notes.piece):
            return silent
        made = lay(sounding)
        values = self._metrics(made)
        classes, velocities = ([count(notes).sum(axis=0) for notes in (made, self._real.notes)] for count in _COUNTS)
        if classes[0].sum() and classes[1].sum():
            values["pitch_class_distance"] = total_variation(*classes)
        values["velocity_distance"] = float(velocity_distance(*velocities))
        return values | silent

    def _metrics(self, made: Notes) -> dict[str, float]:
        like, table = self._real.like(made), measure_notes(made, _NAMES)
        real = like.table(_NAMES)
        values: dict[str, float] = {}
        for name in SHOWN:
            means = {name: table.mean(name)[0], f"data/{name}": real.mean(name)[0]}
            values |= {key: mean for key, mean in means.items() if mean is not None}
        values |= self._apart(table, like)
        for name, group in self._groups.items():
            if len(group.notes.piece):
                values |= self._apart(table, group.like(made), f"group/{name}/")
        for beside, shared in (("data/", like.shared), ("", self._real.shared(made))):
            values |= {beside + name: float(np.mean(column)) for name, column in shared.items()}
        apart = {"diversity": diversity(made), "data/diversity": like.diversity}
        values |= {name: value for name, value in apart.items() if value is not None}
        return values

    def _apart(self, made: Table, like: Excerpts, whose: str = "") -> dict[str, float]:
        """The three distances, and the same of as many real excerpts under ``data/``; `whose` stands before names."""
        values = {whose + name: value for name, value in _distances(made, like).items()}
        if len(like) < 2:
            return values
        key = (whose, like.beats, len(made))
        if key not in self._floors:
            self._floors[key] = {f"data/{whose}{name}": far for name, far in _floors(like, len(made)).items()}
        return values | self._floors[key]


def _distances(made: Table, like: Excerpts) -> dict[str, float]:
    far, alike, real = [], [], like.table(_NAMES)
    for name in SHOWN:
        one, other = made.defined(name), real.defined(name)
        if len(one) and len(other):
            far.append(wasserstein(one, other) / unit(name, other))
            alike.append(overlap(one, other))
    values = {"wasserstein": float(np.mean(far)), "overlap": float(np.mean(alike))} if far else {}
    if like.vectors.names:
        values["frechet"] = frechet(like.vectors.of(made), like.vectors.of(real))
    return values


def _floors(like: Excerpts, count: int) -> dict[str, float]:
    far, alike, real, draws = [], [], like.table(_NAMES), Draws(Still(), _DRAWS)
    for name in SHOWN:
        column = real.defined(name)
        if len(column) > 1:
            far.append(floor(wassersteins, column, count, draws).mean() / unit(name, column))
            alike.append(floor(overlaps, column, count, draws).mean())
    values = {"wasserstein": float(np.mean(far)), "overlap": float(np.mean(alike))} if far else {}
    if like.vectors.names:
        values["frechet"] = float(floor(frechets, like.vectors.of(real), count, draws).mean())
    return values
