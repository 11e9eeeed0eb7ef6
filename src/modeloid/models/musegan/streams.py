"""What the critic is told beside cells: the harmony of each bar, and few numbers of each track and pair of tracks."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from .harmony import chroma
from .sizes import OCTAVE
from .tallies import Distances, chords_of, classes_of

_LITTLE = 0.5


class Chroma(nn.Module):
    """The harmony of each bar: for each beat how much of each pitch class sounds in each track.

    Parameters
    ----------
    tracks, beats
        Of a bar.
    features
        What comes out.
    """

    def __init__(self, tracks: int, beats: int, features: int) -> None:
        super().__init__()
        self.beats = beats
        self.beat = nn.Linear(OCTAVE * tracks, features)
        self.bar = nn.Linear(beats * features, features)

    def forward(self, on: Tensor) -> Tensor:
        """From (n, bars, steps, pitches, tracks) to (n, bars, features)."""
        beats = chroma(on, self.beats).flatten(3) / (on.shape[2] // self.beats)
        return leaky_relu(self.bar(leaky_relu(self.beat(beats), 0.2).flatten(2)), 0.2)


class Shares(nn.Module):
    """Each track of each bar in few numbers: whether it sounds at all, how much begins, how much is one step long.

    Parameters
    ----------
    tracks
        How many.
    features
        What comes out.
    """

    def __init__(self, tracks: int, features: int) -> None:
        super().__init__()
        self.bar = nn.Linear(3 * tracks, features)

    def forward(self, on: Tensor, begins: Tensor, following: Tensor) -> Tensor:
        """From cells (n, bars, steps, pitches, tracks) that sound, begin, and sound at the next step, to features."""
        begun = begins.sum((2, 3))
        short = (begins * (1 - following)).sum((2, 3)) / (1 + begun)
        told = torch.cat([1 - (-on.sum((2, 3))).exp(), begun.clamp(min=0).log1p(), short], 2)
        return leaky_relu(self.bar(told), 0.2)


class Together(nn.Module):
    """How the pitched tracks of each bar go together: pitch classes and chords of each, tonal distances of each pair.

    Parameters
    ----------
    tracks, beats
        Of a bar.
    features
        What comes out.
    """

    def __init__(self, tracks: int, beats: int, features: int) -> None:
        super().__init__()
        self.beats, self.distances = beats, Distances(tracks)
        self.bar = nn.Linear(2 * tracks + 2 * len(self.distances.first), features)

    def forward(self, on: Tensor) -> Tensor:
        """From cells of pitched tracks (n, bars, steps, pitches, tracks) to features."""
        beats = chroma(on, self.beats)
        far, both = self.distances(beats, _LITTLE)
        told = [classes_of(beats.sum(2)), chords_of(on).sum(2), (far * both).sum(2), both.sum(2)]
        return leaky_relu(self.bar(torch.cat(told, 2)), 0.2)
