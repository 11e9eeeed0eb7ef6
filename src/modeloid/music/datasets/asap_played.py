"""The scores of ASAP as its pianists play them: quantised notes with the velocities of performances."""

from __future__ import annotations

from pathlib import Path

from ..columns import Columns, from_score
from ..read.refusal import Refusal
from .archived import Archived
from .asap import ASAP
from .entry import Entry, Stamp

_ALIGNMENT_VERSION = 2
"""Raised when notes are found, or performances refused, in another way: a store built before is then built anew."""
_LEAST = 90
"""Of 100 keys of the score."""


class ASAPPlayed(ASAP):
    """One piece a performance: the notes of the score, each as loud as the pianist played it.

    Which note of a performance plays which of the score is told by `music.align`. What the pianist left out is as loud
    as what is around it, see `music.align.played`. Performances that play less than nine tenths of the score's keys
    (other repeats, cuts, trills that are written out otherwise), that have no score or cannot be read, are refused.
    The parts are those of ``asap``.
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
        return [
            Entry(entry.name, _played(Path(str(entry.source)), entry.name), entry.part) for entry in super().read(root)
        ]


def _played(performance: Path, name: str) -> Columns | Refusal:
    """The score as it is played; a refusal where it has none, one of both cannot be read, or it is played otherwise."""
    from ..align import played

    score = _score_of(performance)
    if score is None:
        return Refusal(name, "There is no score of it")
    both = []
    for path, what in ((score, "its score"), (performance, "it")):
        try:
            both.append(_read(path))
        except (ValueError, RuntimeError, OSError):
            return Refusal(name, f"symusic cannot read {what}")
    found = played(*both)
    if 100 * found.share < _LEAST:
        return Refusal(name, f"It plays {int(100 * found.share)} of 100 notes of its score, fewer than {_LEAST}")
    return found.score


def _score_of(performance: Path) -> Path | None:
    """Beside it as published; some copies write the folders into the names and keep scores in a folder of their own."""
    beside = performance.with_name("midi_score.mid")
    prefix = performance.stem.rpartition("__")[0]
    flat = performance.parent.with_name("asap_score") / f"{prefix}__midi_score.mid"
    return next((path for path in (beside, flat) if path.is_file()), None)


def _read(path: Path) -> Columns:
    from symusic.core import ScoreTick

    return from_score(ScoreTick.from_midi(path.read_bytes()))
