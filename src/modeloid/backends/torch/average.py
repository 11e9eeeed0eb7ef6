"""Averaged weights: a slow copy of the trained ones, swapped in for validation and samples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from .names import plain_parameters


class Average:
    """The exponential moving average of a module's parameters (Polyak and Juditsky 1992, with a fixed horizon).

    After each turn ``average += (1 - d) (weight - average)``, d being the smaller of `decay` and (1 + n) / (10 + n)
    after n turns, so that the first weights are soon forgotten. Buffers (running statistics) are not averaged.

    Parameters
    ----------
    module
        Bare or wrapped; the names are plain either way.
    decay
        In [0, 1); 0.999 looks back some 1,000 turns.
    """

    def __init__(self, module: torch.nn.Module, decay: float) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"a decay of {decay} is not in [0, 1)")
        self.decay = decay
        self.turns = 0
        self.swapped = False
        self._parameters = plain_parameters(module)
        self._copies = {name: parameter.detach().clone() for name, parameter in self._parameters.items()}

    def update(self) -> None:
        """Move the average towards the weights; once a turn, after the optimiser's step."""
        if self.swapped:
            raise RuntimeError("the averaged weights are swapped in: there is nothing to move them towards")
        decay = min(self.decay, (1 + self.turns) / (10 + self.turns))
        weights = [parameter.detach() for parameter in self._parameters.values()]
        torch._foreach_lerp_(list(self._copies.values()), weights, 1 - decay)
        self.turns += 1

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The module has the averaged weights; the trained ones come back at the end, whatever happens."""
        if self.swapped:
            yield
            return
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @contextmanager
    def trained(self) -> Iterator[None]:
        """The module has its trained weights, even inside `averaged`: what is saved must be those."""
        if not self.swapped:
            yield
            return
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def tensors(self) -> dict[str, Tensor]:
        """The averages by plain name, and "turns", how many turns they have seen."""
        if self.swapped:
            raise RuntimeError("the averaged weights are swapped in: what is kept here are the trained ones")
        return {"turns": torch.tensor(self.turns), **self._copies}

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Take over what `tensors` gave; names and shapes were checked."""
        self.turns = int(tensors["turns"])
        for name, copy in self._copies.items():
            copy.copy_(tensors[name])

    def _swap(self) -> None:
        for name, parameter in self._parameters.items():
            parameter.data, self._copies[name] = self._copies[name], parameter.data
        self.swapped = not self.swapped
