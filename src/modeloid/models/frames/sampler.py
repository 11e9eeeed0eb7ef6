"""Rolls out of the networks: frame after frame, inside a frame note after note."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from modeloid.backends.torch.members import log_mean
from modeloid.nets.pitch import laid_out_once

from .context import Memory
from .head import Decisions, Known, NoteHead
from .net import FrameNet
from .plain import Odds, PlainNet
from .wishes import Wishes


def sampled(
    nets: Sequence[FrameNet | PlainNet], wishes: Wishes, generators: Sequence[np.random.Generator]
) -> NDArray[np.uint8]:
    """One roll a generator, (n, wishes.frames, pitches); a row looks at its own generator and its own past alone.

    Parameters
    ----------
    nets
        In evaluation mode, all of one class; each choice is drawn by the mean of their probabilities.
    wishes
        Length, temperature, and what is given at the beginning.
    generators
        One a row; each gives as many numbers a frame as a frame can have decisions.
    """
    rolls = next(nets[0].parameters()).new_zeros(len(generators), wishes.frames, nets[0].pitches)
    given = 0 if wishes.prompt is None else len(wishes.prompt)
    if wishes.prompt is not None:
        rolls[:, :given] = torch.from_numpy(wishes.prompt).to(rolls)
    zeros = torch.zeros(len(rolls), dtype=torch.int64, device=rolls.device)
    memories: list[Memory] = [None] * len(nets)
    first = 0
    with laid_out_once(nn.ModuleList(nets)):
        for frame in range(given, wishes.frames):
            seen = rolls[:, : frame + 1]
            every = [net.known(seen, zeros, zeros, first, memory) for net, memory in zip(nets, memories, strict=True)]
            newest, memories = [_newest(known, len(rolls)) for known, _ in every], [memory for _, memory in every]
            draws = np.stack([generator.random(rolls.shape[2] + 1) for generator in generators])
            rolls[:, frame] = _frame(nets, newest, torch.from_numpy(draws).to(rolls.device), wishes.temperature)
            first = frame + 1
    return rolls.to(torch.uint8).cpu().numpy()


def _newest(known: Known | Odds, rows: int) -> Known | Odds:
    """What is known of the last frame of each row alone."""
    return type(known)(*(part.view(rows, -1, *part.shape[1:])[:, -1] for part in known))


def _frame(
    nets: Sequence[FrameNet | PlainNet], known: Sequence[Known | Odds], draws: Tensor, temperature: float
) -> Tensor:
    """Notes of one frame of each row, (n, pitches), from numbers in [0, 1) of shape (n, pitches + 1)."""
    heads = [net.head for net in nets if isinstance(net, FrameNet)]
    if heads:
        return _chain(heads, [one for one in known if isinstance(one, Known)], draws, temperature)
    odds = _log_odds([one.logits.double() for one in known if isinstance(one, Odds)])
    return (draws[:, :-1] < torch.sigmoid(odds / temperature)).to(draws.dtype)


def _log_odds(logits: Sequence[Tensor]) -> Tensor:
    if len(logits) == 1:
        return logits[0]
    on, off = (log_mean([functional.logsigmoid(sign * one) for one in logits]) for sign in (1, -1))
    return on - off


def _chain(heads: Sequence[NoteHead], known: Sequence[Known], draws: Tensor, temperature: float) -> Tensor:
    n, pitches = len(draws), draws.shape[1] - 1
    chosen = known[0].base.new_zeros(n, pitches)
    row = torch.arange(n, device=draws.device)
    last = torch.full_like(row, pitches)
    goes_on = torch.ones_like(row, dtype=torch.bool)
    for rank in range(pitches):
        at = Decisions(row, torch.full_like(row, rank), last, chosen)
        scores = log_mean([head(seen, at) for head, seen in zip(heads, known, strict=True)])
        choice = _choice(scores.double() / temperature, draws[:, rank])
        goes_on = goes_on & (choice < pitches)
        if not goes_on.any():
            break
        chosen[row[goes_on], choice[goes_on]] = 1
        last = torch.where(goes_on, choice, last)
    return chosen


def _choice(scores: Tensor, draw: Tensor) -> Tensor:
    """The first choice up to which the probabilities sum to more than the draw."""
    reached = torch.softmax(scores, dim=1).cumsum(1)
    index = (reached <= draw[:, None] * reached[:, -1:]).sum(1)
    return index.clamp(max=scores.shape[1] - 1)
