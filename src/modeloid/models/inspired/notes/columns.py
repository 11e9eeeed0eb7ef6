"""The state of an event as columns of classes, which the nets look up: for reading, and for each thing to be told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS

from .classes import LENGTHS
from .known import CLASSES, REF_LENGTH, REF_PART, REF_PITCH, STEP, Known
from .sheet import BIT_UNKNOWN, NEXT_NONE, NEXT_UNKNOWN, NEXTS, Sheet

Ints = NDArray[np.int64]

WHEN_COLUMNS = 5
"""The first columns of the state are those from which the next onset is told, too."""
GAPS, NEAR_LENGTHS = slice(3, 5), slice(5, 8)
"""Which of `length_columns` are steps to what is planned next, and lengths of other notes."""
_HEAP, _RISE, _SINCE, _UNTIL, _COUNT = 7, 12, 32, 17, 16
_PITCHES = 129
_STEPS = BAR_STEPS + 1
_CHORDS = 27
_BITS = BIT_UNKNOWN + 1
_LENGTHS = len(LENGTHS) + 1
_MIDDLE = 60


def state_sizes(parts: int) -> list[int]:
    """Classes of each column of `state_columns`."""
    first = [_STEPS, _STEPS, _STEPS, NEXTS, NEXTS]
    last = [_BITS + 1, _BITS + 1, parts + 1, _PITCHES, _LENGTHS, _HEAP + 1, _PITCHES, _CHORDS, _CHORDS]
    refs = [parts + 1, _PITCHES, _LENGTHS] * 2
    of_parts = [_PITCHES, 2 * _RISE + 2, _SINCE + 2, _UNTIL + 1, _COUNT + 1]
    return [*first, *last, *refs, *(size for size in of_parts for _ in range(parts)), *[2] * CLASSES]


def state_columns(known: Known, sheet: Sheet) -> Ints:
    """What the net reads before an event: shape (events, columns)."""
    slot, at = known.slot, known.at
    nexts = sheet.next_onset[slot, :, at + 1]
    here = np.where(at[:, None] < 0, _BITS, sheet.onset[slot, :, at])
    chord = np.stack(chords_at(sheet, slot, np.maximum(at, 0)), 1)
    heap = np.minimum(known.heap, _HEAP)
    single = np.stack([known.part + 1, known.pitch + 1, known.length + 1, heap, known.bass + 1], 1)
    refs = known.refs + 1
    rise = np.where(known.before < 0, 0, np.clip(known.top - known.before, -_RISE, _RISE) + _RISE + 1)
    return np.concatenate(
        [
            (at + 1)[:, None],
            refs[:, :, STEP],
            nexts,
            here,
            single,
            chord,
            refs[:, 0, REF_PART:],
            refs[:, 1, REF_PART:],
            known.top + 1,
            rise,
            np.minimum(known.since, _SINCE) + 1,
            np.minimum(known.until, _UNTIL),
            np.minimum(known.counts, _COUNT),
            known.sounding,
        ],
        axis=1,
    )


def chords_at(sheet: Sheet, slot: Ints, step: Ints) -> tuple[Ints, Ints]:
    """The chord that is planned at a step, and the next half bar's."""
    half = step // (BAR_STEPS // 2)
    return sheet.chord[slot, half], sheet.chord[slot, half + 1]


def part_sizes(parts: int) -> list[int]:
    """Classes of each column of `part_columns`."""
    return [BAR_STEPS, parts + 1, parts + 1, parts + 1, _BITS, _BITS]


def part_columns(known: Known, sheet: Sheet, when: Ints, refs: Ints) -> Ints:
    """What the part is told from.

    Parameters
    ----------
    known, sheet
        Of events that are notes.
    when
        The note's step.
    refs
        Shape (events, 2, 4): the followed notes from that step on.
    """
    together = np.where(when == known.at, known.part + 1, 0)
    meet = np.where(refs[:, :, STEP] == when[:, None], refs[:, :, REF_PART] + 1, 0)
    return np.concatenate([np.stack([when, together], 1), meet, sheet.onset[known.slot, :, when]], 1)


def pitch_sizes(parts: int) -> list[int]:
    """Classes of each column of `pitch_columns`."""
    return [BAR_STEPS, parts, _CHORDS, _CHORDS, _BITS, _BITS, *[_PITCHES] * 4, _HEAP + 1, 3, _PITCHES, 3, _PITCHES]


def pitch_columns(known: Known, sheet: Sheet, when: Ints, part: Ints, refs: Ints) -> Ints:
    """What the pitch is told from; `refs` as in `part_columns`, from the note's step and part on."""
    one = np.arange(len(when))
    together = is_together(known, when, part)
    chord, after = chords_at(sheet, known.slot, when)
    bits = sheet.onset[known.slot, :, when]
    top, low = known.top[one, part] + 1, known.low[one, part] + 1
    above = np.where(together, known.pitch + 1, 0)
    heap = np.where(together, np.minimum(known.heap, _HEAP), 0)
    same = refs[:, :, REF_PART] == part[:, None]
    kind = same * (1 + (refs[:, :, STEP] == when[:, None]))
    value = np.where(same, refs[:, :, REF_PITCH] + 1, 0)
    plain = [when, part, chord, after, bits[:, 0], bits[:, 1], top, low, above, known.bass + 1, heap]
    return np.stack([*plain, kind[:, 0], value[:, 0], kind[:, 1], value[:, 1]], 1)


def anchors(known: Known, sheet: Sheet, when: Ints, part: Ints, refs: Ints) -> Ints:
    """Pitches from which intervals are counted: shape (events, 4).

    The part's last note, the two followed ones (the part's last where another part's is next), the root of the chord.
    """
    low = known.low[np.arange(len(when)), part]
    low = np.where(low < 0, _MIDDLE, low)
    meet = np.where(refs[:, :, REF_PART] == part[:, None], refs[:, :, REF_PITCH], low[:, None])
    chord = chords_at(sheet, known.slot, when)[0]
    return np.stack([low, meet[:, 0], meet[:, 1], np.maximum(chord - 1, 0) % CLASSES], 1)


def is_together(known: Known, when: Ints, part: Ints) -> NDArray[np.bool_]:
    """Whether a note begins with the last one, in its part."""
    found: NDArray[np.bool_] = (when == known.at) & (part == known.part)
    return found


def length_sizes(parts: int) -> list[int]:
    """Classes of each column of `length_columns`."""
    return [BAR_STEPS, parts, _PITCHES, NEXTS, NEXTS, _LENGTHS, _LENGTHS, _LENGTHS, 2, _BITS, _BITS]


def length_columns(known: Known, sheet: Sheet, when: Ints, part: Ints, pitch: Ints, refs: Ints) -> Ints:
    """What the length is told from; `refs` as in `pitch_columns`."""
    coming = sheet.next_onset[known.slot, :, when + 1]
    gap = np.where(coming < NEXT_NONE, coming - when[:, None], np.where(coming == NEXT_NONE, NEXT_NONE, NEXT_UNKNOWN))
    meet = (refs[:, :, STEP] == when[:, None]) & (refs[:, :, REF_PART] == part[:, None])
    lengths = np.where(meet, refs[:, :, REF_LENGTH] + 1, 0)
    together = is_together(known, when, part).astype(np.int64)
    bits = sheet.onset[known.slot, :, when]
    plain = np.stack(
        [when, part, pitch, gap[:, 0], gap[:, 1], lengths[:, 0], lengths[:, 1], known.length + 1, together], 1
    )
    return np.concatenate([plain, bits], 1)
