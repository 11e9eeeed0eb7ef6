"""What is counted of phrases in sums that can be trained through: long notes, pitch classes, chords, distances."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .harmony import chroma
from .measure import centroids

_LEAST = 1e-6


def begun(on: Tensor, pitched: Tensor) -> tuple[Tensor, Tensor]:
    """Cells at which a note begins, and cells whose next step sounds; drums begin at every cell that is on.

    Parameters
    ----------
    on
        Shape (n, bars, steps, pitches, tracks).
    pitched
        Shape (tracks,): 0 for drums.
    """
    time = on.flatten(1, 2)
    silence = torch.zeros_like(time[:, :1])
    last = torch.cat([silence, time[:, :-1]], 1).reshape(on.shape)
    following = torch.cat([time[:, 1:], silence], 1).reshape(on.shape)
    return on * (1 - last * pitched), following


def classes_of(sounding: Tensor) -> Tensor:
    """About how many pitch classes sound, (..., tracks), of cells (..., 12, tracks); smooth."""
    return (1 - (-sounding).exp()).sum(-2)


def chords_of(on: Tensor) -> Tensor:
    """About which steps have at least two pitches, (..., tracks), of cells (..., pitches, tracks); smooth."""
    pitches = on.sum(-2)
    return 1 - (1 + pitches) * (-pitches).exp()


class Distances(nn.Module):
    """Tonal distances of pairs of tracks in each beat (Harte, Sandler, Gasser 2006, equation 2), and who sounds in it.

    Parameters
    ----------
    tracks
        All pitched.
    """

    def __init__(self, tracks: int) -> None:
        super().__init__()
        pairs = list(itertools.combinations(range(tracks), 2))
        self.first, self.second = [one for one, _ in pairs], [other for _, other in pairs]
        self.centroids: Tensor
        self.register_buffer("centroids", torch.from_numpy(centroids()).float(), persistent=False)

    def forward(self, classes: Tensor, little: float) -> tuple[Tensor, Tensor]:
        """Distances and how much both sound (0 to 1), (n, bars, beats, pairs) each, of `chroma`.

        Parameters
        ----------
        classes
            Shape (n, bars, beats, 12, tracks).
        little
            Cells that a beat's sum is raised by: smooth where hardly anything sounds.
        """
        total = classes.sum(-2)
        place = torch.einsum(
            "ck,nbqkt->nbqct", self.centroids.to(classes.dtype), classes / (total + little)[:, :, :, None]
        )
        apart = place[..., self.first] - place[..., self.second]
        sounds = 1 - (-total).exp()
        return (apart.square().sum(3) + _LEAST).sqrt(), sounds[..., self.first] * sounds[..., self.second]


class Tallies(nn.Module):
    """Sums of a phrase whose ratios are measured: QN, UPC, PP, notes and cells of pitched tracks, TD.

    Parameters
    ----------
    drums
        Which of the tracks are.
    beats
        Of a bar.
    """

    def __init__(self, drums: Sequence[bool], beats: int) -> None:
        super().__init__()
        self.beats = beats
        self.columns = [column for column, drum in enumerate(drums) if not drum]
        self.pitched: Tensor
        self.register_buffer("pitched", 1.0 - torch.tensor(drums, dtype=torch.float32), persistent=False)
        self.distances = Distances(len(self.columns))

    @property
    def count(self) -> int:
        """How many are counted."""
        return 5 * len(self.columns) + len(self.distances.first)

    def forward(self, on: Tensor) -> tuple[Tensor, Tensor]:
        """Sums, and the sums that they are shares of, (n, count) each; values of cells on or off, slopes of about that.

        Parameters
        ----------
        on
            Shape (n, bars, steps, pitches, tracks).
        """
        begins, following = begun(on, self.pitched)
        notes, long = begins.sum((2, 3)), (begins * following).sum((2, 3))
        plays = on.amax((2, 3)).detach()
        cells, steps = on[..., self.columns], on.shape[2]
        beats = chroma(cells, self.beats)
        whole = beats.sum(2)
        classes = _valued(whole.log1p().sum(-2), (whole > 0).to(on.dtype).sum(-2))
        pitches = cells.sum(-2)
        chords = _valued(pitches.log1p(), (pitches > 1.5).to(on.dtype)).sum(2) / steps
        far, _ = self.distances(beats, _LEAST)
        sounds = (beats.sum(-2) > 0).to(on.dtype)
        both = sounds[..., self.distances.first] * sounds[..., self.distances.second]
        playing = plays[..., self.columns]
        counted = [
            (long[..., self.columns], notes[..., self.columns]),
            (classes * playing, playing),
            (chords * playing, playing),
            ((far * both).sum(2), both.sum(2)),
            (notes[..., self.columns], playing),
            (cells.sum((2, 3)), playing),
        ]
        some, of = (torch.cat(parts, 2).sum(1) for parts in zip(*counted, strict=True))
        return some, of


def _valued(smooth: Tensor, value: Tensor) -> Tensor:
    """The value forward, the slopes of the smooth one backward."""
    return smooth + (value - smooth).detach()
