"""How unlike one another the pieces of a set are: what falls when a generator makes the same piece again and again."""

from __future__ import annotations

import numpy as np

from .notes import BEAT, Ints, Notes

_STEPS_A_BEAT = 4
_MOST = 100
_PITCHES = 128


def diversity(notes: Notes) -> float | None:
    """Mean Jaccard distance between the onsets of two pieces.

    An onset is a sixteenth, counted from the piece's beginning, with a pitch; drums are told from what has a pitch.

    Parameters
    ----------
    notes
        Of more than 100 pieces, 100 evenly spread are compared.

    Returns
    -------
    0 (all the same) to 1 (no two share an onset); None for fewer than two pieces. Two silent pieces are the same.
    """
    if notes.pieces < 2:
        return None
    chosen = np.linspace(0, notes.pieces - 1, min(notes.pieces, _MOST)).round().astype(np.int64)
    row = np.full(notes.pieces, -1, np.int64)
    row[chosen] = np.arange(len(chosen))
    mine = row[notes.piece] >= 0
    places, column = np.unique(_places(notes)[mine], return_inverse=True)
    sounds = np.zeros((len(chosen), len(places)), np.float32)
    sounds[row[notes.piece[mine]], column] = 1
    both, size = sounds @ sounds.T, sounds.sum(axis=1)
    either = size[:, None] + size - both
    # two that are silent have nothing that differs
    alike = np.divide(both, either, out=np.ones_like(both), where=either > 0)
    above = np.triu_indices(len(chosen), 1)
    return float(1 - alike[above].astype(np.float64).mean())


def _places(notes: Notes) -> Ints:
    step = (notes.onset * _STEPS_A_BEAT * 2 + BEAT) // (2 * BEAT)
    return (step * 2 + ~notes.pitched) * _PITCHES + notes.pitch
