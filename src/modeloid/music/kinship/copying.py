"""All measures of copying at once, of a piece of any length: the worst of its slices counts."""

from __future__ import annotations

from collections.abc import Sequence

from ..represent.parts import ONSET, PITCH, Rows
from .bars import barcopy_mean
from .heard import Heard, Ints, heard
from .rhythm import rhythm_copy
from .runs import lead_grams_shared, longest_run
from .shifted import most_met

MEASURES = {
    "barcopy": "share of a bar's notes that the likest bar of the other begins, too, in any key",
    "overlap": "share of the notes that the other has, too, moved as a whole in time and pitch",
    "lead_overlap": "share of the lead's notes that the other's lead has, too, moved as a whole",
    "lead_kept": "share of the other's lead that is heard here in any voice, moved as a whole",
    "lead_grams": "share of the stretches of seven lead notes that the other's lead has, too",
    "lead_run": "notes of the longest stretch shared by both leads",
    "all_run": "notes of the longest stretch shared by all voices",
    "rhythm_voices": "share of the rhythm, voice by voice, that the likest bar of the other has, too",
    "rhythm_aligned": "share of the rhythm that the other has, too, bar after bar",
    "rhythm_lengths": "share of the notes that begin and last as in the likest bar of the other",
}
"""Name -> what it is a share or a number of; each is larger the more is copied."""

_FEW = 12
"""A slice of fewer onsets is taken as one of so many: three notes are found anywhere."""


def copying(y: Rows | Heard, x: Rows | Heard, drum_parts: Sequence[int] = ()) -> dict[str, float]:
    """How much y copies of x: each of `MEASURES` of the 8-bar slice of y that copies most, from anywhere in x.

    All zero where one of them has no pitched notes.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    worst = dict.fromkeys(MEASURES, 0.0)
    for piece in one.slices:
        for name, value in _of_slice(piece, other).items():
            worst[name] = max(worst[name], value)
    return worst


def _of_slice(y: Heard, x: Heard) -> dict[str, float]:
    in_lead, in_all = longest_run(y, x)
    rhythm = rhythm_copy(y, x)
    return {
        "barcopy": barcopy_mean(y, x),
        "overlap": _met(_all(y), _all(x)),
        "lead_overlap": _met(_lead(y), _lead(x)),
        "lead_kept": max((_met(_lead(part), _all(y)) for part in x.slices), default=0.0),
        "lead_grams": lead_grams_shared(y, x),
        "lead_run": float(in_lead.notes),
        "all_run": float(in_all.notes),
        "rhythm_voices": rhythm.voices,
        "rhythm_aligned": rhythm.aligned,
        "rhythm_lengths": rhythm.lengths,
    }


def _met(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> float:
    return most_met(*one, *other) / max(len(one[0]), _FEW)


def _all(notes: Heard) -> tuple[Ints, Ints]:
    return notes.onset, notes.pitch


def _lead(notes: Heard) -> tuple[Ints, Ints]:
    return notes.lead[:, ONSET], notes.lead[:, PITCH]
