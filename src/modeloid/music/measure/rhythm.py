"""Metrics of rhythm. Drums count, but where a metric says otherwise; without a note all are undefined (NaN)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .notes import BEAT, Floats, Ints, Notes
from .shares import distinct, entropy_bits, histogram, mean_by, ratio

_POSITIONS = 256
_LONGEST_STEPS = 64


def notes_per_beat(notes: Notes) -> Floats:
    """Notes a quarter, from the piece's beginning to the end of its last note: ``notes / length_beats``, above 0."""
    return ratio(_count(notes) * BEAT, notes.length)


def note_length_beats(notes: Notes) -> Floats:
    """Mean length of the notes in quarters, above 0."""
    return mean_by(notes.piece, (notes.end - notes.onset) / BEAT, notes.pieces)


def empty_bar_rate(notes: Notes) -> Floats:
    """Share of the bars in which nothing sounds, 0 to 1, of all bars up to the one in which the last note ends.

    "EB" of Dong et al.: MuseGAN, AAAI 2018, section 5.4, over all tracks at once. A held note fills its bars (the first
    64 beats of it). MusPy and MuseGAN v3 count otherwise, see `legacy`.
    """
    heard = np.zeros(len(notes.bar_piece), bool)
    heard[notes.in_bars[1]] = True
    return mean_by(notes.bar_piece, ~heard, notes.pieces)


