"""What is known before a frame: what the voices sang, their last notes and how long they were, and the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .repeats import repeats

SILENT, NONE = -1, -2
"""Values of cells beside the pitches from 0: a rest; nothing there, or nothing known."""
_LENGTHS = (1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 32)
LENGTHS = len(_LENGTHS) + 1
"""Kinds of lengths in frames that are told apart; kind 0 stands for none."""
HALVES = 3
"""Beats back of which the frame in their middle is seen too."""
CLASSES = 12
_MEMORIES_FRAMES = (8, 32, 128)
KEYS = 2 * len(_MEMORIES_FRAMES)
"""Histograms of pitch classes: of all voices and of the lowest, each with several memories."""


class Rows(NamedTuple):
    """Frames that are to be told from what is around them.

    Parameters
    ----------
    owner
        Shape (rows,), int64: the item of each.
    frame
        Shape (rows,), int64: which frame of the item it is.
    number
        Shape (rows,), int64: which frame of its piece it is.
    """

    owner: Tensor
    frame: Tensor
    number: Tensor


class Past(NamedTuple):
    """What is known before each of some frames.

    Parameters
    ----------
    places
        Shape (rows, places), int64: values of cells before it, groups of all voices; see `places`.
    anchor
        Shape (rows, voices), int64: the pitch that each voice sang last; the middle one where it sang none.
    lengths
        Shape (rows, (1 + notes) * voices), int64, below `LENGTHS`: how long each voice has stayed where it is, and how
        long its notes before that were.
    classes
        Shape (rows, `KEYS`, 12): shares of the pitch classes.
    again, marks
        See `repeats.repeats`; without planes where they are not looked for.
    """

    places: Tensor
    anchor: Tensor
    lengths: Tensor
    classes: Tensor
    again: Tensor
    marks: Tensor


def places(model: Mapping[str, Any]) -> tuple[int, list[int]]:
    """How many places `look` gives, and which of them the hidden layers see: near ones and the last two notes."""
    voices, lags, beats = model["voices"], len(model["lags"]), model["beats"]
    before_notes = lags + beats + HALVES
    groups = [*range(lags + min(3, beats)), *range(before_notes, before_notes + min(2, model["notes"]))]
    seen = [group * voices + voice for group in groups for voice in range(voices)]
    return (before_notes + model["notes"]) * voices, seen


def look(values: Tensor, rows: Rows, model: Mapping[str, Any]) -> Past:
    """Look at the past of some frames.

    Parameters
    ----------
    values
        Shape (n, frames, voices), int64: pitches from 0, `SILENT`; from a row's frame on nothing is looked at.
    rows
        Which frames.
    model
        The modeloid's `model` dict.
    """
    first = rows.frame - rows.number % model["beat"]
    # at the first frame of a beat the beat's own first frame is not known yet
    frames = [torch.where(first < rows.frame, first, -1)]
    frames += [first - back * model["beat"] for back in range(1, model["beats"])]
    frames += [first - back * model["beat"] + model["beat"] // 2 for back in range(1, HALVES + 1)]
    frames = [rows.frame - lag for lag in model["lags"]] + frames
    notes, lengths = _notes(values, rows, model["notes"])
    again, marks = repeats(values, rows, model) if model["repeats"] else _nothing(values, rows, model)
    return Past(
        places=torch.cat([*(at(values, rows.owner, frame) for frame in frames), notes], dim=1),
        anchor=_anchor(values, rows, model["pitches"] // 2),
        lengths=lengths,
        classes=_classes(values, rows),
        again=again,
        marks=marks,
    )


def at(values: Tensor, owner: Tensor, frame: Tensor) -> Tensor:
    """Cells of the frames (rows,) or, one a voice, (rows, voices); `NONE` outside the items. Shape (rows, voices)."""
    padded = functional.pad(values, (0, 0, 1, 1), value=NONE)
    index = frame.clamp(-1, values.shape[1]) + 1
    if index.ndim == 1:
        return padded[owner, index]
    return padded[owner[:, None], index, torch.arange(values.shape[2], device=values.device)]


def kinds(lengths: Tensor) -> Tensor:
    """Which kind each length in frames is of, from 1 on; lengths up to four beats of four frames are told best."""
    bounds = torch.tensor(_LENGTHS, device=lengths.device)
    return torch.bucketize(lengths, bounds, right=True)


def _notes(values: Tensor, rows: Rows, notes: int) -> tuple[Tensor, Tensor]:
    """The notes before the ones that sound, and the lengths of all, the latest first."""
    steps = torch.arange(values.shape[1], device=values.device)[:, None]
    changed = functional.pad(values[:, 1:] != values[:, :-1], (0, 0, 1, 0), value=True)
    begin = torch.where(changed, steps, 0).cummax(dim=1).values
    later = rows.frame[:, None].expand(-1, values.shape[2])
    found, lengths = [], []
    for _ in range(notes + 1):
        before = later - 1
        start = at(begin, rows.owner, before)
        lengths.append(torch.where(before >= 0, kinds(later - start), 0))
        found.append(at(values, rows.owner, before))
        later = torch.where(before >= 0, start, 0)
    return torch.cat(found[1:], dim=1), torch.cat(lengths, dim=1)


def _anchor(values: Tensor, rows: Rows, middle: int) -> Tensor:
    steps = torch.arange(values.shape[1], device=values.device)[:, None]
    heard = torch.where(values >= 0, steps, -1).cummax(dim=1).values
    last = at(heard, rows.owner, rows.frame - 1)
    return torch.where(last >= 0, at(values, rows.owner, last), middle)


def _classes(values: Tensor, rows: Rows) -> Tensor:
    """Exponential memories of the pitch classes before each row, of sum 1 (or 0 where nothing was)."""
    sung = functional.one_hot(values.clamp(min=0) % CLASSES, CLASSES) * (values >= 0)[..., None]
    counts = torch.cat([sung.sum(2), sung[:, :, -1]], dim=-1).float()
    frames, which = torch.unique(rows.frame, return_inverse=True)
    distance = frames[:, None] - 1 - torch.arange(values.shape[1], device=values.device)
    parts = []
    for memory in _MEMORIES_FRAMES:
        weight = torch.where(distance >= 0, (1 - 1 / memory) ** distance.clamp(min=0).float(), 0.0)
        parts.append((weight @ counts).view(len(values), len(frames), 2, CLASSES))
    found = torch.cat(parts, dim=2)[rows.owner, which]
    return found / found.sum(-1, keepdim=True).clamp(min=1e-9)


def _nothing(values: Tensor, rows: Rows, model: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    count = len(rows.owner)
    shape = (count, 0, values.shape[2], model["pitches"] + 1)
    return torch.zeros(shape, device=values.device), torch.zeros((count, 0), device=values.device)
