"""Sums of cells that can be trained through: where notes begin, pitch classes, chords, distances of tracks."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

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
