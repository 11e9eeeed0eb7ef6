"""Grids out of the networks: frame after frame, inside a frame voice after voice; what is given stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from modeloid.backends.torch.members import log_mean
from modeloid.nets.pitch import laid_out_once

from .net import VoiceNet
from .past import NONE, SILENT, Rows
from .wishes import Wishes


def sampled(nets: Sequence[VoiceNet], wishes: Wishes, generators: Sequence[np.random.Generator]) -> NDArray[np.int64]:
    """One grid a generator, (n, frames, voices); a row looks at its own generator and its own cells alone.

    Parameters
    ----------
    nets
        In evaluation mode; each value is drawn by the mean of their probabilities.
    wishes
        How long, what is given, and how values are chosen.
    generators
        One a row; each gives one number a cell.
    """
    n, device = len(generators), nets[0].device
    frames, voices = wishes.given.shape
    values = torch.from_numpy(wishes.values).to(device).expand(n, -1, -1).clone()
    given = torch.from_numpy(wishes.given).to(device).expand(n, -1, -1) if wishes.given.any() else None
    owner = torch.arange(n, device=device)
    with laid_out_once(nn.ModuleList(nets)):
        for frame in range(frames):
            draws = torch.from_numpy(np.stack([generator.random(voices) for generator in generators])).to(device)
            if wishes.given[frame].all():
                continue
            here = torch.full_like(owner, frame)
            known = [net.known(values, given, Rows(owner, here, here)) for net in nets]
            chosen = torch.full_like(values[:, frame], NONE)
            for voice in nets[0].order:
                if not wishes.given[frame, voice]:
                    each = [net.scores(seen, voice, chosen) for net, seen in zip(nets, known, strict=True)]
                    scores = log_mean(each).double()
                    before = values[:, frame - 1, voice] if frame else torch.full_like(owner, NONE)
                    shares = _shares(scores, before, wishes)
                    values[:, frame, voice] = _value(shares, draws[:, voice])
                chosen = chosen.clone()
                chosen[:, voice] = values[:, frame, voice]
    return values.cpu().numpy()


def _shares(scores: Tensor, before: Tensor, wishes: Wishes) -> Tensor:
    """The share of each value, shape (n, pitches + 1): to go on as before is as likely as the network says.

    Only what comes instead is surer or wilder. Were all of them, a surer choice would be to stand still: within a note
    most steps of the grid bring nothing new.
    """
    last = scores.shape[1] - 1
    column = torch.where(before == SILENT, last, before)
    stays = torch.arange(last + 1, device=scores.device) == column[:, None]
    held = (torch.softmax(scores, dim=1) * stays).sum(1, keepdim=True)
    moves = torch.softmax((scores / wishes.temperature).masked_fill(stays, -torch.inf), dim=1)
    if wishes.top_p < 1:
        # Holtzman and others 2020, equation 2: the likeliest until they reach the share
        ranked, order = moves.sort(dim=1, descending=True, stable=True)
        kept = ranked.cumsum(1) - ranked < wishes.top_p
        moves = moves * torch.zeros_like(kept).scatter(1, order, kept)
        moves = moves / moves.sum(1, keepdim=True)
    return torch.where(stays, held, moves * (1 - held))


def _value(shares: Tensor, draw: Tensor) -> Tensor:
    """A value a row, (n,), from shares (n, pitches + 1) and numbers in [0, 1)."""
    reached = shares.cumsum(1)
    index = (reached <= draw[:, None] * reached[:, -1:]).sum(1).clamp(max=shares.shape[1] - 1)
    return torch.where(index == shares.shape[1] - 1, SILENT, index)
