"""The copy gates of the bench: what copies its inspirer, the inspirer's whole song, or the training set is refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import Grams, Heard, gates, heard, lines
from modeloid.music.represent.parts import Rows

from .slices import Song

_SHAPES = ("slice of slice", "slice of window", "slice of piece")
PAIRS = 300
"""Of strangers, for each line."""


class Refused(NamedTuple):
    """Which slices a gate refused, shape (n,), and how often each measure was the reason."""

    failed: NDArray[np.bool_]
    reasons: Mapping[str, int]

    @property
    def share(self) -> float:
        """Of all that were asked about, 0 to 1."""
        return float(self.failed.mean()) if len(self.failed) else 0.0


class Gate:
    """Knows what real strangers share, and what the training set says.

    Parameters
    ----------
    known
        From `kinship.lines`.
    grams
        The training set.
    drum_parts
        The parts that are left out.
    """

    def __init__(self, known: Mapping[str, Any], grams: Grams, drum_parts: Sequence[int]) -> None:
        self.lines, self.grams, self.drum_parts = known, grams, tuple(drum_parts)

    def __call__(self, ys: Sequence[Rows], xs: Sequence[Rows], whole: Sequence[Rows | Heard | None]) -> Refused:
        """Ask the gates about each of some slices.

        Parameters
        ----------
        ys
            What was made, one for each inspirer or a whole multiple of it.
        xs
            The inspirers.
        whole
            The song that each inspirer is from, so that going on with it is refused, too; None where it is not to be
            asked, as for the song's own slices.
        """
        given = [heard(x, self.drum_parts) for x in xs]
        songs = [None if song is None else heard(song, self.drum_parts) for song in whole]
        reasons: Counter[str] = Counter()
        failed = np.zeros(len(ys), bool)
        for number, y in enumerate(ys):
            made = heard(y, self.drum_parts)
            x, song = given[number % len(xs)], songs[number % len(xs)]
            names = {gate.name for gate in gates(made, x, self.lines, self.grams)}
            if song is not None:
                names |= {gate.name for gate in gates(made, song, self.lines)}
            failed[number] = bool(names)
            reasons.update(names)
        return Refused(failed, dict(reasons.most_common()))


def gate(
    train: Sequence[Song], unseen: Sequence[Song], drum_parts: Sequence[int], folder: Path, pairs: int = PAIRS
) -> Gate:
    """The gates, their lines drawn from pieces that are not trained on and kept in a folder.

    Parameters
    ----------
    train, unseen
        Pieces of the training part, and of one that neither modeloid nor inspirers are from.
    folder
        Holds ``lines.json``.
    pairs
        Of strangers, for each line.
    """
    pieces = [heard(song.rows, drum_parts) for song in train]
    grams = Grams(pieces, names=[song.name for song in train])
    about = {
        "shapes": list(_SHAPES),
        "pairs": pairs,
        "drum_parts": list(drum_parts),
        "train": len(train),
        "unseen": [song.name for song in unseen],
        "notes": sum(len(song.rows) for song in train),
    }
    path = folder / "lines.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("of") != about:
        asked = [heard(song.rows, drum_parts) for song in unseen]
        kept = {"of": about, "lines": lines(asked, Rng(0).at("lines"), grams=grams, pairs=pairs, shapes=_SHAPES)}
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    return Gate(kept["lines"], grams, drum_parts)
