"""What the past shows of the frame to come: recent frames as they were, and how earlier passages went on."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

WHOLE = (1, 2, 4, 8, 16)
"""Lengths in frames of the passages that are looked for as they are; powers of two."""
TOP = (2, 4, 8)
"""The same where the highest pitches alone must agree."""
REPEATS = len(WHOLE) + len(TOP) + 1
"""How many planes `repeats` gives."""
_ROWS = 1024
"""Rows that are compared at once with all columns before them: long pieces would need their square in memory."""


def lagged(rolls: Tensor, lags: Sequence[int], first: int, last: int) -> Tensor:
    """Earlier frames as planes.

    Parameters
    ----------
    rolls
        Shape (n, frames, pitches), at least `last` frames; of these only those before ``last - 1`` are looked at.
    lags
        In frames, at least 1.
    first, last
        The rows: frames `first` to ``last - 1`` are to be told from what was before them.

    Returns
    -------
    Shape (n, last - first, lags, pitches): plane l of row t is frame ``t - lags[l]``, silence before the beginning.
    """
    far = max(lags)
    padded = functional.pad(rolls[:, :last], (0, 0, far, 0))
    return torch.stack([padded[:, far - lag + first : far - lag + last] for lag in lags], dim=2)


def ranked(rolls: Tensor, ranks: int, lags: int, first: int, last: int) -> Tensor:
    """The notes of the last frames apart: the highest of each, the second highest and so on, as voices have them.

    Parameters
    ----------
    rolls, first, last
        As in `lagged`.
    ranks
        How many notes from above.
    lags
        How many frames back.

    Returns
    -------
    Shape (n, rows, ranks * lags, pitches): the ranks of the last frame, then those of the one before ...
    """
    place = rolls.flip(-1).cumsum(-1).flip(-1)
    apart = [lagged(rolls * (place == rank), range(1, lags + 1), first, last) for rank in range(1, ranks + 1)]
    return torch.stack(apart, dim=3).flatten(2, 3)


def repeats(rolls: Tensor, first: int, last: int) -> tuple[Tensor, Tensor]:
    """How the piece went on after earlier passages that were like the last one.

    For each length k of `WHOLE`: the mean of the frames that followed where the k frames before were those that are
    before this one. For each of `TOP` the same, where k highest pitches agree. Last the frame that followed the
    latest of the longest agreements. All of it is known before the frame is.

    Parameters
    ----------
    rolls, first, last
        As in `lagged`; frames of 0 and 1.

    Returns
    -------
    Planes (n, rows, `REPEATS`, pitches) from 0 to 1, and marks (n, rows, `REPEATS`): 1 where there was such a passage.
    """
    parts = [_repeats(rolls, begin, min(begin + _ROWS, last)) for begin in range(first, last, _ROWS)]
    planes, marks = zip(*parts, strict=True)
    return torch.cat(planes, dim=1), torch.cat(marks, dim=1)


def _repeats(rolls: Tensor, first: int, last: int) -> tuple[Tensor, Tensor]:
    from_row = max(0, first - (max(WHOLE + TOP) - 1))
    past = rolls[:, :last]
    alike = _agreements(_same_frame(past, from_row), WHOLE)
    alike_on_top = _agreements(_same_top(past, from_row), TOP)
    rows = [found[:, first - from_row :] for found in (*alike, *alike_on_top)]
    planes, marks = zip(*(_mean(found, past) for found in rows), strict=True)
    latest, found = _latest(rows[: len(WHOLE)], past)
    return torch.stack([*planes, latest], dim=2), torch.stack([*marks, found], dim=2)


def _same_frame(past: Tensor, from_row: int) -> Tensor:
    """Whether the frame before a row is the frame before a column: as many pitches, all of them shared."""
    before = functional.pad(past, (0, 0, 1, 0))[:, :-1]
    size = before.sum(-1)
    shared = before[:, from_row:] @ before.transpose(1, 2)
    same = (shared == size[:, from_row:, None]) & (shared == size[:, None, :])
    return same & _earlier(past.shape[1], from_row, past.device)


def _same_top(past: Tensor, from_row: int) -> Tensor:
    before = functional.pad(past, (0, 0, 1, 0))[:, :-1]
    top = (before * torch.arange(1, past.shape[2] + 1, device=past.device)).amax(-1)
    return (top[:, from_row:, None] == top[:, None, :]) & _earlier(past.shape[1], from_row, past.device)


def _earlier(frames: int, from_row: int, device: torch.device) -> Tensor:
    """A column lies before its row, and has a frame before it."""
    column = torch.arange(frames, device=device)
    return (column[None, :] < column[from_row:, None]) & (column[None, :] > 0)


def _agreements(same: Tensor, lengths: Sequence[int]) -> list[Tensor]:
    """For each length k: whether the k frames before a row are the k before a column. By doubling the length."""
    found, k, same_k = [], 1, same
    while True:
        if k in lengths:
            found.append(same_k)
        if k == max(lengths):
            return found
        further_back = torch.zeros_like(same_k)
        further_back[:, k:, k:] = same_k[:, :-k, :-k]
        same_k, k = same_k & further_back, 2 * k


def _mean(found: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
    count = found.sum(-1)
    return (found.to(past.dtype) @ past) / count.clamp(min=1)[..., None], (count > 0).to(past.dtype)


def _latest(found: Sequence[Tensor], past: Tensor) -> tuple[Tensor, Tensor]:
    n, frames, pitches = past.shape
    column = torch.arange(frames, device=past.device)
    score = torch.full_like(found[0], -1, dtype=torch.int32)
    for rank, agreement in enumerate(found):
        score = torch.where(agreement, (rank * frames + column).to(torch.int32), score)
    best, where = score.max(-1)
    mark = (best >= 0).to(past.dtype)
    frame = past.gather(1, where[..., None].expand(n, where.shape[1], pitches))
    return frame * mark[..., None], mark
