"""How near a piece comes to an inspirer beside excerpts of training pieces, by facets and by an ear that chose none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.music.kinship import Ear, Strangers
from modeloid.music.represent.parts import BAR_STEPS, ONSET, Rows, cut

from .idea.encoder import Encoder
from .idea.views import views
from .inspirer import Inspirer
from .settings import SECTION_BARS

Floats = NDArray[np.float64]

_MOST, _FEWEST = 100, 20
_APART = 0.618
"""From excerpt to excerpt, the share of a piece by which its place moves on: evenly spread whatever the number."""


class Excerpts(NamedTuple):
    """Of training pieces: for the facets, and as the ear hears them, section after section; how many each has."""

    strangers: Strangers
    sections: torch.Tensor
    counts: tuple[int, ...]


class Witness:
    """Knows the training pieces, and listens.

    Parameters
    ----------
    ear
        An encoder by which nothing is chosen.
    pieces
        The training pieces.
    drums
        The parts that are drums.
    """

    def __init__(self, ear: Encoder, pieces: Sequence[Rows], drums: tuple[int, ...]) -> None:
        self._ear, self._pieces, self._drums = ear, pieces, drums
        self._excerpts: dict[int, Excerpts] = {}

    def excerpts(self, bars: int) -> Excerpts:
        """At most a hundred, one a piece, from anywhere in it; where too few are as long, shorter pieces as well."""
        if bars not in self._excerpts:
            self._excerpts[bars] = self._cut(bars)
        return self._excerpts[bars]

    def says(self, rows: Rows, bars: int, inspirer: Inspirer) -> Ear:
        """How near a piece is by ear, and each of the `excerpts` of as many bars.

        Of each section of eight bars the nearest of the inspirer's counts; the mean over the sections.
        """
        theirs = self._heard(inspirer.sections)
        sections, known = sections_in(rows, bars), self.excerpts(bars)
        mine = _near(self._heard(sections), theirs, (len(sections),))
        return Ear(float(mine[0]), _near(known.sections, theirs, known.counts))

    def _cut(self, bars: int) -> Excerpts:
        sized = [(rows, int(rows[:, ONSET].max()) // BAR_STEPS + 1) for rows in self._pieces if len(rows)]
        long = [each for each in sized if each[1] >= bars]
        known = long if len(long) >= _FEWEST else sized
        chosen = np.unique(np.linspace(0, len(known) - 1, min(_MOST, len(known))).round().astype(int))
        found, sections = [], []
        for number, index in enumerate(chosen):
            rows, length = known[index]
            found.append(cut(rows, int(number * _APART % 1 * max(1, length - bars + 1)), bars))
            sections.append(sections_in(found[-1], min(bars, length)))
        counts = tuple(len(each) for each in sections)
        return Excerpts(Strangers(found, self._drums), self._heard([one for each in sections for one in each]), counts)

    @torch.no_grad()
    def _heard(self, slices: Sequence[Rows]) -> torch.Tensor:
        return self._ear.embedding(views(slices or [np.zeros((0, 5), np.int64)], self._drums))


def _near(mine: torch.Tensor, theirs: torch.Tensor, counts: Sequence[int]) -> Floats:
    """The mean over the sections of each piece, shape (pieces,): a piece that has fewer counts by those that it has."""
    if not counts:
        return np.zeros(0)
    nearest = np.asarray((mine @ theirs.T).amax(1).double().cpu().numpy())
    edges = np.cumsum(counts)[:-1]
    return np.array([one.mean() for one in np.split(nearest, edges)])


def sections_in(rows: Rows, bars: int) -> list[Rows]:
    """Slices of eight bars of so many, the last ending with the piece."""
    last = max(0, bars - SECTION_BARS)
    return [cut(rows, min(first, last), SECTION_BARS) for first in range(0, bars, SECTION_BARS)]
