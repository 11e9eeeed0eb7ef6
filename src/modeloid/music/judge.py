"""Judge a set of made pieces: a fixed choice of metrics, distances and originality, the same of real pieces beside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .columns import Columns
from .measure.distance import frechet, frechets, overlap, overlaps, total_variation, wasserstein, wassersteins
from .measure.dynamics import velocity_counts, velocity_distance
from .measure.notes import BEAT, Notes, excerpts, lay
from .measure.pitch import pitch_class_counts
from .measure.resample import Still
from .measure.sets import FEATURES, Vectors, floor, unit
from .measure.table import METRICS, Table, measure_notes
from .originality import Index, Origin

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
_EXCERPTS = 1000
_ASKED = 100
_DRAWS = 20
_STEPS_AN_OCTAVE = 4


@dataclass(frozen=True)
class _Reference:
    """What real excerpts of one length come to, and what as few of them as were made show beside the others."""

    table: Table
    vectors: Vectors
    floors: dict[int, dict[str, float]]
    origins: dict[str, float]


class Judge:
    """Knows the real pieces of a part, and what it has measured of them stays.

    Made pieces are often short, and many metrics grow with length: they are compared with excerpts of the real pieces
    that are about as long as the middle one of them, rounded to a quarter of an octave (at most 1,000, evenly spread).

    Parameters
    ----------
    real
        Gives the real pieces; asked once.
    index
        Gives the index of the training set, None where originality is not measured; asked once.
    unseen
        Gives real pieces that are not in the training set, as the index knows pieces; asked once. They say how much
        music shares with other music without being copied.
    """

    def __init__(
        self,
        real: Callable[[], Sequence[Columns]],
        index: Callable[[], Index] | None = None,
        unseen: Callable[[], Sequence[Columns]] | None = None,
    ) -> None:
        self._load_real, self._load_index, self._load_unseen = real, index, unseen
        self._references: dict[int, _Reference] = {}

    @cached_property
    def _real(self) -> Notes:
        return lay(self._load_real())

    @cached_property
    def _index(self) -> Index | None:
        return self._load_index() if self._load_index else None

    @cached_property
    def _unseen(self) -> Notes:
        return lay(self._load_unseen() if self._load_unseen else [])

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
        excerpts. ``silent``: share of the made pieces without a note. What no piece has a value of is left out. Empty
        without pieces.
        """
        if not pieces:
            return {}
        sounding = [piece for piece in pieces if len(piece)]
        silent = {"silent": (len(pieces) - len(sounding)) / len(pieces)}
        if not sounding or not len(self._real.piece):
            return silent
        made = lay(sounding)
        values = self._metrics(made)
        classes, velocities = ([count(notes).sum(axis=0) for notes in (made, self._real)] for count in _COUNTS)
        if classes[0].sum() and classes[1].sum():
            values["pitch_class_distance"] = total_variation(*classes)
        values["velocity_distance"] = float(velocity_distance(*velocities))
        return values | silent

    def _metrics(self, made: Notes) -> dict[str, float]:
        beats = _rounded(float(np.median(made.length)) / BEAT)
        if beats not in self._references:
            self._references[beats] = self._measure_real(beats)
        reference = self._references[beats]
        table = measure_notes(made, _NAMES)
        values: dict[str, float] = {}
        for name in SHOWN:
            means = {name: table.mean(name)[0], f"data/{name}": reference.table.mean(name)[0]}
            values |= {key: mean for key, mean in means.items() if mean is not None}
        values |= _apart(table, reference)
        if self._index is not None:
            values |= _origins(self._index.ask_notes(made)) | reference.origins
        return values

    def _measure_real(self, beats: int) -> _Reference:
        table = measure_notes(_spaced(excerpts(self._real, beats), _EXCERPTS), _NAMES)
        origins: dict[str, float] = {}
        if self._index is not None:
            asked = self._index.ask_notes(_spaced(excerpts(self._unseen, beats), _ASKED))
            origins = {f"data/{name}": value for name, value in _origins(asked).items()}
        return _Reference(table, Vectors(table), {}, origins)


def _apart(made: Table, reference: _Reference) -> dict[str, float]:
    """The three distances, and the same of as many real excerpts."""
    real = reference.table
    values = _distances(made, real, reference.vectors)
    if len(real) < 2:
        return values
    if len(made) not in reference.floors:
        reference.floors[len(made)] = _floors(real, reference.vectors, len(made))
    return values | reference.floors[len(made)]


def _distances(made: Table, real: Table, vectors: Vectors) -> dict[str, float]:
    far, alike = [], []
    for name in SHOWN:
        one, other = made.defined(name), real.defined(name)
        if len(one) and len(other):
            far.append(wasserstein(one, other) / unit(name, other))
            alike.append(overlap(one, other))
    values = {"wasserstein": float(np.mean(far)), "overlap": float(np.mean(alike))} if far else {}
    if vectors.names:
        values["frechet"] = frechet(vectors.of(made), vectors.of(real))
    return values


def _floors(real: Table, vectors: Vectors, count: int) -> dict[str, float]:
    far, alike = [], []
    for name in SHOWN:
        column = real.defined(name)
        if len(column) > 1:
            far.append(floor(wassersteins, column, count, Still(), _DRAWS).mean() / unit(name, column))
            alike.append(floor(overlaps, column, count, Still(), _DRAWS).mean())
    values = {"data/wasserstein": float(np.mean(far)), "data/overlap": float(np.mean(alike))} if far else {}
    if vectors.names:
        values["data/frechet"] = float(floor(frechets, vectors.of(real), count, Still(), _DRAWS).mean())
    return values


def _origins(origins: Sequence[Origin]) -> dict[str, float]:
    columns = {
        "longest_run": [float(origin.longest_run) for origin in origins],
        "copied": [origin.copied for origin in origins if origin.copied is not None],
        "nearest_share": [origin.nearest_share for origin in origins if origin.nearest_share is not None],
    }
    return {name: float(np.mean(column)) for name, column in columns.items() if column}


def _rounded(beats: float) -> int:
    """To the next quarter of an octave, whole beats: few lengths, so that what is measured of them is used again."""
    octaves = round(_STEPS_AN_OCTAVE * math.log2(max(beats, 1.0))) / _STEPS_AN_OCTAVE
    return round(math.exp2(octaves))


def _spaced(notes: Notes, most: int) -> Notes:
    """At most so many of the pieces, evenly spread."""
    if notes.pieces <= most:
        return notes
    return notes.only(np.linspace(0, notes.pieces - 1, most).round().astype(np.int64))
