"""Chords that the pitched tracks share: which pitch classes lie near in each beat, for all of them at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .sizes import OCTAVE, octaves

_VOICES, _AT_FIRST = 8, 0.3


class Circle(nn.Module):
    """A convolution around the circle of 12 pitch classes: what is played higher comes out as much higher.

    Parameters
    ----------
    inputs, outputs
        Channels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(OCTAVE * inputs, outputs)
        around = (torch.arange(OCTAVE)[:, None] + torch.arange(OCTAVE)) % OCTAVE
        self.around: Tensor
        self.register_buffer("around", around, persistent=False)

    def forward(self, classes: Tensor) -> Tensor:
        """From (..., 12, inputs) to (..., 12, outputs)."""
        turned: Tensor = self.linear(classes[..., self.around, :].flatten(-2))
        return turned


class Harmony(nn.Module):
    """A vector a bar, and what is heard, to how near each pitch class lies to each track in each beat.

    Tracks that are made apart know nothing of one another's pitches: here all follow the same chords, each in its own
    way, which is the same in every key. What the bars before and a given track play is heard the same way.

    Parameters
    ----------
    size
        Of the vector.
    width
        Of the layer between it and the chords.
    beats
        Of a bar.
    heard
        Planes of pitch classes that are heard; 0 for none.
    tracks
        That follow.
    """

    def __init__(self, size: int, width: int, beats: int, heard: int, tracks: int) -> None:
        super().__init__()
        self.beats = beats
        self.first = nn.Linear(size, width)
        self.bar = nn.Linear(width, OCTAVE * _VOICES)
        self.beat = nn.Linear(width, beats * OCTAVE * _VOICES)
        self.heard = Circle(heard, _VOICES) if heard else None
        self.follow = Circle(_VOICES, tracks)
        with torch.no_grad():
            # at first all follow alike: tracks that agree learn to differ sooner than strangers to agree
            self.follow.linear.weight.copy_(self.follow.linear.weight[:1].expand(tracks, -1).clone())
        self.strength = nn.Parameter(torch.full((tracks,), _AT_FIRST).log())

    def forward(self, vectors: Tensor, heard: Tensor | None) -> Tensor:
        """Logits, of mean 0 over the pitch classes.

        Parameters
        ----------
        vectors
            Shape (n, bars, size).
        heard
            Shape (n, bars, beats, 12, planes), or None for silence.

        Returns
        -------
        Shape (n, bars, beats, 12, tracks).
        """
        n, bars, _ = vectors.shape
        hidden = self.first(vectors).relu()
        chords = self.beat(hidden).view(n, bars, self.beats, OCTAVE, _VOICES)
        chords = chords + self.bar(hidden).view(n, bars, 1, OCTAVE, _VOICES)
        if self.heard is not None and heard is not None:
            chords = chords + self.heard(heard)
        near = self.follow(nn.functional.layer_norm(chords, chords.shape[-2:]).relu())
        near = near - near.mean(3, keepdim=True)
        spread = (near.square().mean(3, keepdim=True) + 1e-4).sqrt()
        logits: Tensor = near / spread * self.strength.exp()
        return logits


def chroma(on: Tensor, beats: int) -> Tensor:
    """How long each pitch class sounds in each beat, in cells: (n, bars, beats, 12, tracks).

    Parameters
    ----------
    on
        Shape (n, bars, steps, pitches, tracks).
    beats
        Of a bar.
    """
    n, bars, steps, pitches, tracks = on.shape
    time = on.reshape(n, bars, beats, steps // beats, pitches, tracks).sum(3)
    high = octaves(pitches)
    time = nn.functional.pad(time, (0, 0, 0, high * OCTAVE - pitches))
    return time.reshape(n, bars, beats, high, OCTAVE, tracks).sum(3)


def balanced(classes: Tensor) -> Tensor:
    """Pitch classes (..., 12, tracks) as shares of each track's; all about 0 where it is silent."""
    return classes / (0.5 + classes.sum(-2, keepdim=True))


def over_pitches(logits: Tensor, steps: int, pitches: int) -> Tensor:
    """From (n, bars, beats, 12, tracks) to every step and pitch: (n, bars, steps, pitches, tracks)."""
    high = logits.repeat(1, 1, 1, octaves(pitches), 1)[:, :, :, :pitches]
    return high.repeat_interleave(steps // logits.shape[2], dim=2)
