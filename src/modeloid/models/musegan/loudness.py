"""Velocities spread as the data's, track by track: which notes are the louder is learnt, how loud they are is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .notes import Roll

_HIGHEST, _MEMORY, _LEAST = 255, 0.98, 1e-9


class Loudness(nn.Module):
    """A rising curve a track, from what a network gives to velocities that are spread as the data's are.

    The match of two histograms. Critics judge whole phrases, and a narrow spread around the mean offends them least
    while nothing else is right: so what they taught is heard in the order of its velocities, not in their size. Pieces
    alone are changed, what they go on from is not: which notes sound is the same as without. A given track is left as
    it is; and nothing is changed where velocities are not made, not calibrated, or until both have been seen.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        tracks = model["shape"][3]
        self.used = bool(model["velocities"] and model["calibrated"])
        self.columns = [column for column in range(tracks) if column != model["given"]]
        self.pitched = [column not in model["drums"] for column in range(tracks)]
        self.wanted: Tensor
        self.made: Tensor
        # how many notes of each loudness there were
        for name in ("wanted", "made"):
            self.register_buffer(name, torch.zeros(tracks, _HIGHEST + 1))

    @torch.no_grad()
    def see(self, phrase: Roll) -> None:
        """Real phrases, all tracks; all that were seen count alike."""
        if self.used:
            self.wanted.add_(self._histograms(phrase))

    @torch.no_grad()
    def hear(self, phrase: Roll) -> None:
        """Made phrases, all tracks; what was heard is forgotten slowly."""
        if self.used:
            self.made.mul_(_MEMORY).add_(self._histograms(phrase))

    def spread(self, rolls: NDArray[np.float32]) -> NDArray[np.float32]:
        """Velocities (..., tracks) from 0 to 1, 0 staying 0 and no other becoming 0."""
        found = rolls.copy()
        for column, curve in self._curves().items():
            loud = rolls[..., column]
            heard = curve[_places(loud)].clip(1 / 127, 1)
            found[..., column] = np.where(loud > 0, heard, 0)
        return found

    def _curves(self) -> dict[int, NDArray[np.float32]]:
        below = [one.double().cpu().numpy().cumsum(1) for one in (self.made, self.wanted)]
        known = [column for column in self.columns if self.used and all(one[column, -1] > 0 for one in below)]
        curves = {}
        for column in known:
            made, wanted = (one[column] / one[column, -1] for one in below)
            middle = (made + np.concatenate([[0.0], made[:-1]])) / 2
            # softer than any that was heard is as soft as the softest of the data
            places = np.searchsorted(wanted, middle.clip(_LEAST, 1))
            curves[column] = (places / _HIGHEST).astype(np.float32)
        return curves

    def _histograms(self, phrase: Roll) -> Tensor:
        """How many notes of each loudness begin, (tracks, loudnesses)."""
        on = (phrase.on > 0.5).flatten(1, 2)
        begins = on.clone()
        begins[:, 1:] &= ~(on[:, :-1] & torch.tensor(self.pitched, device=on.device))
        where = begins.nonzero(as_tuple=True)
        loud = phrase.loud.flatten(1, 2)[where].float()
        places = (loud * _HIGHEST).round().long().clamp(0, _HIGHEST) + (_HIGHEST + 1) * where[-1]
        counts = torch.bincount(places, minlength=self.wanted.numel())
        return counts.view_as(self.wanted).to(self.wanted)


def _places(values: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.rint(values * _HIGHEST).astype(np.int64).clip(0, _HIGHEST)
