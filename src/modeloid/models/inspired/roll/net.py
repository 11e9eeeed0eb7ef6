"""The generator: noise and an idea through an LSTM over bars to maps, whose neurons are on or off."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from modeloid.nets.binary import straight_through

from ..plan.net import Ideas
from ..settings import SECTION_BARS
from .bars import BarMaker, BarReader
from .rolls import BEGIN, HOLD, KINDS, LOUD, PITCHES

PIECE_NOISE, BAR_NOISE = 16, 24
_RAREST, _MEMORY = 1e-4, 0.9
_SURE = -4.0
"""Logarithm of the variance of the noise that is first read from bars."""


class Noise(NamedTuple):
    """What makes one piece differ from another: normal numbers of each ``piece`` (n, 16) and ``bars`` (n, bars, 24)."""

    piece: Tensor
    bars: Tensor


class RollNet(nn.Module):
    """An LSTM over bars (Hochreiter and Schmidhuber 1997), and a DCGAN that makes a bar of each of its states.

    Parameters
    ----------
    parts
        How many.
    idea_dims
        Dimensions of a section's code, and of a piece's.
    width
        Channels of the convolutions.
    features
        Of the LSTM.
    idea
        Features of an idea.
    """

    threshold: Tensor
    shares: Tensor

    def __init__(
        self, parts: int, idea_dims: tuple[int, int], width: int = 32, features: int = 192, idea: int = 48
    ) -> None:
        super().__init__()
        self.parts = parts
        self.into_idea = nn.Sequential(nn.Linear(sum(idea_dims), 2 * idea), nn.SiLU(), nn.Linear(2 * idea, idea))
        self.no_idea = nn.Parameter(torch.zeros(idea))
        self.place = nn.Embedding(SECTION_BARS, idea)
        self.lstm = nn.LSTM(PIECE_NOISE + BAR_NOISE + 2 * idea, features, batch_first=True)
        self.bar = BarMaker(features + BAR_NOISE + idea, width, parts * len(KINDS))
        self.levels = nn.Parameter(torch.zeros(parts, len(KINDS), 1, PITCHES))
        self.register_buffer("threshold", torch.zeros(parts))
        self.register_buffer("shares", torch.zeros(parts))

    def forward(self, noise: Noise, ideas: Ideas | None, known: Tensor | None = None) -> Tensor:
        """Logits, shape (n, bars, parts, kinds, 16, 64).

        Parameters
        ----------
        noise
            As long as the pieces shall be.
        ideas
            Of the same rows and bars; None: nothing inspires.
        known
            Shape (n,): whose ideas count; None: all.
        """
        n, bars = noise.bars.shape[:2]
        idea = self._features(ideas, known, n, bars)
        place = self.place(torch.arange(bars, device=idea.device) % SECTION_BARS).expand(n, -1, -1)
        piece = noise.piece[:, None].expand(-1, bars, -1)
        states, _ = self.lstm(torch.cat([piece, noise.bars, idea, place], 2))
        made = self.bar(torch.cat([states, noise.bars, idea], 2).flatten(0, 1))
        logits: Tensor = made.view(n, bars, self.parts, len(KINDS), -1, PITCHES) + self.levels
        return logits

    def _features(self, ideas: Ideas | None, known: Tensor | None, n: int, bars: int) -> Tensor:
        if ideas is None:
            return self.no_idea.expand(n, bars, -1)
        piece = ideas.piece[:, None].expand(-1, bars, -1)
        found: Tensor = self.into_idea(torch.cat([ideas.bars, piece], 2))
        return found if known is None else torch.where(known[:, None, None], found, self.no_idea)

    def decided(self, logits: Tensor) -> Tensor:
        """Maps as `rolls.rolls_of` has them; gradients go straight through the decisions.

        A note goes on only where it sounded the step before, from one bar to the next, too.
        """
        begin = straight_through(logits[:, :, :, BEGIN] - self.threshold[:, None, None])
        goes_on = straight_through(logits[:, :, :, HOLD])
        held = (_sounding(begin, goes_on) - begin).clamp(min=0)
        return torch.stack([begin, held, begin * logits[:, :, :, LOUD].sigmoid()], 3)

    @torch.no_grad()
    def calibrate(self, real: Tensor) -> None:
        """Let pitches begin, notes go on, and be as loud as in real maps, until more is learned."""
        counts = real.sum((0, 1, 4))
        cells = real[:, :, :, BEGIN].numel() / (self.parts * PITCHES)
        every = counts.sum(2, keepdim=True)
        begins = ((counts[:, BEGIN] + 0.1) / cells).clamp(_RAREST, 0.5)
        stays = every[:, HOLD] / (every[:, HOLD] + every[:, BEGIN]).clamp(min=1)
        loud = every[:, LOUD] / every[:, BEGIN].clamp(min=1)
        self.levels[:, BEGIN, 0] = begins.logit()
        self.levels[:, HOLD, 0] = stays.clamp(0.05, 0.95).logit()
        self.levels[:, LOUD, 0] = loud.clamp(0.05, 0.95).logit()

    @torch.no_grad()
    def remember(self, logits: Tensor, real: Tensor) -> None:
        """Keep to how often notes of each part begin: the threshold follows what is made, the share what is real.

        Parameters
        ----------
        logits, real
            Of some bars, (bars, parts, kinds, 16, 64) each.
        """
        made = logits[:, :, BEGIN].transpose(0, 1).flatten(1)
        fresh = not bool(self.shares.any())
        share = real[:, :, BEGIN].mean((0, 2, 3))
        self.shares.copy_(share if fresh else torch.lerp(share, self.shares, _MEMORY))
        places = (made.shape[1] * (1 - self.shares)).long().clamp(1, made.shape[1])
        cuts = torch.stack([one.kthvalue(int(place)).values for one, place in zip(made, places, strict=True)])
        self.threshold.copy_(cuts if fresh else torch.lerp(cuts, self.threshold, _MEMORY))


class NoiseReader(nn.Module):
    """Which noise may have made real maps: a normal distribution of it, as in an autoencoder (Kingma and Welling 2014).

    It is asked in training alone: what imitates real bars out of their own noise leaves nobody's noise unheard.

    Parameters
    ----------
    parts
        How many.
    width
        Channels of the convolutions.
    size
        Features of a bar.
    """

    def __init__(self, parts: int, width: int = 32, size: int = 128) -> None:
        super().__init__()
        # bars differ little to an untrained net: without a norm their noise would be all alike, and never be heeded
        self.bar = nn.Sequential(BarReader(parts * len(KINDS), width, size), nn.LayerNorm(size))
        self.of_bar, self.of_piece = nn.Linear(size, 2 * BAR_NOISE), nn.Linear(size, 2 * PIECE_NOISE)
        for layer in (self.of_bar, self.of_piece):
            nn.init.constant_(layer.bias[len(layer.bias) // 2 :], _SURE)

    def forward(self, maps: Tensor, counts: Tensor, draw: bool) -> tuple[Noise, Tensor]:
        """Noise of maps (n, bars, ...), drawn or the mean; and what it says, in nats: shape (n,).

        Parameters
        ----------
        maps
            Real.
        counts
            Shape (n, bars), 1 for the bars that count, else 0.
        draw
            Whether it is drawn by torch's generator.
        """
        found = self.bar(maps.flatten(0, 1).flatten(1, 2)).view(*maps.shape[:2], -1)
        whole = (found * counts[..., None]).sum(1) / counts.sum(1, keepdim=True).clamp(min=1)
        piece, piece_nats = _drawn(self.of_piece(whole), draw)
        bars, bar_nats = _drawn(self.of_bar(found), draw)
        return Noise(piece, bars), piece_nats + (bar_nats * counts).sum(1)


def _drawn(values: Tensor, draw: bool) -> tuple[Tensor, Tensor]:
    """Numbers from normal distributions, and how far these are from the standard one (Kingma and Welling 2014, B)."""
    mean, log_variance = values.chunk(2, -1)
    log_variance = log_variance.clamp(-8, 4)
    nats = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(-1)
    if not draw:
        return mean, nats
    return mean + (0.5 * log_variance).exp() * torch.randn_like(mean), nats


def _sounding(begin: Tensor, goes_on: Tensor) -> Tensor:
    """1 where a note sounds: where one begins, or goes on and sounded a step before; (n, bars, parts, 16, 64).

    ``s[t] = begin[t] + (1 - begin[t]) goes_on[t] s[t - 1]`` by doubling the reach (Hillis and Steele 1986), which is
    exact for zeros and ones.
    """
    n, bars, parts, steps, pitches = begin.shape
    sums = begin.transpose(2, 3).reshape(n, bars * steps, parts, pitches)
    keep = ((1 - begin) * goes_on).transpose(2, 3).reshape(sums.shape)
    reach = 1
    while reach < sums.shape[1]:
        sums = torch.cat([sums[:, :reach], sums[:, reach:] + keep[:, reach:] * sums[:, :-reach]], 1)
        keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], 1)
        reach *= 2
    return sums.view(n, bars, steps, parts, pitches).transpose(2, 3)
