"""Tokens to notes in columns, without a loop over tokens; forgiving, since a model may have written them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...columns import Columns
from ...tempi import USUAL_MSPQ
from ..bars import USUAL
from .vocabulary import Vocabulary

_VELOCITY = 80
_TICKS_PER_BEAT = 480


def decode(ids: NDArray[Any], known: Vocabulary) -> Columns:
    """The piece that tokens describe.

    A note is Pitch or Drum, then Velocity, then Duration, as far as the vocabulary has them, with nothing between; its
    program is the last one named before it (piano where none is). It starts at the last Position of its bar, at the bar
    line where there is none. A Meter holds from the bar that it stands in. Every token that fits nowhere is passed
    over: a row of random tokens decodes too. What stands before the first Bar belongs to the first bar.

    Parameters
    ----------
    ids
        Shape (tokens,), numbers below ``known.size``.
    known
        The vocabulary.

    Returns
    -------
    Columns, one track a program in the order of programs, drums last; the ticks of a quarter are a multiple of its
    steps.
    """
    tick = -(-_TICKS_PER_BEAT // known.steps_per_beat)
    start, bar_meters = _times(ids, known)
    notes, programs = _notes(ids, start, known)
    meters = [[int(step) * tick, *meter] for step, meter in bar_meters]
    tempo = known["Tempo"].holds(ids)
    rows = np.unique(start[tempo], return_index=True)[1]
    tempos = [
        [int(step) * tick, round(6e7 / known.tempos[number])]
        for step, number in zip(start[tempo][rows], ids[tempo][rows] - known["Tempo"].first, strict=True)
    ]
    about = {
        "tpq": tick * known.steps_per_beat,
        "tracks": [list(known.tracks[program]) for program in programs],
        "tempos": tempos or [[0, USUAL_MSPQ]],
        "meters": meters,
        "keys": [],
    }
    for name in ("onset", "duration"):
        notes[name] = notes[name] * tick
    return Columns(notes, about)


def _times(ids: NDArray[Any], known: Vocabulary) -> tuple[NDArray[np.int64], list[tuple[int, tuple[int, int]]]]:
    """The step of every token, and where which meter begins."""
    bar = np.maximum(np.cumsum(known["Bar"].holds(ids)) - 1, 0)
    bars = int(bar[-1]) + 1 if len(ids) else 1
    meters = known.meters or [USUAL]
    # the last meter named in a bar counts, later bars keep it
    named = np.full(bars, -1)
    holds = known["Meter"].holds(ids)
    named[bar[holds]] = ids[holds] - known["Meter"].first
    usual = meters.index(USUAL) if USUAL in meters else 0
    latest = np.maximum.accumulate(np.where(named >= 0, np.arange(bars), -1))
    meter = np.where(latest >= 0, named[np.maximum(latest, 0)], usual)
    length = known.bar_steps[meter]
    line = np.cumsum(length) - length
    changed = np.flatnonzero(np.diff(meter, prepend=-1))
    holds = known["Position"].holds(ids)
    # a Bar puts the position back to its line
    mark = np.maximum.accumulate(np.where(holds | known["Bar"].holds(ids), np.arange(len(ids)), 0))
    position = np.where(holds[mark], ids[mark] - known["Position"].first, 0) if len(ids) else bar
    return line[bar] + position, [(int(line[b]), meters[meter[b]]) for b in changed]


def _notes(ids: NDArray[Any], start: NDArray[np.int64], known: Vocabulary) -> tuple[dict[str, NDArray[Any]], list[int]]:
    is_drum, follows = known["Drum"].holds(ids), 1
    head = is_drum | known["Pitch"].holds(ids)
    for name in ("Velocity", "Duration"):
        if known[name].size:
            head &= np.append(known[name].holds(ids), np.zeros(follows, np.bool_))[follows:]
            follows += 1
    at = np.flatnonzero(head)
    drum = is_drum[at]
    pitch = ids[at] - np.where(drum, known["Drum"].first - known.drum_low, known["Pitch"].first - known.low)
    velocity = known.velocities[ids[at + 1] - known["Velocity"].first] if known["Velocity"].size else _VELOCITY
    duration = known.durations[ids[at + follows - 1] - known["Duration"].first]
    program = np.where(drum, known.drums, np.minimum(_programs(ids, known)[at], known.drums - 1))
    programs = np.unique(program)
    track = np.searchsorted(programs, program)
    order = np.lexsort([duration, pitch, start[at], track])
    columns = {"onset": start[at], "duration": duration, "pitch": pitch, "track": track}
    columns["velocity"] = np.broadcast_to(velocity, len(at))
    return {name: values[order].astype(np.int64) for name, values in columns.items()}, programs.tolist()


def _programs(ids: NDArray[Any], known: Vocabulary) -> NDArray[np.int64]:
    """The program that was last named at every token; that of drums is piano to a Pitch."""
    holds = known["Program"].holds(ids) & (ids != known["Program"].first + known.drums)
    mark = np.maximum.accumulate(np.where(holds, np.arange(len(ids)), -1))
    return np.where(mark >= 0, ids[np.maximum(mark, 0)] - known["Program"].first, 0)
