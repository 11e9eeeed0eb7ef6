"""Published metrics as their code computes them, faults included: to stand beside published figures, for nothing else.

Each says what is wrong and which metric is right. They are computed from notes, not from rolls: where a roll merges
repeated notes they may differ from the original in the last digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from . import rhythm, tonal
from .notes import BEAT, Floats, Ints, Notes, spread
from .pitch import MAJOR, bar_classes
from .shares import distinct, histogram, mean_by, ratio
from .sound import polyphony_rate

SEMITONES: Mapping[str, int] = MappingProxyType({"musegan_v1": 7, "musegan_v2": 8, "musegan_v3": 7, "pypianoroll": 10})
"""Code base -> how many neighbouring semitones it takes for one "pitch class"."""
_LOWEST = {"musegan_v1": 24, "musegan_v2": 24, "musegan_v3": 24, "pypianoroll": 0}


def wrong_classes(notes: Notes, code: str = "musegan_v1") -> Ints:
    """The "pitch classes" of MuseGAN and pypianoroll: neighbouring semitones together, octaves apart; 0 to 11.

    Their code folds a roll as 12 groups of octaves instead of octaves of 12: with 84 pitches from 24 up, class k holds
    the pitches ``24 + 7 k`` to ``24 + 7 k + 6``. Pitches outside the roll go to the nearest group.
    """
    return np.clip((notes.pitch - _LOWEST[code]) // SEMITONES[code], 0, 11)


def bar_pitch_classes_musegan(notes: Notes, code: str = "musegan_v1") -> Floats:
    """UPC with `wrong_classes`: 2 for a C major scale of one octave from C4. Right: `pitch.bar_pitch_classes`, 7."""
    return bar_classes(notes, wrong_classes(notes, code))


def in_scale_musegan(notes: Notes, code: str = "musegan_v1") -> Floats:
    """The in-scale rate with `wrong_classes`: 0.571 for a C major scale from C4. Right: `pitch.in_c_major`, 1."""
    kept = notes.pitched
    counts = histogram(notes.piece[kept], wrong_classes(notes, code)[kept], notes.pieces, 12)
    return ratio(counts[:, list(MAJOR)].sum(axis=1), counts.sum(axis=1))


def tonal_distance_musegan(notes: Notes, code: str = "musegan_v1") -> Floats:
    """TD with `wrong_classes`: a triad and the same three octaves higher are far apart. Right: `tonal.tonal_distance`.

    The original drops all beats of a bar that has one beat in which only one of the two tracks sounds; this does not.
    """
    return tonal.distance_of(notes, wrong_classes(notes, code))


def qualified_note_rate_musegan(notes: Notes) -> Floats:
    """QN as coded: at least 2 steps of 24 a quarter, notes cut at bar lines. Right: `rhythm.qualified_note_rate`."""
    kept = notes.where(notes.pitched)
    note, row = kept.in_bars
    size = np.cumsum(kept.bar_sizes) - kept.bar_sizes
    start = size[row] - size[kept.first_bar[kept.piece[note]]]
    begin = np.maximum(rhythm.snap(kept.onset, 24)[note], rhythm.snap(start, 24))
    stop = np.minimum(rhythm.snap(kept.end, 24)[note], rhythm.snap(start + kept.bar_sizes[row], 24))
    seen = stop > begin
    return mean_by(kept.piece[note][seen], (stop - begin)[seen] >= 2, kept.pieces)


def polyphony_rate_muspy(notes: Notes) -> Floats:
    """MusPy's polyphony rate: its threshold of 2 means *more* than 2 pitches. Right: `sound.polyphony_rate`."""
    return polyphony_rate(notes, at_least=3)


def empty_bar_rate_musegan_v3(notes: Notes) -> Floats:
    """MuseGAN v3's "empty bar rate": the share of bars that are NOT empty. Right: `rhythm.empty_bar_rate`."""
    return 1 - rhythm.empty_bar_rate(notes)


def empty_bar_rate_muspy(notes: Notes) -> Floats:
    """MusPy's empty measure rate: a note fills the bar in which its end lies, too, even one that starts there.

    A piece that ends with a bar line has one more bar, which is never empty. Right: `rhythm.empty_bar_rate`.
    """
    last, _, _ = notes.bar(notes.piece, notes.end)
    first, _, _ = notes.bar(notes.piece, notes.onset)
    bars = _bars_muspy(notes)
    base = np.cumsum(bars) - bars
    # one step up where a note begins, one down behind its last bar: bars above 0 are filled
    change = np.bincount(base[notes.piece] + first, minlength=bars.sum() + 1)
    change -= np.bincount(base[notes.piece] + last + 1, minlength=bars.sum() + 1)
    filled = np.cumsum(change)[:-1] > 0
    return mean_by(np.repeat(np.arange(notes.pieces), bars), ~filled, notes.pieces)


def groove_consistency_muspy(notes: Notes, steps_per_beat: int = 4) -> Floats:
    """MusPy's groove consistency: a piece that ends with a bar line has an empty bar more, compared with the last one.

    Right: `rhythm.groove_consistency`. For pieces of one meter, as MusPy's.
    """
    bars = _bars_muspy(notes)
    base = np.cumsum(bars) - bars
    number, step, _ = notes.snapped(steps_per_beat)
    keys = distinct((base[notes.piece] + number) * 256 + np.minimum(step, 255))
    owner = np.repeat(np.arange(notes.pieces), bars)
    _, _, length = notes.bar(np.arange(notes.pieces), np.zeros(notes.pieces, np.int64))
    return rhythm.neighbours(keys, -(-length // (BEAT // steps_per_beat))[owner], owner, notes.pieces)


def drum_pattern_rate_musegan_v3(notes: Notes) -> Floats:
    """MuseGAN v3's drum pattern: counts every step at which a drum sounds, unshifted. Right: `drum_pattern_rate`.

    With its tolerance of 0.1, on the 24 steps a quarter of the first code; drums sound as long as they are written.
    """
    kept = ~notes.pitched
    first, last = (rhythm.snap(time[kept], 24) for time in (notes.onset, notes.end))
    note, step = spread(first, np.maximum(last - 1, first))
    return rhythm.in_pattern(notes.piece[kept][note], step, notes.pieces, 0.1, range(1))


def _bars_muspy(notes: Notes) -> Ints:
    number, _, _ = notes.bar(np.arange(notes.pieces), notes.length)
    return np.where(notes.length > 0, number + 1, 0)
