"""Small pieces and scores that the music tests share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modeloid.music.columns import NOTE_COLUMNS, Columns

Note = tuple[float, float, int]


def piece(notes: Sequence[Note], tpq: int = 480, drum: bool = False) -> Columns:
    """Columns of (onset, length, pitch) in quarters, one track."""
    ordered = sorted(notes, key=lambda note: (note[0], note[2], note[1]))
    raw = {
        "onset": [round(onset * tpq) for onset, _, _ in ordered],
        "duration": [round(length * tpq) for _, length, _ in ordered],
        "pitch": [pitch for _, _, pitch in ordered],
        "velocity": [80] * len(ordered),
        "track": [0] * len(ordered),
    }
    about = {"tpq": tpq, "tracks": [["x", 0, drum]], "tempos": [[0, 500_000]], "meters": [[0, 4, 4]], "keys": []}
    return Columns({name: np.array(raw[name], kind) for name, kind in NOTE_COLUMNS.items()}, about)


SCORE = """<?xml version="1.0" encoding="{encoding}"?>
<score-partwise version="3.1"><part-list><score-part id="P1"><part-name>{name}</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>12</divisions><time><beats>4</beats><beat-type>4</beat-type>
</time><clef><sign>G</sign><line>2</line></clef></attributes>{body}</measure></part></score-partwise>"""


def xml_note(step: str, divisions: int, kind: str, tuplet: str = "") -> str:
    """A note of MusicXML; a quarter has 12 divisions."""
    change = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    return (
        f"<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>{divisions}</duration><voice>1</voice>"
        f"<type>{kind}</type>{change if tuplet else ''}"
        + (f'<notations><tuplet type="{tuplet}"/></notations>' if tuplet in ("start", "stop") else "")
        + "</note>"
    )
