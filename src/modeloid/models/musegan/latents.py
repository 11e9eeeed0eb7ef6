"""What a phrase is made from: noise that holds for the whole phrase, and noise that becomes a vector for each bar."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from modeloid.nets.volumes import ChannelNorm


class Temporal(nn.Module):
    """A vector becomes one for each bar: the temporal generator (Dong and others: MuseGAN, AAAI 2018, section 4.2).

    Two transposed convolutions over bars: from 1 to ``bars // 2``, then to all of them.

    Parameters
    ----------
    size
        Of the vector, and of those that it becomes.
    width
        Channels between.
    bars
        Of a phrase.
    norm
        See `volumes.ChannelNorm`.
    """

    def __init__(self, size: int, width: int, bars: int, norm: str) -> None:
        super().__init__()
        some = max(1, bars // 2)
        self.first = nn.ConvTranspose1d(size, width, some)
        self.first_norm = ChannelNorm(width, norm)
        self.second = nn.ConvTranspose1d(width, size, bars - some + 1)
        self.second_norm = ChannelNorm(size, norm)

    def forward(self, seed: Tensor) -> Tensor:
        """From (n, size) to (n, bars, size)."""
        some = self.first_norm(self.first(seed[:, :, None]).transpose(1, 2)).relu()
        bars: Tensor = self.second_norm(self.second(some.transpose(1, 2)).transpose(1, 2)).relu()
        return bars


class Latents(nn.Module):
    """Noise to the vectors that the tracks' bars are made from.

    "composer": one shared source; "jamming": one for each track; "hybrid": both, each half as large. A source has a
    part that holds for the phrase and a seed for its bars; the total for each track is `size`.

    Parameters
    ----------
    kind
        Of `kinds.KINDS`.
    tracks, size, width, bars, norm
        Tracks that are made; numbers a track; see `Temporal`.
    chords
        Whether there is one source more, of chords, which becomes a vector of twice `each`.
    temporal
        Whether a net makes the vectors of bars of one seed; or each bar has noise of its own (an ablation).
    """

    def __init__(
        self,
        kind: str,
        tracks: int,
        size: int,
        width: int,
        bars: int,
        norm: str,
        chords: bool = False,
        temporal: bool = True,
    ) -> None:
        super().__init__()
        self.kind, self.tracks, self.chords = kind, tracks, chords
        self.each = size // (4 if kind == "hybrid" else 2)
        shared, private = kind != "jamming", kind != "composer"
        self.sources = int(shared) + tracks * int(private) + int(chords)
        self.bars, nets = bars, self.sources if temporal else 0
        self.temporal = nn.ModuleList(Temporal(self.each, width, bars, norm) for _ in range(nets))

    @property
    def shape(self) -> tuple[int, int]:
        """Of one piece's noise, twice: sources, numbers."""
        return (self.sources, self.each if len(self.temporal) else self.bars * self.each)

    def forward(self, held: Tensor, seeds: Tensor) -> list[Tensor]:
        """One (n, bars, size) for each generator: one for a composer, else one a track; last the chords', if there are.

        Parameters
        ----------
        held, seeds
            Shape (n, sources, numbers): what holds for the phrase, what becomes its bars.
        """
        over_bars = [net(seeds[:, source]) for source, net in enumerate(self.temporal)]
        if not over_bars:
            over_bars = list(seeds.view(len(seeds), self.sources, self.bars, self.each).unbind(1))
        held = held[:, :, None, : self.each].expand(-1, -1, self.bars, -1)
        vectors = [torch.cat([held[:, source], over_bars[source]], dim=2) for source in range(self.sources)]
        chords = vectors[self.sources - 1 :] if self.chords else []
        vectors = vectors[: self.sources - len(chords)]
        if self.kind != "hybrid":
            return vectors + chords
        return [torch.cat([vectors[0], own], dim=2) for own in vectors[1:]] + chords


def moved(held: Tensor, fresh: Tensor, change: float | Tensor) -> Tensor:
    """A walk that stays standard normal: ``sqrt(1 - change^2) held + change fresh``; change in [0, 1], also a row's."""
    walked: Tensor = held * (1 - change**2) ** 0.5 + fresh * change
    return walked