def empty_track_bar_rate(notes: Notes) -> Floats:
    """As `empty_bar_rate`, for each track that has notes alone; the mean over the tracks: MuseGAN's EB, 0 to 1."""
    note, row = notes.in_bars
    tracks = len(notes.program) + 1
    cells = distinct(row * tracks + notes.track[note])
    filled = np.bincount(notes.bar_piece[cells // tracks], minlength=notes.pieces)
    used = distinct(notes.track)
    return 1 - ratio(filled, np.bincount(notes.track_piece[used], minlength=notes.pieces) * notes.bars)


def qualified_note_rate(notes: Notes) -> Floats:
    """Share of the notes that last at least a 32nd, 0 to 1; drums left out. Fragmented music has a low one.

    "QN" of Dong et al.: MuseGAN, AAAI 2018, section 5.4: three steps of 96 a bar. Its code takes two steps and cuts
    notes at bar lines, see `legacy.qualified_note_rate_musegan`. Undefined without a pitched note.
    """
    kept = notes.pitched
    long = (notes.end - notes.onset)[kept] >= BEAT // 8
    return mean_by(notes.piece[kept], long, notes.pieces)


def groove_consistency(notes: Notes, steps_per_beat: int = 4) -> Floats:
    """How alike the onsets of neighbouring bars are: 1 - mean normalised Hamming distance, 0 to 1.

    Each bar is a binary vector over the steps of a grid, 1 where any note starts; bars of unlike length are not
    compared. MusPy, ISMIR 2020, after Wu and Yang, ISMIR 2020, section 5.2; MusPy adds an empty bar to pieces that end
    with a bar (`legacy.groove_consistency_muspy`). Undefined without two neighbouring bars of one length.
    """
    size = -(-notes.bar_sizes // (BEAT // steps_per_beat))
    keys = onset_cells(notes, steps_per_beat)
    return neighbours(keys, size, notes.bar_piece, notes.pieces)


def onset_cells(notes: Notes, steps_per_beat: int) -> Ints:
    """Where any note starts, each cell once, sorted: row in the table of all bars * 256 + step in the bar."""
    return notes.once(f"onset cells {steps_per_beat}", lambda notes: _cells(notes, steps_per_beat))


def _cells(notes: Notes, steps_per_beat: int) -> Ints:
    number, step, _ = notes.snapped(steps_per_beat)
    return distinct((notes.first_bar[notes.piece] + number) * _POSITIONS + np.minimum(step, _POSITIONS - 1))


def neighbours(keys: Ints, size: Ints, bar_piece: Ints, pieces: int) -> Floats:
    """1 - mean Hamming distance of neighbouring bars with onsets at `keys` (row * 256 + step)."""
    onsets = np.bincount(keys // _POSITIONS, minlength=len(size))
    again = np.isin(keys + _POSITIONS, keys, assume_unique=True)
    same = np.bincount(keys[again] // _POSITIONS, minlength=len(size))
    apart = onsets[:-1] + onsets[1:] - 2 * same[:-1]
    pair = np.flatnonzero((bar_piece[:-1] == bar_piece[1:]) & (size[:-1] == size[1:]))
    return mean_by(bar_piece[pair], 1 - apart[pair] / size[pair], pieces)


def groove_similarity(notes: Notes, steps_per_beat: int = 4) -> Floats:
    """As `groove_consistency` over all pairs of bars instead of neighbours, 0 to 1.

    "GS" of Wu and Yang, ISMIR 2020, section 5.2. With c of N bars having an onset at step q, c (N - c) pairs differ
    there. Of bars of the piece's commonest length (the shorter one in a tie); undefined below two of them.
    """
    size = -(-notes.bar_sizes // (BEAT // steps_per_beat))
    lengths = histogram(notes.bar_piece, np.minimum(size, _POSITIONS - 1), notes.pieces, _POSITIONS)
    usual = lengths.argmax(axis=1)
    bars = lengths.max(axis=1)
    keys = onset_cells(notes, steps_per_beat)
    row = keys // _POSITIONS
    kept = size[row] == usual[notes.bar_piece[row]]
    counts = histogram(notes.bar_piece[row][kept], keys[kept] % _POSITIONS, notes.pieces, _POSITIONS)
    differ = (counts * (bars[:, None] - counts)).sum(axis=1)
    return 1 - ratio(differ, usual * bars * (bars - 1) / 2)


def onset_position_entropy(notes: Notes, steps_per_beat: int = 4) -> Floats:
    """Entropy of where in the bar notes start, in bits, over the steps of a grid; 0 to log2(steps a bar).

    Every note counts. Shannon's entropy of the metrical positions, as pitch class entropy is of the classes.
    """
    _, step, _ = notes.snapped(steps_per_beat)
    return entropy_bits(histogram(notes.piece, np.minimum(step, _POSITIONS - 1), notes.pieces, _POSITIONS))


def onset_interval_entropy(notes: Notes, steps_per_beat: int = 4) -> Floats:
    """Entropy of the times between one onset and the next, in bits, in steps of a grid up to 64; 0 to 6.

    Notes that start at one step are one onset, in whichever track; longer times count as 64. After the
    inter-onset-interval histograms of Yang and Lerch: On the evaluation of generative models in music, 2020, section
    3.1. Undefined below two onsets.
    """
    step = BEAT // steps_per_beat
    far = int(notes.length.max(initial=0)) // step + 2
    keys = distinct(notes.piece * far + (notes.onset + step // 2) // step)
    pair = np.flatnonzero(keys[1:] // far == keys[:-1] // far)
    gap = np.minimum(keys[pair + 1] - keys[pair], _LONGEST_STEPS)
    return entropy_bits(histogram(keys[pair] // far, gap, notes.pieces, _LONGEST_STEPS + 1))


def drum_pattern_rate(notes: Notes, tolerance: float = 0.3) -> Floats:
    """How far drum onsets keep to 16ths, 0.05 to 1: all on one grid of 16ths gives 1.

    "DP" of Dong et al.: MuseGAN, AAAI 2018, section 5.4, with the weights of its first code: on a grid of 24 steps a
    quarter an onset weighs 1 on a 16th, `tolerance` one step beside it, else 0; the best of the six shifts of the 16ths
    is taken. Undefined without drums.
    """
    kept = ~notes.pitched
    return in_pattern(notes.piece[kept], snap(notes.onset[kept], 24), notes.pieces, tolerance, range(6))


def in_pattern(owner: Ints, step: Ints, pieces: int, tolerance: float, shifts: range) -> Floats:
    """Weight of steps (24 a quarter) in the pattern of 16ths, by owner, at the best of the given shifts."""
    counts = histogram(owner, step % 6, pieces, 6)
    weights = np.array([1, tolerance, 0, 0, 0, tolerance])
    held = [(counts * np.roll(weights, shift)).sum(axis=1) for shift in shifts]
    return ratio(np.max(held, axis=0), counts.sum(axis=1))


def snap(time: Ints, steps_per_beat: int) -> Ints:
    """Times to the nearest step of a grid over the whole piece, halves up."""
    step = BEAT // steps_per_beat
    return (time + step // 2) // step


def _count(notes: Notes) -> NDArray[np.int64]:
    return np.bincount(notes.piece, minlength=notes.pieces)
