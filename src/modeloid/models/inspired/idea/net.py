"""The nets of the encoder: convolutions to bars, a recurrent net over the bars, and what both say of the whole."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .slices import SLICE_BARS


class Listener(nn.Module):
    """One view to an embedding.

    Convolutions shorten the steps to bars, as those of a DCGAN's critic do; a GRU goes over the bars both ways. What
    is said of the whole are means and greatest values over time, so that the same bars in another order sound alike.

    Parameters
    ----------
    channels
        Of the view.
    steps
        Of the view: a multiple of 8 bars.
    width
        Channels of the first convolution; the second has half as many more.
    size
        Numbers of the embedding.
    dropout
        Share of what is forgotten in training before the last layer.
    """

    def __init__(self, channels: int, steps: int, width: int, size: int, dropout: float) -> None:
        super().__init__()
        bar = steps // SLICE_BARS
        beat, wide = max(1, bar // 4), width * 3 // 2
        # twice as long as its stride: what crosses beats and bars is heard, too
        self.beats = nn.Sequential(
            nn.BatchNorm1d(channels),
            nn.Conv1d(channels, width, 2 * beat, beat, padding=beat // 2),
            nn.BatchNorm1d(width),
            nn.LeakyReLU(0.1),
        )
        self.bars = nn.Sequential(
            nn.Conv1d(width, wide, 8, 4, padding=2),
            nn.BatchNorm1d(wide),
            nn.LeakyReLU(0.1),
        )
        self.turns = nn.GRU(wide, wide // 2, batch_first=True, bidirectional=True)
        self.whole = nn.Sequential(
            nn.BatchNorm1d(2 * width + 4 * wide), nn.Dropout(dropout), nn.Linear(2 * width + 4 * wide, size)
        )

    def forward(self, view: Tensor) -> Tensor:
        """(n, channels, steps) to (n, size)."""
        beats = self.beats(view)
        bars = self.bars(beats)
        turns = self.turns(bars.transpose(1, 2))[0].transpose(1, 2)
        over = [statistic for part in (beats, bars, turns) for statistic in (part.mean(2), part.amax(2))]
        embedding: Tensor = self.whole(torch.cat(over, dim=1))
        return embedding
