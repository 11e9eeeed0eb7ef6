"""What the paper measures, on rolls: empty bars, pitch classes, held notes, chords, drum patterns, tonal distance.

Dong and others: MuseGAN, AAAI 2018, section 5.4, rightly computed; ``legacy=True`` computes as the paper's code does,
faults included. All take what is on, bool (n, bars, steps, pitches, tracks), and return one number a track (NaN where
nothing sounds). `music.measure` measures whole pieces instead, from their notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .sizes import OCTAVE, octaves

Rolls = NDArray[np.bool_]
Floats = NDArray[np.float64]


def empty_bars(on: Rolls) -> Floats:
    """Share of the bars in which a track is silent, 0 to 1 (EB)."""
    return np.asarray(1 - on.any((2, 3)).mean((0, 1)))


def used_classes(on: Rolls, legacy: bool = False) -> Floats:
    """Pitch classes that sound in a bar, 1 to 12, mean over the bars that are not empty (UPC).

    The legacy one groups neighbouring semitones (7 of 84 pitches) where it should group octaves.
    """
    sounding = folded(np.asarray(on.any(2)), legacy) > 0
    return _over_bars(sounding.sum(2), on)


def long_notes(on: Rolls, least_steps: int, legacy: bool = False) -> Floats:
    """Share of the notes that last at least so many steps, 0 to 1 (QN).

    A note is a run of cells in a phrase; the legacy one cuts notes at bar lines and averages over bars.
    """
    n, bars, steps, pitches, tracks = on.shape
    whole = on.reshape(n * bars, steps, pitches, tracks) if legacy else on.reshape(n, bars * steps, pitches, tracks)
    owner, track, length = runs(whole)
    if not legacy:
        return _ratio(np.bincount(track[length >= least_steps], minlength=tracks), np.bincount(track, minlength=tracks))
    place = owner * tracks + track
    counts = (np.bincount(one, minlength=n * bars * tracks) for one in (place[length >= least_steps], place))
    return _mean(_ratio(*counts).reshape(-1, tracks))


def runs(on: Rolls) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each run along time in (n, steps, pitches, tracks): its item, its track, its length in steps."""
    time_last = np.moveaxis(on, 1, -1)
    edge = np.zeros((*time_last.shape[:-1], 1), bool)
    first = time_last & ~np.concatenate([edge, time_last[..., :-1]], -1)
    last = time_last & ~np.concatenate([time_last[..., 1:], edge], -1)
    item, _, track, begin = np.nonzero(first)
    return item, track, np.nonzero(last)[3] - begin + 1


def polyphony(on: Rolls) -> Floats:
    """Share of the steps with at least two pitches, 0 to 1, mean over the bars that are not empty (PP)."""
    return _over_bars((on.sum(3) >= 2).mean(2), on)


def drum_pattern(on: Rolls, steps_per_beat: int, tolerance: float = 0.3) -> float:
    """How far onsets keep to an even pattern, up to 1 (DP): of 16ths where the grid is finer than that, else of 8ths.

    An onset weighs 1 on the pattern, `tolerance` one step beside it where the pattern leaves room; the best shift
    counts. Mean over the bars that are not empty.

    Parameters
    ----------
    on
        A drum track, (n, bars, steps, pitches): every cell that is on is a hit.
    steps_per_beat
        Steps a quarter: 24 in the paper.
    tolerance
        0.3 in the paper's first code, 0.1 later.
    """
    weights = pattern(steps_per_beat, tolerance)
    period, hits = len(weights), on.sum(3).reshape(-1, on.shape[2]).astype(np.float64)
    long = np.resize(weights, on.shape[2] + period)
    held = np.stack([hits @ long[period - shift : period - shift + on.shape[2]] for shift in range(period)])
    heard = hits.sum(1)
    return float(np.mean(held.max(0)[heard > 0] / heard[heard > 0])) if heard.any() else float("nan")


