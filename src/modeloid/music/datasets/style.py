"""Genres to learn between: pieces of other sets, perhaps one track of each, with one fixed split by piece."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from ..store.cache import scratch
from .archived import Archived
from .asap import ASAPScores
from .entry import Entry, Stamp
from .licence import Licence
from .nottingham import Nottingham
from .pop909 import POP909
from .weimar import Weimar

_VERSION = 1
"""Raised when tracks are taken in another way: a store built before is then built anew."""


class Style(Archived):
    """One genre; subclasses hold data only.

    The files are those of `whole`. The split goes by the name of the piece alone: its SHA-256, modulo 10, is 0 for
    test, 1 for valid and above for train, so that a song is in the same part of every genre that it belongs to.

    Parameters
    ----------
    whole
        The set that the pieces lie in.
    only
        A regular expression: which pieces belong to the genre, by the names of their files without suffix.
    track
        Which of the tracks with notes is read, by its name or its number; None for all.
    piece
        What the split knows a piece by; ``{}`` is the file's name without suffix.
    """

    whole: ClassVar[type[Archived]]
    only: ClassVar[str] = ""
    track: ClassVar[str | int | None] = None
    piece: ClassVar[str] = "{}"

    def place(self) -> Path | None:
        """See `Archived.place`: where the whole set lies."""
        return self.whole().place()

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        files = self.whole().stamp()
        return [*files, ("style", _VERSION, 0)] if files else []

    @contextmanager
    def entries(self) -> Iterator[Sequence[Entry]]:
        """See `DataSet.entries`; a piece without the track has no entry."""
        with self.whole().entries() as found, scratch() as fresh:
            ours = [entry for entry in found if re.match(self.only, Path(entry.name).stem)]
            parted = [Entry(entry.name, entry.source, self._part(entry.name)) for entry in ours]
            taken = [_taken(entry, self.track, fresh) for entry in parted]
            yield [entry for entry in taken if entry]

    def _part(self, name: str) -> str:
        digest = hashlib.sha256(self._known_as(Path(name)).encode("utf-8", "surrogatepass")).hexdigest()
        return {0: "test", 1: "valid"}.get(int(digest, 16) % 10, "train")

    def _known_as(self, path: Path) -> str:
        return self.piece.format(path.stem)


def _taken(entry: Entry, track: str | int | None, fresh: Path) -> Entry | None:
    """The piece with one track alone; itself where it cannot be read, for the guarded reader says what is wrong."""
    from symusic.core import ScoreTick, TrackTickList

    if track is None:
        return entry
    try:
        score = ScoreTick.from_midi(Path(str(entry.source)).read_bytes())
    except (ValueError, RuntimeError):
        return entry
    with_notes = [one for one in score.tracks if len(one.notes)]
    wanted = [one for number, one in enumerate(with_notes) if track in (number, one.name)]
    if not wanted:
        return None
    score.tracks = TrackTickList(wanted[:1])
    path = fresh / entry.name.replace("/", "-")
    path.write_bytes(score.dumps_midi())
    return Entry(entry.name, path, entry.part)


class _Classical(Style):
    whole = ASAPScores
    citation, url, licence = ASAPScores.citation, ASAPScores.url, ASAPScores.licence

    def _known_as(self, path: Path) -> str:
        # a folder of its own as published, which some copies write into the name
        folders = path.stem.split("__")[:-1] or path.parts[:-1]
        return "/".join(folders)


class _Pop(Style):
    whole, piece = POP909, "{}.mid"
    citation, url, licence = POP909.citation, POP909.url, POP909.licence


class _Jazz(Style):
    whole, piece = Weimar, "wjazzd/{}.mid"
    citation, url, licence = Weimar.citation, Weimar.url, Weimar.licence


class _Folk(Style):
    whole, piece, track = Nottingham, "nottingham/{}.mid", 0
    citation, url = Nottingham.citation, Nottingham.url
    licence: Licence = Nottingham.licence


class PianoClassical(_Classical):
    """Scores of classical piano music."""

    name = "style-piano-classical"
    doc = "235 scores of classical piano music (the pieces of asap-scores), split for transfer (MIDI)"


class PianoPop(_Pop):
    """Pop songs arranged for piano."""

    name = "style-piano-pop"
    doc = "909 pop songs, melody, bridge and piano (the pieces of pop909), split for transfer (MIDI)"


class MelodyPop(_Pop):
    """The sung lines of pop songs."""

    name = "style-melody-pop"
    doc = "the melodies of 909 pop songs (the track MELODY of pop909), split for transfer (MIDI)"
    track = "MELODY"


class MelodyJazz(_Jazz):
    """Jazz solos without their bass."""

    name = "style-melody-jazz"
    doc = "jazz solos alone (the track SOLO of weimar), split for transfer (MIDI)"
    track = "SOLO"


class MelodyFolk(_Folk):
    """Folk tunes without their chords."""

    name = "style-melody-folk"
    doc = "the melodies of 1,034 folk tunes (the first track of nottingham), split for transfer (MIDI)"


class Jigs(_Folk):
    """Jigs: 6/8."""

    name = "style-jigs"
    doc = "the melodies of the jigs of nottingham, in 6/8, split for transfer (MIDI)"
    only = "jigs"


class Reels(_Folk):
    """Reels: 4/4, some in 2/4."""

    name = "style-reels"
    doc = "the melodies of the reels of nottingham, mostly in 4/4, split for transfer (MIDI)"
    only = "reels"


class Waltzes(_Folk):
    """Waltzes: 3/4."""

    name = "style-waltzes"
    doc = "the melodies of the waltzes of nottingham, in 3/4, split for transfer (MIDI)"
    only = "waltzes"


STYLES = (PianoClassical, PianoPop, MelodyJazz, MelodyFolk, MelodyPop, Jigs, Reels, Waltzes)
"""All genres: of the piano, of melodies, of Nottingham's kinds of tunes."""
