"""All metrics of many pieces in one table: undefined values are masked, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..errors import MusicError, nearest
from . import dynamics, instruments, pitch, rhythm, sound, tonal
from .fitness import SPANS_BEATS, fitness_structureness
from .notes import Floats, Notes, lay
from .structure import SPANS, self_similarity, structureness

_NOTE = "a note"
_PITCHED = "a note that is no drum's"
_CHUNK_NOTES = 60_000


@dataclass(frozen=True)
class Metric:
    """What a metric is.

    Parameters
    ----------
    measure
        Notes -> one number a piece, NaN where it is undefined.
    low, high
        Its range.
    needs
        What a piece must have for it to be defined.
    unit
        What it counts or is measured in; "" for shares and likenesses.
    quick
        Whether it is measured where no metric is named: the others take tens of milliseconds a piece.
    """

    measure: Callable[[Notes], Floats]
    low: float
    high: float
    needs: str = _NOTE
    unit: str = ""
    quick: bool = True

    @property
    def doc(self) -> str:
        """What it says, in one line."""
        return (self.measure.__doc__ or "").strip().partition("\n")[0]


def _harmonic(notes: Notes) -> Floats:
    """Scale consistency over the 12 major and the 12 harmonic minor scales."""
    return pitch.scale_consistency(notes, (pitch.MAJOR, pitch.HARMONIC_MINOR))


def _four_bars(notes: Notes) -> Floats:
    """Entropy of the pitch classes that start within four bars, in bits; mean over all stretches with a note."""
    return pitch.bar_pitch_class_entropy(notes, 4)


def _structureness(span: str) -> Callable[[Notes], Floats]:
    def measure(notes: Notes) -> Floats:
        return structureness(notes, span)

    measure.__doc__ = "How much of a bar was heard before, {} to {} bars away: 0 (nothing) to 1.".format(*SPANS[span])
    return measure


def _fitness(span: str) -> Metric:
    def measure(notes: Notes) -> Floats:
        return fitness_structureness(notes, span)

    low, high = SPANS_BEATS[span]
    size = f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} and more"
    measure.__doc__ = f"How well a stretch of {size} beats, by its returns, explains the piece: 0 to below 1."
    return Metric(measure, 0, 1, f"a stretch of whole bars, {size} beats long and at most half of it", quick=False)


_OCTAVE_BITS = float(np.log2(12))
_ENDLESS = float("inf")

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "pitch_range": Metric(pitch.pitch_range, 0, 127, _PITCHED, unit="semitones"),
        "pitch_mean": Metric(pitch.pitch_mean, 0, 127, _PITCHED, unit="semitones"),
        "pitches_used": Metric(pitch.pitches_used, 1, 128, _PITCHED, unit="pitches"),
        "pitch_classes_used": Metric(pitch.pitch_classes_used, 1, 12, _PITCHED, unit="pitch classes"),
        "bar_pitch_classes": Metric(pitch.bar_pitch_classes, 1, 12, _PITCHED, unit="pitch classes"),
        "pitch_entropy": Metric(pitch.pitch_entropy, 0, 7, _PITCHED, unit="bits"),
        "pitch_class_entropy": Metric(pitch.pitch_class_entropy, 0, _OCTAVE_BITS, _PITCHED, unit="bits"),
        "bar_pitch_class_entropy": Metric(pitch.bar_pitch_class_entropy, 0, _OCTAVE_BITS, _PITCHED, unit="bits"),
        "four_bar_pitch_class_entropy": Metric(_four_bars, 0, _OCTAVE_BITS, _PITCHED, unit="bits"),
        "scale_consistency": Metric(pitch.scale_consistency, 0, 1, _PITCHED),
        "scale_consistency_harmonic": Metric(_harmonic, 0, 1, _PITCHED),
        "polyphony": Metric(sound.polyphony, 1, 128, _PITCHED, unit="pitches"),
        "polyphony_rate": Metric(sound.polyphony_rate, 0, 1, _PITCHED),
        "tonal_distance": Metric(tonal.tonal_distance, 0, 3, "two pitched tracks that sound in the same beat"),
        "notes_per_beat": Metric(rhythm.notes_per_beat, 0, _ENDLESS, unit="notes a beat"),
        "note_length_beats": Metric(rhythm.note_length_beats, 0, _ENDLESS, unit="beats"),
        "empty_bar_rate": Metric(rhythm.empty_bar_rate, 0, 1),
        "empty_track_bar_rate": Metric(rhythm.empty_track_bar_rate, 0, 1),
        "qualified_note_rate": Metric(rhythm.qualified_note_rate, 0, 1, _PITCHED),
        "groove_consistency": Metric(rhythm.groove_consistency, 0, 1, "two neighbouring bars of one length"),
        "groove_similarity": Metric(rhythm.groove_similarity, 0, 1, "two bars of one length"),
        "onset_position_entropy": Metric(rhythm.onset_position_entropy, 0, 8, unit="bits"),
        "onset_interval_entropy": Metric(rhythm.onset_interval_entropy, 0, 6, "two onsets", unit="bits"),
        "drum_pattern_rate": Metric(rhythm.drum_pattern_rate, 0, 1, "a drum note"),
        "velocity_mean": Metric(dynamics.velocity_mean, 0, 127, unit="velocity"),
        "velocity_spread": Metric(dynamics.velocity_spread, 0, 63.5, unit="velocity"),
        "velocity_levels": Metric(dynamics.velocity_levels, 1, 128, unit="levels"),
        "bar_dynamics": Metric(dynamics.bar_dynamics, 0, 63.5, unit="velocity"),
        "beat_accent": Metric(dynamics.beat_accent, -127, 127, "notes on quarters and between them", unit="velocity"),
        "downbeat_accent": Metric(
            dynamics.downbeat_accent, -127, 127, "notes at the start of bars and elsewhere", unit="velocity"
        ),
        "pitch_velocity_correlation": Metric(
            dynamics.pitch_velocity_correlation, -1, 1, "pitches and velocities that are not all the same"
        ),
        "self_similarity": Metric(self_similarity, 0, 1, "two bars in which notes start"),
        **{
            f"structureness_{span}": Metric(
                _structureness(span), 0, 1, f"bars in which notes start {low} to {high} bars apart"
            )
            for span, (low, high) in SPANS.items()
        },
        **{f"fitness_structureness_{span}": _fitness(span) for span in SPANS_BEATS},
        "tracks_used": Metric(instruments.tracks_used, 1, _ENDLESS, unit="tracks"),
        "programs_used": Metric(instruments.programs_used, 1, 129, unit="programs"),
        "tracks_per_bar": Metric(instruments.tracks_per_bar, 1, _ENDLESS, unit="tracks"),
        "track_changes": Metric(instruments.track_changes, 0, _ENDLESS, "two bars", unit="tracks"),
        "drum_bar_rate": Metric(instruments.drum_bar_rate, 0, 1),
    }
)
"""Name -> metric."""
QUICK = tuple(name for name, metric in METRICS.items() if metric.quick)
"""The metrics that are measured where none are named."""


@dataclass(frozen=True)
class Table:
    """Metrics of many pieces.

    Parameters
    ----------
    names
        Of the metrics.
    values
        Shape (pieces, metrics), float64; NaN where undefined.
    """

    names: tuple[str, ...]
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> Floats:
        """One metric of all pieces, NaN where it is undefined."""
        return self.values[:, self.names.index(name)]

    def defined(self, name: str) -> Floats:
        """One metric of the pieces for which it is defined."""
        column = self.column(name)
        return column[~np.isnan(column)]

    def mean(self, name: str) -> tuple[float | None, int]:
        """Mean over the pieces for which a metric is defined, and how many these are; None for none."""
        values = self.defined(name)
        return (float(values.mean()) if len(values) else None), len(values)

    def why(self, piece: int, name: str) -> str | None:
        """Why a value is undefined, None where it is not."""
        if not np.isnan(self.column(name)[piece]):
            return None
        return f"the piece lacks {METRICS[name].needs}"

    def rows(self, kept: NDArray[np.generic]) -> Table:
        """The table of some pieces."""
        return Table(self.names, self.values[kept])


def measure(pieces: Sequence[Columns], names: Sequence[str] | None = None) -> Table:
    """Measure pieces, about 60,000 notes at a time.

    Parameters
    ----------
    pieces
        As columns; pieces without notes have no metric defined.
    names
        Of `METRICS`; `QUICK` where none are named.

    Raises
    ------
    MusicError
        Nobody knows a metric; the nearest known one is named.
    """
    wanted = _checked(names)
    edges = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
    chunk = edges[:-1] // _CHUNK_NOTES
    starts = np.flatnonzero(np.diff(chunk, prepend=-1))
    stops = np.append(starts[1:], len(pieces))[: len(starts)]
    parts = [measure_notes(lay(pieces[int(a) : int(b)]), wanted).values for a, b in zip(starts, stops, strict=True)]
    return Table(wanted, np.concatenate([np.zeros((0, len(wanted))), *parts]))


def measure_notes(notes: Notes, names: Sequence[str] | None = None) -> Table:
    """`measure` for pieces that are laid already, all at once."""
    wanted = _checked(names)
    columns = [METRICS[name].measure(notes) for name in wanted]
    return Table(wanted, np.stack(columns, axis=1) if columns else np.zeros((notes.pieces, 0)))


def _checked(names: Sequence[str] | None) -> tuple[str, ...]:
    wanted = QUICK if names is None else tuple(names)
    for name in wanted:
        if name not in METRICS:
            raise MusicError(f"unknown metric {name!r}", "", nearest(name, METRICS))
    return wanted
