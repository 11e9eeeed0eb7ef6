"""What two pieces have in common, whatever their key, their tempo and who plays them: n-grams of melodic intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..measure.notes import BEAT, Ints, Notes, lay
from ..originality.lines import Lines, intervals, lines
from ..originality.suffixes import gram_hashes, prefix_hashes

_STEPS = 8
_TOGETHER = BEAT // 8
_CHUNK_NOTES = 200_000


def shingles(columns: Columns) -> NDArray[np.uint64]:
    """The n-grams of one piece, see `shingle_sets`."""
    return shingle_sets([columns])[0]


def shingle_sets(pieces: Sequence[Columns]) -> list[NDArray[np.uint64]]:
    """The n-grams of pieces, each as one hash.

    Nine notes in a row of a track's upper line, or of the upper or lower line of the whole piece
    (`originality.lines.lines`), as their eight intervals in semitones, without rhythm: performances of a piece have the
    intervals in common and not the rhythm. Notes that start within half a 16th of the one before are one chord, and
    held notes hide none, since how long a note is held is the player's. A line that is shorter counts as one n-gram.
    Pieces of drums alone give the drum tracks' lines, with rhythm: the same drums in another rhythm are other music.

    Returns
    -------
    Of each piece: sorted, each hash once. Lines below three notes give none.
    """
    edges = np.cumsum([0, *(len(piece) for piece in pieces)])
    chunk = edges[:-1] // _CHUNK_NOTES
    parts = ([pieces[index] for index in np.flatnonzero(chunk == part).tolist()] for part in np.unique(chunk))
    return [found for part in parts for found in _sets(lay(part))]


def _sets(notes: Notes) -> list[NDArray[np.uint64]]:
    melodic = np.bincount(notes.piece[notes.pitched], minlength=notes.pieces) > 0
    beaten = replace(notes.where(~melodic[notes.piece]), drum=np.zeros_like(notes.drum), _made={})
    tunes, beats = lines(notes, together=_TOGETHER, look_back=0), lines(beaten)
    parts = [_grams(tunes, intervals(tunes)), _grams(beats, beats.symbol)]
    owner, grams = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort([grams, owner])
    owner, grams = owner[order], grams[order]
    stops = np.searchsorted(owner, np.arange(1, notes.pieces))
    return [np.unique(part) for part in np.split(grams, stops)]


def _grams(steps: Lines, symbol: Ints) -> tuple[Ints, NDArray[np.uint64]]:
    """The piece and the hash of every n-gram; a line that is shorter is one."""
    at = np.arange(len(steps))
    first = np.searchsorted(steps.line, steps.line)
    left = np.searchsorted(steps.line, steps.line, side="right") - at
    begins = np.flatnonzero((left >= _STEPS) | (at == first))
    width = np.minimum(left[begins], _STEPS)
    hashes = prefix_hashes(symbol)
    grams = np.zeros(len(begins), np.uint64)
    for length in np.unique(width):
        chosen = width == length
        grams[chosen] = gram_hashes(hashes, begins[chosen], int(length)) + np.uint64(length)
    return steps.piece[begins], grams