def pattern(steps_per_beat: int, tolerance: float = 0.3) -> Floats:
    """What an onset weighs at each step of one period of an even pattern, see `drum_pattern`."""
    weights = np.zeros(steps_per_beat // 4 if steps_per_beat >= 8 else max(1, steps_per_beat // 2))
    weights[0] = 1
    if len(weights) > 2:
        weights[[1, -1]] = tolerance
    return weights


def tonal_distance(on: Rolls, beats: int, legacy: bool = False) -> Floats:
    """Distances of the tracks' harmony, (tracks, tracks), 0 to 3; NaN where two never sound in the same beat (TD).

    Each track's chroma in a beat, summing to 1, in the tonal centroid space (Harte, Sandler, Gasser 2006, equation 2,
    radii 1, 1, 0.5); Euclidean distance, mean over the beats in which both sound. The legacy one folds as
    `used_classes`, and drops a whole bar for one beat that is silent in either track.
    """
    n, bars, steps, _, tracks = on.shape
    chroma = folded(on, legacy).reshape(n * bars, beats, steps // beats, OCTAVE, tracks).sum(2).astype(np.float64)
    total = chroma.sum(2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        place = np.einsum("ck,nbkt->nbct", centroids(), chroma / total)
    far = np.sqrt(((place[..., :, None] - place[..., None, :]) ** 2).sum(2))
    if legacy:
        far = far.mean(1)[:, None]
    return _mean(far.reshape(-1, tracks, tracks))


def folded(on: Rolls, legacy: bool = False) -> NDArray[np.int64]:
    """How many cells each pitch class has, the axis of pitches (last but one) now 12; or wrongly of neighbours."""
    *front, pitches, tracks = on.shape
    high = octaves(pitches)
    whole = np.concatenate([on, np.zeros((*front, high * OCTAVE - pitches, tracks), bool)], -2)
    if legacy:
        return np.asarray(whole.reshape(*front, OCTAVE, high, tracks).sum(-2))
    return np.asarray(whole.reshape(*front, high, OCTAVE, tracks).sum(-3))


def closeness(made: Floats, real: Floats) -> float:
    """Mean over tracks of ``|made - real| / real``: 0 is the data; tracks unknown in either are left out."""
    known = np.isfinite(made) & np.isfinite(real) & (real != 0)
    return float(np.mean(np.abs(made[known] - real[known]) / real[known])) if known.any() else float("nan")


def measures(on: Rolls, drums: Sequence[int], beats: int, low_notes: int, legacy: bool = False) -> Mapping[str, Floats]:
    """All of them: "EB", "UPC", "QN", "PP" a track (drums have only EB), "DP" a drum track, "TD" a pair of tracks.

    Parameters
    ----------
    on
        (n, bars, steps, pitches, tracks).
    drums
        Columns.
    beats
        Of a bar.
    low_notes
        Steps of a note that is long enough, see `least_steps`.
    legacy
        As the paper's code.
    """
    pitched = [column for column in range(on.shape[4]) if column not in drums]
    notes = on[..., pitched]
    far = tonal_distance(notes, beats, legacy)
    return {
        "EB": empty_bars(on),
        "UPC": used_classes(notes, legacy),
        "QN": long_notes(notes, low_notes, legacy),
        "PP": polyphony(notes),
        "DP": np.array([drum_pattern(on[..., column], on.shape[2] // beats) for column in drums]),
        "TD": far[np.triu_indices(len(pitched), 1)],
    }


def least_steps(steps: int, legacy: bool = False) -> int:
    """Steps of a note that counts as held: a 32nd (3 of 96 a bar; the code says 2), two steps on coarser grids."""
    return 2 if legacy else max(2, 3 * steps // 96)


def centroids() -> Floats:
    """The tonal centroid space, (6, 12): circles of fifths, minor and major thirds."""
    k = np.arange(OCTAVE)
    angles = [7 * np.pi * k / 6, 3 * np.pi * k / 2, 2 * np.pi * k / 3]
    rows = [
        radius * wave(angle) for radius, angle in zip((1, 1, 0.5), angles, strict=True) for wave in (np.sin, np.cos)
    ]
    return np.stack(rows)


def _over_bars(values: NDArray[np.generic], on: Rolls) -> Floats:
    """Mean of (n, bars, tracks) over the bars that are not empty."""
    sounding = on.any((2, 3))
    return _ratio((np.asarray(values, np.float64) * sounding).sum((0, 1)), sounding.sum((0, 1)))


def _ratio(some: NDArray[np.generic], of: NDArray[np.generic]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(np.asarray(of) > 0, some / np.asarray(of, np.float64), np.nan))


def _mean(rows: Floats) -> Floats:
    """Mean over rows, NaN left out; NaN where there is nothing else."""
    known = np.isfinite(rows)
    return _ratio(np.where(known, rows, 0).sum(0), known.sum(0))
