"""ABC tunes through symusic's abc2midi, after all is taken out of the text that it would play on its own account.

abc2midi swings hornpipes, lengthens fermatas, rolls, trills, lets grace notes push the others aside and plays the chord
symbols. Wanted is what stands in the tune. Whatever it still prints an error about is refused: it returns notes all the
same, and they are wrong. verovio crashes on such text, and music21 forgets accidentals within the bar and repeats from
the wrong place; see docs/reading.md for the measurement.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from ..columns import Columns, from_score
from ..errors import ReadError
from .limits import Limits
from .text import decode

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_TUNE = re.compile(r"^X:", re.MULTILINE)
_FIELD = re.compile(r"[A-Za-z+]:")
_PLAYED = "XTMLQKVPUm"
"""The fields that bear on the notes, and the number and title that every tune has."""
_UNWRITTEN = re.compile(r'"[^"]*"|![^!\s]*!|\{[^}]*\}')
_ORNAMENT = re.compile(r"(\[[A-Za-z]:[^\]]*\])|[~.H-Wh-w]")
_CHORDS_TOGETHER = "%%MIDI chordattack 0"
_PATIENCE = 0.8
"""Of the time of a file: abc2midi must end before its parent is ended, or nobody would end it."""
_VELOCITY = 90
"""Of every note, as from verovio: a tune says nothing of it."""
_EARLY_TICKS = 1
"""abc2midi starts every note one tick late and ends it in time."""
_TIE = re.compile(r"([A-Ga-g][,']*)([\d/]*)-(?=([\s|:\\]*)(?:[_^=]*([A-Ga-g][,']*))?)")
_BARS = re.compile(r"::|\|:|:\|(?P<volta>\s*\[?2)?|[|\[]1")


def abc(data: bytes, path: Path, limits: Limits) -> Columns:
    """Read one tune. Repeats are written out; grace notes, ornaments and chord symbols are left out.

    Raises
    ------
    ReadError
        It holds no tune or several. What abc2midi prints, the guarded child judges.
    """
    text = decode(data).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tunes = len(_TUNE.findall(text))
    if tunes != 1:
        advice = "Read it as part of a folder, which takes books apart." if tunes else ""
        raise ReadError(f"holds {tunes} tunes, not one", path, advice)
    if not re.search(r"^K:", text, re.MULTILINE):
        raise ReadError("has no key (K:), with which the header of a tune ends", path)
    score = _score(written(text), path, limits)
    reader = f"abc2midi of symusic {version('symusic')}"
    columns = from_score(score, reader=reader, repeats="written out", repairs=[])
    early = np.minimum(columns.notes["onset"], np.int32(_EARLY_TICKS))
    notes = {"onset": columns.notes["onset"] - early, "duration": columns.notes["duration"] + early}
    loudness = np.full_like(columns.notes["velocity"], _VELOCITY)
    return replace(columns, notes=columns.notes | notes | {"velocity": loudness})


def _score(text: str, path: Path, limits: Limits) -> ScoreTick:
    """Run the abc2midi that symusic carries.

    `ScoreTick.from_abc` runs it too, but by way of a file whose name two processes may share: each may then get the
    other's tune (seen in one tune of twenty with two processes, symusic 0.5.9).
    """
    import symusic
    from symusic import core

    program = Path(symusic.__file__).parent / "bin" / "abc2midi"
    with TemporaryDirectory(prefix="modeloid-abc-") as place:
        source, target = Path(place) / "tune.abc", Path(place) / "tune.mid"
        source.write_text(text, encoding="utf-8")
        try:
            # what it prints goes where the guarded child looks for it
            subprocess.run([program, source, "-o", target], timeout=_PATIENCE * limits.time_s, check=False)
            if not target.exists():
                raise ReadError("abc2midi wrote no file", path)
            return core.ScoreTick.from_midi(target.read_bytes())
        except subprocess.TimeoutExpired as error:
            raise ReadError(f"keeps abc2midi busy for more than {_PATIENCE * limits.time_s:g} s", path) from error
        except OSError as error:
            # without the paths, which differ from run to run: what is said of a file must not
            raise ReadError(
                f"abc2midi cannot be run on it ({error.strerror or 'it cannot be started'})", path
            ) from error
        except (RuntimeError, ValueError) as error:
            raise ReadError(f"abc2midi cannot read it ({error})", path) from error


def written(text: str) -> str:
    """A tune without what is not written as a note: annotations, ornaments, grace notes, chord symbols, rhythm name.

    Lines keep their numbers as far as possible, so that an error names the line of the file.
    """
    lines, in_tune = [], False
    for line in text.replace("[|]", "").replace(":|:", "::").split("\n"):  # [|] is a bar line that is not seen
        code = line if line.startswith("%%") else re.split(r"(?<!\\)%", line, maxsplit=1)[0].rstrip()
        if not line.strip():
            lines.append("")  # the end of the tune
        elif code.startswith("%%") or (_FIELD.match(code) and code[0] in _PLAYED):
            lines.append(code)
            in_tune = in_tune or code.startswith("K:")
        elif in_tune and code and not _FIELD.match(code):
            lines.append(_ORNAMENT.sub(lambda found: found.group(1) or "", _UNWRITTEN.sub("", code)))
        else:
            lines.append("%")
    return _with_starts(_TIE.sub(_tie, "\n".join(_chords_together(lines))))


def _tie(found: re.Match[str]) -> str:
    """A note with its tie, without it where the next note is another one: then a slur was meant."""
    slur = found[4] is not None and found[4] != found[1]
    return found[1] + found[2] if slur else found[0]


def _chords_together(lines: list[str]) -> list[str]:
    """Write the directive into the header, where a line is free there, so that the others keep their numbers."""
    key = next((number for number, line in enumerate(lines) if line.startswith("K:")), 0)
    for number in range(key):
        if lines[number] == "%":
            return [*lines[:number], _CHORDS_TOGETHER, *lines[number + 1 :]]
    return [*lines[:key], _CHORDS_TOGETHER, *lines[key:]]


def _with_starts(text: str) -> str:
    """Write the start of a repeat that is only implied, where abc2midi takes that for an error."""
    starts: list[int] = []
    implied = None
    for found in _BARS.finditer(text):
        bar = found.group()
        if implied is not None and (bar[-1] == "1" or bar == "::"):
            starts.append(implied)
        implied = found.end() if bar == ":|" else None
    for place in reversed(starts):
        text = f"{text[:place]} |:{text[place:]}"
    return text
