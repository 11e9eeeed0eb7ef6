"""POP909: pop songs arranged for piano, their bars where the set's annotations have them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.cache import scratch
from .archived import Archived
from .barlines import with_meters
from .beat_grid import Meters, first_tempo_us, from_beats, from_changes
from .entry import Entry, Stamp
from .licence import Licence

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_BARS_VERSION = 1
"""Raised when bars are found in another way: a store built before is then built anew."""


class POP909(Archived):
    """Three tracks a song: MELODY (the vocal line), BRIDGE (lead instruments), PIANO (accompaniment).

    Most files say 1/4 for a meter, and no bar begins at their tick 0. The set's annotations know better: their beats
    lie on a grid of quarters that begins anywhere. So each song is moved later, by less than a bar, until its downbeats
    lie on bar lines counted from tick 0, and gets the meters that its downbeats say: 4/4 or 3/4, and others, such as
    2/4, where a bar is shorter. Nothing else of the file changes.

    Where the downbeats come from: ``beat_midi.txt`` beside the song, as published. A copy that has only the chords
    (``annotations.json``: song -> {"chord_midi": [[start, end, chord], ...]}) gets the bars that most chords change at:
    the beats are exact, but the downbeats a guess. Measured against ``beat_midi.txt`` of 803 songs: all beats on
    quarters; F1 of the downbeats 0.82 in the mean, above 0.9 in 57 % of the songs. A song without annotations, or with
    ones that are not on a steady grid (5 of 909), stays as it is.
    """

    name = "pop909"
    doc = "909 Chinese pop songs arranged for piano, three tracks, velocities, bars (MIDI; the main version of each)"
    citation = "Z. Wang et al.: POP909: A Pop-song Dataset for Music Arrangement Generation. ISMIR 2020"
    url = "https://github.com/music-x-lab/POP909-Dataset"
    download = "https://github.com/music-x-lab/POP909-Dataset/archive/d83e6edba6872a704f5d3b8b32f5cb540088dae6.zip"
    licence = Licence(
        "permissive", "MIT, (c) 2020 Music X Lab, for the data set; the songs are commercial compositions"
    )
    archives = ("pop909", "POP909-Dataset", "POP909-Dataset-master", "POP909")
    patterns = ("POP909/[0-9][0-9][0-9]/[0-9][0-9][0-9].mid", "[0-9][0-9][0-9].mid")

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        files = super().stamp()
        return [*files, ("bars", _BARS_VERSION, 0)] if files else []

    @contextmanager
    def entries(self) -> Iterator[Sequence[Entry]]:
        """See `DataSet.entries`."""
        with super().entries() as found, scratch() as fresh:
            chords = _chords(found)
            yield [_barred(entry, chords.get(Path(entry.name).stem, []), fresh) for entry in found]


def _chords(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """Song -> rows of start (s), end (s) and chord, of a copy that keeps them in one file."""
    try:
        path = Path(str(entries[0].source)).with_name("annotations.json")
        return {song: about["chord_midi"] for song, about in json.loads(path.read_text()).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _barred(entry: Entry, chords: Sequence[Any], fresh: Path) -> Entry:
    """The song with its bars; itself where they are not known, or the file is none that they fit."""
    from symusic.core import ScoreTick

    source = Path(str(entry.source))
    data = source.read_bytes()
    try:
        score = ScoreTick.from_midi(data)
        found = _published(score, source.with_name("beat_midi.txt")) or _guessed(score, chords)
        if found is None:
            return entry
        written = with_meters(data, *found, first_tempo_us(score))
    except (ValueError, TypeError, IndexError, RuntimeError):
        # the guarded reader says what is wrong with the file
        return entry
    path = fresh / f"{entry.name.replace('/', '-')}"
    path.write_bytes(written)
    return Entry(entry.name, path, entry.part)


def _published(score: ScoreTick, path: Path) -> Meters | None:
    """By the rows of ``beat_midi.txt``: when a beat is (s), whether it is a strong one, whether it begins a bar."""
    try:
        rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines() if line.strip()]
    except OSError:
        return None
    return from_beats(score, [row[0] for row in rows], [row[2] > 0 for row in rows])


def _guessed(score: ScoreTick, chords: Sequence[Any]) -> Meters | None:
    changes = [float(row[0]) for row, before in zip(chords[1:], chords, strict=False) if row[2] != before[2]]
    return from_changes(score, changes)
