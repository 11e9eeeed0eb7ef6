"""Records whose pieces can be measured by ear: short notes with silence between them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from symusic import core

from modeloid.report.story import Story, tell
from report import records

TPQ = 480


def story(directory: Path, parts: Sequence[bytes], **more: object) -> Story:
    """A synthetic story whose pieces, at every turn, are these MIDI files."""
    records.make(directory, pieces=len(parts), **more)
    for folder in (directory / "record" / "samples").iterdir():
        for number, data in enumerate(parts):
            (folder / f"{number:02d}.mid").write_bytes(data)
    return tell(directory, records.card(directory))


def midi(
    beats: Sequence[float],
    pitches: Sequence[int],
    program: int = 0,
    drum: bool = False,
    tempos: Sequence[tuple[float, float]] = ((0, 60),),
    velocity: int = 110,
    length: float = 0.2,
) -> bytes:
    """A MIDI file of one track: a short note at each beat."""
    score = core.ScoreTick(TPQ)
    track = core.TrackTick("drums" if drum else "part", program, drum)
    for beat, pitch in zip(beats, pitches, strict=True):
        track.notes.append(core.NoteTick(round(beat * TPQ), round(length * TPQ), pitch, velocity))
    score.tracks.append(track)
    score.tempos = core.TempoTickList([core.TempoTick(round(beat * TPQ), qpm=bpm) for beat, bpm in tempos])
    return score.dumps_midi()


def alone(directory: Path, parts: Sequence[bytes]) -> Story:
    """The same with one turn, no test and no soundfont's recordings: all of it is synthesised."""
    made = story(directory, parts, samples=1, tested=False)
    shutil.rmtree(directory / "record" / "samples" / "test", ignore_errors=True)
    return made
