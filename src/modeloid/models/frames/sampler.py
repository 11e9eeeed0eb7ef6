"""Rolls out of the network: frame after frame, inside a frame note after note."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeloid.nets.pitch import laid_out_once

from .head import Decisions, Known, NoteHead
from .net import FrameNet
from .plain import Odds, PlainNet
from .wishes import Wishes


def sampled(net: FrameNet | PlainNet, wishes: Wishes, generators: Sequence[np.random.Generator]) -> NDArray[np.uint8]:
    """One roll a generator, (n, wishes.frames, pitches); a row looks at its own generator and its own past alone.

    Parameters
    ----------
    net
        In evaluation mode.
    wishes
        Length, temperature, and what is given at the beginning.
    generators
        One a row; each gives as many numbers a frame as a frame can have decisions.
    """
    rolls = next(net.parameters()).new_zeros(len(generators), wishes.frames, net.pitches)
    given = 0 if wishes.prompt is None else len(wishes.prompt)
    if wishes.prompt is not None:
        rolls[:, :given] = torch.from_numpy(wishes.prompt).to(rolls)
    zeros = torch.zeros(len(rolls), dtype=torch.int64, device=rolls.device)
    first, memory = 0, None
    with laid_out_once(net):
        for frame in range(given, wishes.frames):
            known, memory = net.known(rolls[:, : frame + 1], zeros, zeros, first, memory)
            newest = type(known)(*(part.view(len(rolls), -1, *part.shape[1:])[:, -1] for part in known))
            draws = np.stack([generator.random(rolls.shape[2] + 1) for generator in generators])
            rolls[:, frame] = _frame(net, newest, torch.from_numpy(draws).to(rolls.device), wishes.temperature)
            first = frame + 1
    return rolls.to(torch.uint8).cpu().numpy()


def _frame(net: FrameNet | PlainNet, known: Known | Odds, draws: Tensor, temperature: float) -> Tensor:
    """Notes of one frame of each row, (n, pitches), from numbers in [0, 1) of shape (n, pitches + 1)."""
    if isinstance(net, FrameNet):
        assert isinstance(known, Known), "each net knows what it draws from"
        return _chain(net.head, known, draws, temperature)
    assert isinstance(known, Odds), "each net knows what it draws from"
    return (draws[:, :-1] < torch.sigmoid(known.logits.double() / temperature)).to(known.logits.dtype)


def _chain(head: NoteHead, known: Known, draws: Tensor, temperature: float) -> Tensor:
    n, pitches = len(draws), draws.shape[1] - 1
    chosen = known.base.new_zeros(n, pitches)
    row = torch.arange(n, device=draws.device)
    last = torch.full_like(row, pitches)
    goes_on = torch.ones_like(row, dtype=torch.bool)
    for rank in range(pitches):
        scores = head(known, Decisions(row, torch.full_like(row, rank), last, chosen))
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
