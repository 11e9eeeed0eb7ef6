"""Scores through verovio: its MIDI, with durations put back on the grid."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..columns import Columns, from_score
from ..errors import ReadError
from .mend import mend

_SHORT_BY_TICKS = 1
"""verovio ends every note one tick (1/120 quarter) early to keep repeated notes apart; symusic needs no such gap."""


def by_verovio(text: str, kind: str, path: Path) -> Columns:
    """Render a score to MIDI and read that; repeats are written out.

    verovio may crash or hang on odd input: call this in a guarded child only (`read.guarded`).

    Parameters
    ----------
    text
        The score.
    kind
        What it is, for people.
    path
        For errors.

    Raises
    ------
    ReadError
        verovio cannot load it, or its MIDI is broken beyond repair.
    """
    import verovio
    from symusic import core

    toolkit = verovio.toolkit()
    toolkit.setOptions({"breaks": "none", "xmlIdSeed": 1})
    # rendering what was not loaded crashes the process
    if not toolkit.loadData(text) or toolkit.getPageCount() < 1:
        raise ReadError(f"verovio cannot load it as {kind}", path)
    data, repairs = mend(base64.b64decode(toolkit.renderToMIDI()), path)
    score = core.ScoreTick.from_midi(data)
    # verovio adds tracks that hold a name only
    score.tracks = core.TrackTickList([track for track in score.tracks if track.note_num()])
    columns = from_score(score, reader=f"verovio {toolkit.getVersion()}", repeats="written out", repairs=[*repairs])
    notes = columns.notes | {"duration": columns.notes["duration"] + np.int32(_SHORT_BY_TICKS)}
    return replace(columns, notes=notes)
