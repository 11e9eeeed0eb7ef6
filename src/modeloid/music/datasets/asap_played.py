"""The scores of ASAP as its pianists play them: quantised notes with the velocities of performances."""

from __future__ import annotations

from pathlib import Path

from ..columns import Columns, from_score
from .archived import Archived
from .asap import ASAP
from .entry import Entry, Stamp

_ALIGNMENT_VERSION = 1
"""Raised when notes are found in another way: a store built before is then built anew."""
_LEAST_SHARE = 0.9


class ASAPPlayed(ASAP):
    """One piece a performance: the notes of the score, each as loud as the pianist played it.

    Which note of a performance plays which of the score is told by `music.align`. What the pianist left out is as loud
    as what is around it, see `music.align.played`. Performances that play less than nine tenths of the score's keys
    (other repeats, cuts, trills that are written out otherwise) are left out. The parts are those of ``asap``.
    """

    name = "asap-played"
    doc = "the scores of asap with the velocities of its performances, a piece each, split by piece (MIDI)"

    @property
    def file(self) -> str:
        """The archive of the performances holds the scores."""
        return f"asap-{self.download.rpartition('/')[2]}"

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        files = Archived.stamp(self)
        return [*files, ("alignment", _ALIGNMENT_VERSION, 0)] if files else []

    def read(self, root: Path) -> list[Entry]:
        """Align all performances below a folder."""
        found = []
        for entry in super().read(root):
            piece = _played(Path(str(entry.source)))
            if piece is not None:
                found.append(Entry(entry.name, piece, entry.part))
        return found


def _played(performance: Path) -> Columns | None:
    """The score as it is played; None where it has none, one of both cannot be read, or it is played otherwise."""
    from ..align import played

    score = _score_of(performance)
    if score is None:
        return None
    try:
        both = [_read(path) for path in (score, performance)]
    except (ValueError, RuntimeError, OSError):
        return None
    found = played(*both)
    return found.score if found.share >= _LEAST_SHARE else None


def _score_of(performance: Path) -> Path | None:
    """Beside it as published; some copies write the folders into the names and keep scores in a folder of their own."""
    beside = performance.with_name("midi_score.mid")
    prefix = performance.stem.rpartition("__")[0]
    flat = performance.parent.with_name("asap_score") / f"{prefix}__midi_score.mid"
    return next((path for path in (beside, flat) if path.is_file()), None)


def _read(path: Path) -> Columns:
    from symusic.core import ScoreTick

    return from_score(ScoreTick.from_midi(path.read_bytes()))
