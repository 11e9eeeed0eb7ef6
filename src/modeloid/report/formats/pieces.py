"""Every generated piece as a file for ears and editors: MIDI, MusicXML, WAV, FLAC, Ogg Vorbis, MP3."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from modeloid.music.errors import MusicError, NoSoundfont
from modeloid.music.render.midi import recipe_of
from modeloid.music.render.soundfont import soundfont
from modeloid.music.render.write import write

from .. import format as formats
from ..errors import ReportError
from ..record import Piece
from ..story import Story
from .folders import folders, turn_folder
from .scores import score

COLUMNS = ("modeloid", "turn", "piece", "file", "seed", "address", "wishes", "note")
"""Of ``index.csv``: "turn" is "test" for the pieces of the test, "file" is "" where there is none."""


@dataclass(frozen=True)
class Made:
    """What came of a piece: its files, or a note that says why there are none."""

    label: str
    piece: Piece
    files: list[Path]
    note: str


class Pieces:
    """`pieces-SUFFIX/LABEL/step-.../NN.SUFFIX` and an `index.csv` that says what each file is.

    Pieces that are no music are copied as they are.

    Parameters
    ----------
    every
        Whether all turns are rendered, or only the newest one that has pieces and the test; None is as the format
        has it: sound is large and made slowly, so only the newest.
    """

    doc: str
    suffix: str
    needs: Sequence[str] = ()
    extra = ""
    sounds = True

    def __init__(self, every: bool | None = None) -> None:
        self._every = not self.sounds if every is None else every

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write below ``target/pieces-SUFFIX``.

        Raises
        ------
        ReportError
            There is no soundfont to render with, or what the format needs is not installed.
        """
        chosen = [self._chosen(story) for story in stories]
        if any("mid" in piece.files for pieces in chosen for piece in pieces):
            self._check()
        place = target / f"pieces-{self.suffix}"
        place.mkdir(exist_ok=True)
        made = [
            self._made(story.label, piece, place / folder / turn_folder(piece.step))
            for story, folder, pieces in zip(stories, folders(stories), chosen, strict=True)
            for piece in pieces
        ]
        return [*(path for one in made for path in one.files), _index(made, place)]

    def _chosen(self, story: Story) -> list[Piece]:
        samples = story.record.samples
        turns = samples if self._every else list(samples)[-1:]
        return [piece for turn in turns for piece in samples[turn]] + story.record.tested

    def _check(self) -> None:
        formats.check(self.suffix, self)
        if not self.sounds:
            return
        try:
            soundfont()
        except NoSoundfont as error:
            raise ReportError(str(error).rstrip("."), f"format {self.suffix}") from error

    def _made(self, label: str, piece: Piece, folder: Path) -> Made:
        folder.mkdir(parents=True, exist_ok=True)
        if "mid" not in piece.files:
            copies = [folder / path.name for _, path in sorted(piece.files.items())]
            for source, copy in zip((path for _, path in sorted(piece.files.items())), copies, strict=True):
                shutil.copyfile(source, copy)
            return Made(label, piece, copies, "not music: copied as it is" if copies else "its files are missing")
        try:
            return Made(label, piece, [self._converted(piece.files["mid"], folder)], "")
        except MusicError as error:
            return Made(label, piece, [], str(error).replace(f"{folder}/", ""))

    def _converted(self, source: Path, folder: Path) -> Path:
        (path,) = write(score(source), folder / source.stem, (self.suffix,), recipe_of(source))
        return path


class Midi(Pieces):
    """The files of the record as they are, of all turns."""

    doc = "every generated piece as MIDI, by turn"
    suffix = "mid"
    sounds = False

    def _converted(self, source: Path, folder: Path) -> Path:
        return Path(shutil.copyfile(source, folder / source.name))


class MusicXml(Pieces):
    """Scores for MuseScore and other editors, of all turns."""

    doc = "every generated piece as a score in MusicXML, by turn, for editors"
    suffix = "musicxml"
    sounds = False


class Wav(Pieces):
    """Sound without loss, of the newest turn and the test."""

    doc = "the newest pieces and those of the test as sound: WAV, 44.1 kHz, 16 bit"
    suffix = "wav"


class Flac(Pieces):
    """Sound without loss, half the size."""

    doc = "the newest pieces and those of the test as sound: FLAC, without loss"
    suffix = "flac"
    needs = ("soundfile",)
    extra = "modeloid[audio]"


class Ogg(Pieces):
    """Sound in Ogg Vorbis."""

    doc = "the newest pieces and those of the test as sound: Ogg Vorbis, small"
    suffix = "ogg"
    needs = ("soundfile",)
    extra = "modeloid[audio]"


class Mp3(Pieces):
    """Sound in MP3."""

    doc = "the newest pieces and those of the test as sound: MP3, small, for any player"
    suffix = "mp3"
    needs = ("soundfile",)
    extra = "modeloid[audio]"


def _index(made: Sequence[Made], place: Path) -> Path:
    path = place / "index.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(row for one in made for row in _rows(one, place))
    return path


def _rows(one: Made, place: Path) -> Iterator[list[object]]:
    piece = one.piece
    turn = "test" if piece.step is None else piece.step
    drawn = [
        "" if piece.seed is None else piece.seed,
        json.dumps(list(piece.address), ensure_ascii=False),
        json.dumps(dict(piece.wishes), ensure_ascii=False, default=str),
    ]
    for file in [path.relative_to(place).as_posix() for path in one.files] or [""]:
        yield [_shown(one.label), turn, piece.number, file, *drawn, _shown(one.note)]


def _shown(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "'")) else text
