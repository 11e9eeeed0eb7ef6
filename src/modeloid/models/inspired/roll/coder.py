"""Bars as codes of few symbols, and back to maps, whose neurons are on or off."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from modeloid.nets.binary import straight_through

from ..idea.levels import FourLevels
from .bars import BEATS, BarMaker, BeatReader
from .rolls import BEGIN, HOLD, KINDS, LOUD, PITCHES

SYMBOLS = 24
"""Of a beat's code, each one of four levels."""
_RAREST, _MEMORY, _FOLLOW = 1e-4, 0.9, 0.1
_ONE_VOICE = 0.03
_NEVER = -30.0
_BLUR = 0.2
"""How far numbers are moved in training before they are rounded, in their standard deviations.

So levels that lie side by side come to say nearly the same, and a symbol drawn amiss does little harm.
"""


class BarCoder(nn.Module):
    """Convolutions that read each beat as 24 symbols of four levels, and a DCGAN that makes the bar of them again.

    A code that is narrow and discrete (van den Oord and others 2017) cannot go unheard, as noise can that a net is
    free to leave aside; and what is drawn of it later lies where real bars lie.

    Parameters
    ----------
    parts
        How many.
    width
        Channels of the convolutions.
    """

    threshold: Tensor
    shares: Tensor
    together: Tensor
    longer: Tensor

    def __init__(self, parts: int, width: int = 16) -> None:
        super().__init__()
        self.parts = parts
        self.reader = BeatReader(parts * len(KINDS), width, SYMBOLS)
        self.levels = FourLevels(SYMBOLS)
        self.maker = BarMaker(SYMBOLS, width, parts * len(KINDS))
        self.usual = nn.Parameter(torch.zeros(parts, len(KINDS), 1, PITCHES))
        self.register_buffer("threshold", torch.zeros(parts))
        self.register_buffer("shares", torch.zeros(parts))
        self.register_buffer("together", torch.ones(parts))
        self.register_buffer("longer", torch.zeros(parts))

    def codes(self, maps: Tensor) -> Tensor:
        """Maps of bars (n, parts, kinds, 16, 64) to levels (n, 4, symbols)."""
        beats = self.reader(maps.flatten(1, 2))
        flat = beats.flatten(0, 1)
        if self.training:
            flat = flat + _BLUR * flat.detach().std(0) * torch.randn_like(flat)
        found, _ = self.levels(flat)
        codes: Tensor = found.view(-1, BEATS, SYMBOLS)
        return codes

    def forward(self, codes: Tensor) -> Tensor:
        """Levels (n, 4, symbols) to the logits of maps (n, parts, kinds, 16, 64)."""
        found: Tensor = self.maker(codes).unflatten(1, (self.parts, len(KINDS))) + self.usual
        return found

    def decided(self, logits: Tensor) -> Tensor:
        """Logits (n, bars, parts, kinds, 16, 64) to maps as `rolls.rolls_of` has them.

        Gradients go straight through the decisions. A note goes on only where it sounded the step before, from one bar
        to the next, too. In a part whose real notes hardly ever sound together one begins at a time, and ends others.
        """
        alone = self._alone
        begin = straight_through(self._fresh(logits[:, :, :, BEGIN]) - self.threshold[:, None, None])
        ended = alone * begin.detach().amax(-1, keepdim=True)
        goes_on = straight_through(logits[:, :, :, HOLD] + self.longer[:, None, None]) * (1 - ended)
        held = (_sounding(begin, goes_on) - begin).clamp(min=0)
        return torch.stack([begin, held, begin * logits[:, :, :, LOUD].sigmoid()], 3)

    @property
    def _alone(self) -> Tensor:
        return (self.together < _ONE_VOICE)[:, None, None]

    def _fresh(self, logits: Tensor) -> Tensor:
        """What speaks for notes, (..., parts, 16, 64): all of it for the likeliest, where one sounds at a time."""
        first = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, logits.argmax(-1, keepdim=True), True)
        likeliest = torch.where(first, logits.logsumexp(-1, keepdim=True), _NEVER)
        return torch.where(self._alone, likeliest, logits)

    @torch.no_grad()
    def calibrate(self, real: Tensor) -> None:
        """Let pitches begin, notes go on, and be as loud as in real bars (n, ...), until more is learned."""
        counts = real.sum((0, 3))
        cells = real[:, :, BEGIN].numel() / (self.parts * PITCHES)
        every = counts.sum(2, keepdim=True)
        begins = ((counts[:, BEGIN] + 0.1) / cells).clamp(_RAREST, 0.5)
        stays = every[:, HOLD] / (every[:, HOLD] + every[:, BEGIN]).clamp(min=1)
        loud = every[:, LOUD] / every[:, BEGIN].clamp(min=1)
        self.usual[:, BEGIN, 0] = begins.logit()
        self.usual[:, HOLD, 0] = stays.clamp(0.05, 0.95).logit()
        self.usual[:, LOUD, 0] = loud.clamp(0.05, 0.95).logit()

    @torch.no_grad()
    def remember(self, logits: Tensor, real: Tensor) -> None:
        """Keep to how often notes of each part begin, and how often they sound together.

        Parameters
        ----------
        logits, real
            Of some bars, (n, parts, kinds, 16, 64) each.
        """
        fresh = not bool(self.shares.any())
        share = real[:, :, BEGIN].mean((0, 2, 3))
        voices = (real[:, :, BEGIN] + real[:, :, HOLD]).sum(3)
        together = (voices > 1).float().sum((0, 2)) / (voices > 0).float().sum((0, 2)).clamp(min=1)
        for kept, now in ((self.shares, share), (self.together, together)):
            kept.copy_(now if fresh else torch.lerp(now, kept, _MEMORY))
        made = self._fresh(logits[:, :, BEGIN]).transpose(0, 1).flatten(1)
        places = (made.shape[1] * (1 - self.shares)).long().clamp(1, made.shape[1])
        cuts = torch.stack([one.kthvalue(int(place)).values for one, place in zip(made, places, strict=True)])
        self.threshold.copy_(cuts if fresh else torch.lerp(cuts, self.threshold, _MEMORY))

    @torch.no_grad()
    def lengthen(self, maps: Tensor, real: Tensor) -> None:
        """Let notes of each part go on a little more or less, so that those of made maps get as long as real ones.

        Parameters
        ----------
        maps, real
            Of some bars, (n, parts, kinds, 16, 64) each.
        """
        want, have = (_lengths(one) for one in (real, maps))
        self.longer += _FOLLOW * (want / have).log()


def _lengths(maps: Tensor) -> Tensor:
    """How many steps notes of each part go on, shape (parts,)."""
    begin, hold = maps[:, :, BEGIN].sum((0, 2, 3)), maps[:, :, HOLD].sum((0, 2, 3))
    return (hold + 0.01) / (begin + 1)


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
