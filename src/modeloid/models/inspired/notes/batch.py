"""Items as tensors: from notes and plans to what the nets read and tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeloid.music.represent.parts import BAR_STEPS, LENGTH, ONSET, PART, PITCH, Rows

from ..plan import Fields
from . import columns
from .classes import length_classes
from .follow import Followed
from .known import Known
from .sheet import Sheet, sheet
from .state import known_of
from .stream import LINE, Stream, stream
from .touch import Touch, heard, touch

Ints = NDArray[np.int64]


class Given(NamedTuple):
    """What is known before events: the columns of the state, what is planned of each step, the last note of the bar."""

    state: Tensor
    kinds: Tensor
    at: Tensor
    part: Tensor
    pitch: Tensor


class Told(NamedTuple):
    """Of the events that are notes: what they are, and what each thing is told from."""

    when: Tensor
    part: Tensor
    pitch: Tensor
    length: Tensor
    part_columns: Tensor
    pitch_columns: Tensor
    length_columns: Tensor
    anchors: Tensor
    above: Tensor


class TouchTensors(NamedTuple):
    """Of the notes, for their velocities: as `touch.Touch`, with what was `heard` before each.

    ``around``: shape (N, numbers), see `around.around`; None: nothing is told of it.
    """

    columns: Tensor
    heard: Tensor
    ahead: Tensor
    behind: Tensor
    shape: tuple[int, int]
    loud: Tensor
    around: Tensor | None = None


class Batch(NamedTuple):
    """Some items; E events, N notes, S bars of all of them.

    Parameters
    ----------
    symbols
        Shape (S, columns): see `sheet.Sheet`.
    slot, row
        Shape (E,): the bar and the item of each event.
    place
        Shape (E,): where it lies in rows of `shape`.
    shape
        Items, and the events of the longest.
    when
        Shape (E,): step, or 16 for a bar line.
    notes
        Shape (N,): which events are notes.
    given, told, touch
        What is known before and told of them.
    """

    symbols: Tensor
    slot: Tensor
    row: Tensor
    place: Tensor
    shape: tuple[int, int]
    when: Tensor
    notes: Tensor
    given: Given
    told: Told
    touch: TouchTensors


def batch(
    items: Sequence[Rows],
    plans: Sequence[Ints],
    fields: Fields,
    drums: Sequence[bool],
    firsts: Sequence[int] | Ints | None = None,
) -> Batch:
    """Make tensors of items.

    Parameters
    ----------
    items
        Notes in C and in order; those behind the last planned bar are left out.
    plans
        Of each item, shape (bars, fields); see `sheet.sheet`.
    fields, drums
        Of a bar's plan; whether each part is drums.
    firsts
        Which bar of its piece each item begins with; None: the first.
    """
    planned = sheet(plans, fields, firsts)
    told = stream(items, planned)
    followed = Followed(told, planned, len(drums))
    known = known_of(told, planned, drums, followed)
    notes = told.note >= 0
    when = np.full(len(notes), LINE)
    when[notes] = told.rows[:, ONSET] % BAR_STEPS
    counts = np.bincount(told.row)
    shape = (len(counts), int(counts.max()))
    place = told.row * shape[1] + np.arange(len(told.row)) - told.first_event[told.row]
    state = columns.state_columns(known, planned)
    found = touch(told, planned, drums)
    tensor = torch.from_numpy
    return Batch(
        symbols=tensor(planned.symbols),
        slot=tensor(told.bar),
        row=tensor(told.row),
        place=tensor(place),
        shape=shape,
        when=tensor(when),
        notes=tensor(np.flatnonzero(notes)),
        given=Given(*(tensor(one) for one in (state, planned.kinds[told.bar], known.at, known.part, known.pitch))),
        told=Told(*(tensor(one) for one in _told(told, known, planned, followed))),
        touch=tensors(found, heard(found, found.loud)),
    )


def _told(told: Stream, known: Known, planned: Sheet, followed: Followed) -> list[Ints]:
    """The fields of `Told`."""
    notes = told.note >= 0
    when, part, pitch = (np.zeros(len(notes), np.int64) for _ in range(3))
    when[notes] = told.rows[:, ONSET] % BAR_STEPS
    part[notes], pitch[notes] = told.rows[:, PART], told.rows[:, PITCH]
    at_step = followed.at_step(known.refs, known.at, when)
    at_part = followed.at_part(known.refs, columns.is_together(known, when, part), when, part)
    here = Known(*(one[notes] for one in known))
    when, part, pitch, at_step, at_part = (one[notes] for one in (when, part, pitch, at_step, at_part))
    return [
        when,
        part,
        pitch,
        length_classes(told.rows[:, LENGTH]),
        columns.part_columns(here, planned, when, at_step),
        columns.pitch_columns(here, planned, when, part, at_part),
        columns.length_columns(here, planned, when, part, pitch, at_part),
        columns.anchors(here, planned, when, part, at_part),
        np.where(columns.is_together(here, when, part), here.pitch, 0),
    ]


def tensors(found: Touch, before: Ints) -> TouchTensors:
    """What velocities are told from, `before` being what was heard before each note."""
    arrays = (found.columns, before, found.ahead, found.behind, found.loud)
    column, told, ahead, behind, loud = (torch.from_numpy(one) for one in arrays)
    return TouchTensors(column, told, ahead, behind, found.shape, loud)
