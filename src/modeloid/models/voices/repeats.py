"""How a piece went on after earlier passages that were like the last one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from .past import Rows

WHOLE = (2, 4, 8, 16)
"""Lengths in frames of the passages that are looked for in all voices."""
TOP = (4, 8, 16)
"""The same where the highest voice alone must agree."""
REPEATS = len(WHOLE) + len(TOP)
"""How many kinds there are."""
_BASE = 256


def repeats(values: Tensor, rows: Rows, model: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    """Look for earlier passages, at the same place in their beat, and say what followed them.

    Parameters
    ----------
    values, rows, model
        As in `past.look`; at most seven voices are compared.

    Returns
    -------
    again
        Shape (rows, `REPEATS`, voices, pitches + 1): the share of each pitch, and last of silence, in the frames that
        followed the passages; 0 where there was none.
    marks
        Shape (rows, `REPEATS`): 1 where there was such a passage.
    """
    n, frames, voices = values.shape
    pitches = model["pitches"]
    numbers = torch.zeros(n, frames, dtype=torch.int64, device=values.device)
    for voice in range(min(voices, 7)):
        numbers = numbers * _BASE + values[..., voice] + 2
    columns = torch.arange(frames, device=values.device)
    earlier = (columns < rows.frame[:, None]) & ((rows.frame[:, None] - columns) % model["beat"] == 0)
    found = torch.stack(
        [*_agreements(numbers, rows, earlier, WHOLE), *_agreements(values[..., 0] + 2, rows, earlier, TOP)], dim=1
    )
    count = found.sum(-1)
    sung = functional.one_hot(torch.where(values < 0, pitches, values), pitches + 1).flatten(2).float()
    again = torch.zeros(len(rows.owner), REPEATS, voices * (pitches + 1), device=values.device)
    for item in range(n):
        mine = rows.owner == item
        if not mine.any():
            continue
        again[mine] = (found[mine].float() @ sung[item]) / count[mine].clamp(min=1)[..., None]
    return again.view(len(again), REPEATS, voices, pitches + 1), (count > 0).float()


def _agreements(numbers: Tensor, rows: Rows, earlier: Tensor, lengths: tuple[int, ...]) -> list[Tensor]:
    """For each length k: whether the k frames before a row are the k before a column. Shape (rows, frames) each."""
    frames = numbers.shape[1]
    far = max(lengths)
    # what lies before an item is like nothing
    columns = functional.pad(numbers, (far, 0), value=-1)[rows.owner]
    seen = functional.pad(numbers, (far, 0), value=-2)
    alike, found = earlier, []
    for back in range(1, far + 1):
        own = seen[rows.owner, (rows.frame - back + far)]
        alike = alike & (columns[:, far - back : far - back + frames] == own[:, None])
        if back in lengths:
            found.append(alike)
    return found
