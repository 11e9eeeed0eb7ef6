"""Cells as intervals from an anchor: what is learnt of them is the same in every transposition."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .past import CLASSES, SILENT

_KINDS = CLASSES + 2


class Intervals(nn.Module):
    """The sum of learned vectors, one a place by the pitch class of its interval from the anchor; of some by all of it.

    Parameters
    ----------
    places
        How many cells are looked at.
    exact
        The places of which the whole interval counts.
    features
        Of a vector.
    pitches
        How many there are; a rest and "nothing there" have vectors of their own.
    noise
        Share of the places that are not seen in training.
    """

    def __init__(self, places: int, exact: Sequence[int], features: int, pitches: int, noise: float) -> None:
        super().__init__()
        self.pitches, self.noise, self.exact = pitches, noise, list(exact)
        self.kinds = 2 * pitches - 1 + 2
        self.by_interval = nn.Parameter(torch.randn(len(self.exact) * self.kinds, features) * 0.02)
        self.by_class = nn.Parameter(torch.randn(places * _KINDS, features) * 0.02)

    def forward(self, values: Tensor, anchor: Tensor, counts: Tensor | None = None) -> Tensor:
        """Shape (rows, features).

        Parameters
        ----------
        values
            Shape (rows, places): pitches from 0, `SILENT` or `NONE`.
        anchor
            Shape (rows,): a pitch.
        counts
            Shape (rows, places), bool: the places that count; None: all.
        """
        place = torch.arange(values.shape[1], device=values.device)
        distance = values - anchor[:, None]
        rest = torch.where(values == SILENT, CLASSES, CLASSES + 1)
        pitch_class = torch.where(values >= 0, distance % CLASSES, rest) + _KINDS * place
        weight = self._weight(values, counts)
        total = functional.embedding_bag(pitch_class, self.by_class, mode="sum", per_sample_weights=weight)
        if not self.exact:
            return total
        near = distance[:, self.exact] + self.pitches - 1
        rest = torch.where(values == SILENT, self.kinds - 2, self.kinds - 1)[:, self.exact]
        interval = torch.where(values[:, self.exact] >= 0, near, rest) + self.kinds * place[: len(self.exact)]
        weight = weight[:, self.exact].contiguous()
        return total + functional.embedding_bag(interval, self.by_interval, mode="sum", per_sample_weights=weight)

    def _weight(self, values: Tensor, counts: Tensor | None) -> Tensor:
        weight = torch.ones(values.shape, dtype=self.by_class.dtype, device=values.device)
        if counts is not None:
            weight = weight * counts
        if self.training and self.noise:
            weight = weight * (torch.rand_like(weight) >= self.noise)
        return weight
