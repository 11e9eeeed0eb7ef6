"""TensorBoard: curves, pictures, sounds and words of each modeloid as event files."""

from __future__ import annotations

import io
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from modeloid.music.errors import MusicError
from modeloid.music.render.roll_png import png, roll_pixels
from modeloid.music.render.soundfont import soundfont
from modeloid.music.render.wav import write_wav

from ..record import Curve, Piece
from ..story import Story
from ..words import compared
from .clock import seconds
from .event_file import NAME, EventFile
from .folders import folders
from .scores import score
from .summary import parameters, results, tested_turn
from .texts import texts

PIECES = 4
"""Of a turn, so many pieces are shown and heard."""
TURNS = 30
"""Pictures are of so many turns at most, evenly chosen, the newest among them."""
_LONGEST_TEXT = 10_000


class Moment(NamedTuple):
    """A turn and its time."""

    turn: int
    time_s: float


class TensorBoard:
    """`tensorboard/LABEL`: one run a modeloid, its stages as runs below it, so that they share their charts.

    Nothing but numpy is needed: the event files are written by `event_file`. Times are the journal's.
    """

    doc = "event files for TensorBoard: curves, rolls, sounds, words and parameters"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write below ``target/tensorboard``; of an earlier rendering, what is no more is removed."""
        place = target / "tensorboard"
        _clear(place)
        for story, folder in zip(stories, folders(stories), strict=True):
            _write(story, place / folder)
        if sentences := compared(stories):
            with EventFile(place) as file:
                file.text("compared", "".join(f"- {sentence}\n" for sentence in sentences))
        return sorted(place.rglob(NAME))


def _clear(place: Path) -> None:
    for path in sorted(place.rglob(NAME)):
        path.unlink()
    for folder in sorted((path for path in place.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _write(story: Story, folder: Path) -> None:
    begin_s = _moment(story, 0).time_s
    stages = _stages(story)
    for stage, curves in stages.items():
        with EventFile(folder / stage, begin_s) as file:
            for tag, curve in curves.items():
                file.curve(tag, curve.turns, curve.values, seconds(story.record.journal, curve.turns))
    learned = [(stage, tag) for stage in ("train", "valid") for tag in stages.get(stage, ())]
    with EventFile(folder, begin_s) as file:
        for name, result in results(story).items():
            now = _moment(story, result.turn)
            file.curve(f"results/{name}", np.array([now.turn]), np.array([result.value]), np.array([now.time_s]))
        file.parameters(parameters(story), [*learned, *(("", f"results/{name}") for name in results(story))], begin_s)
        _speed(story, file)
        for title, text in texts(story).items():
            file.text(title, text, story.turns, _moment(story, story.turns).time_s)
        _pieces(story, file)
        _sounds(story, file)


def _stages(story: Story) -> dict[str, dict[str, Curve]]:
    """Run -> tag -> curve: a chart is a tag, and the runs are its lines."""
    found: dict[str, dict[str, Curve]] = {}
    for key, curve in story.record.curves.items():
        stage, _, name = key.partition("/")
        if stage == "judge" and name.startswith("data/"):
            stage, name = "real", name.removeprefix("data/")
        group = "judge" if stage in ("judge", "real") else "curves"
        found.setdefault(stage, {})[f"{group}/{name}"] = curve
    turn = tested_turn(story)
    for row in story.tested:
        if row.real is not None:
            single = Curve(np.array([turn]), np.array([float(row.real)]))
            found.setdefault("real", {})[f"results/test/{row.kind}/{row.name}"] = single
    return found


def _speed(story: Story, file: EventFile) -> None:
    if not story.speeds:
        return
    turns = np.array([speed.step for speed in story.speeds])
    times = seconds(story.record.journal, turns)
    file.curve("speed/turns_per_s", turns, np.array([speed.turns_per_s for speed in story.speeds]), times)
    file.curve("speed/memory_mb", turns, np.array([speed.memory_mb for speed in story.speeds]), times)


def _moment(story: Story, turn: int) -> Moment:
    return Moment(turn, float(seconds(story.record.journal, np.array([turn]))[0]))


def _pieces(story: Story, file: EventFile) -> None:
    """Pictures by turn, which TensorBoard gives a slider; what is text is shown as such."""
    faults = []
    for piece, now, tag in _shown(story):
        try:
            _piece(piece, now, tag, file)
        except (MusicError, OSError, ValueError) as error:
            faults.append(f"- {tag}, turn {now.turn}: {error}\n")
    if faults:
        file.text("pieces without a picture", "".join(faults), story.turns)


def _shown(story: Story) -> Iterator[tuple[Piece, Moment, str]]:
    steps = list(story.record.samples)
    chosen = sorted({steps[round(place)] for place in np.linspace(0, len(steps) - 1, TURNS)}) if steps else []
    for step in chosen:
        for piece in story.record.samples[step][:PIECES]:
            yield piece, _moment(story, step), f"pieces/{piece.number:02d}"
    for piece in story.record.tested[:PIECES]:
        yield piece, _moment(story, tested_turn(story)), f"test/{piece.number:02d}"


def _piece(piece: Piece, now: Moment, tag: str, file: EventFile) -> None:
    if "mid" in piece.files:
        file.picture(tag, png(roll_pixels(score(piece.files["mid"]))), *now)
    elif "png" in piece.files:
        file.picture(tag, piece.files["png"].read_bytes(), *now)
    elif "txt" in piece.files:
        text = piece.files["txt"].read_text(encoding="utf-8", errors="replace")[:_LONGEST_TEXT]
        file.text(tag, "".join(f"    {line}\n" for line in text.splitlines()), *now)


def _sounds(story: Story, file: EventFile) -> None:
    newest = [piece for piece in story.newest if "mid" in piece.files][:PIECES]
    if not newest:
        return
    faults = []
    try:
        soundfont()
    except MusicError as error:
        faults, newest = [f"- There is no sound: {error}\n"], []
    for piece in newest:
        now = _moment(story, tested_turn(story) if piece.step is None else piece.step)
        # a tag is of one kind: the pictures have the names without "sound"
        tag = f"{'sounds of the test' if piece.step is None else 'sounds'}/{piece.number:02d}"
        try:
            _sound(piece, now, tag, file)
        except MusicError as error:
            faults.append(f"- {tag}: {error}\n")
    if faults:
        file.text("pieces without sound", "".join(faults), story.turns)


def _sound(piece: Piece, now: Moment, tag: str, file: EventFile) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = write_wav(score(piece.files["mid"]), Path(folder) / "piece.wav", channels=1).read_bytes()
    with wave.open(io.BytesIO(data)) as read:
        rate_hz, channels, frames = read.getframerate(), read.getnchannels(), read.getnframes()
    file.sound(tag, data, rate_hz, channels, frames, *now)
