"""Real pieces as the generator of rolls learns from them: their maps, how long they are, and their ideas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeloid.music.represent.parts import cut

from ..plan.net import Ideas
from ..settings import SECTION_BARS
from .rolls import BEGIN, HOLD, rolls_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..learner import Studies


class Scene(NamedTuple):
    """Real pieces, or some bars of them.

    Parameters
    ----------
    maps
        Shape (n, bars, parts, kinds, 16, 64), silent behind a shorter one's end.
    bars
        Shape (n,): how many each has.
    ideas
        Of the same rows and bars, or None.
    """

    maps: Tensor
    bars: Tensor
    ideas: Ideas | None

    @property
    def counts(self) -> Tensor:
        """Shape (n, bars), 1 for the bars that are there, else 0."""
        return (torch.arange(self.maps.shape[1], device=self.bars.device) < self.bars[:, None]).float()

    @property
    def notes(self) -> float:
        """How many begin, at least one."""
        return max(1.0, float(self.maps[:, :, :, BEGIN].sum()))

    @property
    def before(self) -> Tensor:
        """What sounded a step before, (n, bars, parts, 16, 64), from one bar to the next, too."""
        sounds = self.maps[:, :, :, BEGIN] + self.maps[:, :, :, HOLD]
        last = torch.cat([torch.zeros_like(sounds[:, :1, :, -1:]), sounds[:, :-1, :, -1:]], 1)
        return torch.cat([last, sounds[:, :, :, :-1]], 3)


def excerpted(studies: Studies, ideas: Ideas, items: int, most: int, parts: int, drums: Sequence[int]) -> Scene:
    """So many bars at most, or all where there are fewer, of some items, from the beginning of a section on."""
    chosen = studies.first(items)
    rooms = np.maximum((studies.bars[chosen] - most) // SECTION_BARS, 0) + 1
    firsts = (torch.rand(len(chosen)).numpy() * rooms).astype(np.int64) * SECTION_BARS
    rows = [cut(studies.rows[index], int(first), most) for index, first in zip(chosen, firsts, strict=True)]
    lengths = np.minimum(studies.bars[chosen] - firsts, most)
    count = int(lengths.max())
    which = torch.from_numpy(chosen)
    places = torch.from_numpy(firsts)[:, None] + torch.arange(count)
    codes = ideas.bars[which[:, None], places.clamp(max=ideas.bars.shape[1] - 1)]
    maps = torch.from_numpy(rolls_of(rows, count, parts, drums))
    return Scene(maps, torch.from_numpy(lengths), Ideas(codes, ideas.piece[which]))


def whole(studies: Studies, ideas: Ideas | None, chosen: range, parts: int, drums: Sequence[int]) -> Scene:
    """All bars of some items."""
    bars: NDArray[np.int64] = studies.bars[list(chosen)]
    count = int(bars.max())
    maps = torch.from_numpy(rolls_of([studies.rows[index] for index in chosen], count, parts, drums))
    part = slice(chosen.start, chosen.stop)
    told = None if ideas is None else Ideas(ideas.bars[part, :count], ideas.piece[part])
    return Scene(maps, torch.from_numpy(bars), told)
