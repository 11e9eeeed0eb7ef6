"""Ideas shall come back: ears that learned on real music what the encoder hears listen to what was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from ..idea.levels import LEVELS, symbols_of
from ..plan.net import Ideas
from ..settings import SECTION_BARS
from .bars import BarReader
from .rolls import BEGIN, LOUD, PITCHES

_OCTAVE, _BEATS = 12, 4
_DROPPED = 0.4


class Sections(NamedTuple):
    """Whole sections of eight bars: their ``maps`` (sections, 8, ...), and their ``symbols`` (sections, 16), 0 to 3."""

    maps: Tensor
    symbols: Tensor


def whole_sections(maps: Tensor, bars: Tensor, ideas: Ideas) -> Sections:
    """The sections of pieces that no bar is missing of, and the ideas that they have or shall have.

    Parameters
    ----------
    maps
        Shape (n, bars, ...), pieces of up to so many bars.
    bars
        Shape (n,): how many each has.
    ideas
        Of the same rows and bars.
    """
    many = maps.shape[1] // SECTION_BARS
    split = maps[:, : many * SECTION_BARS].reshape(len(maps), many, SECTION_BARS, *maps.shape[2:])
    there = (torch.arange(1, many + 1, device=bars.device) * SECTION_BARS) <= bars[:, None]
    codes = ideas.bars[:, : many * SECTION_BARS : SECTION_BARS]
    return Sections(split[there], symbols_of(codes[there]))


class Ear(nn.Module):
    """A section's maps to what the encoder would say of it: logits of 16 symbols of four levels.

    It sees bars as pictures, and the pitch classes of their beats; not how loud they are.

    Parameters
    ----------
    parts
        How many.
    drums
        Numbers of the parts that are: they have no pitch classes.
    symbols
        Of a code.
    width
        Channels of the convolutions.
    size
        Features of a bar.
    """

    pitched: Tensor

    def __init__(self, parts: int, drums: Sequence[int], symbols: int, width: int, size: int) -> None:
        super().__init__()
        pitched = torch.tensor([number not in drums for number in range(parts)], dtype=torch.float32)
        self.register_buffer("pitched", pitched, persistent=False)
        self.picture = BarReader(parts * LOUD, width, size)
        self.classes = nn.Linear(LOUD * _BEATS * _OCTAVE, size)
        self.over_bars = nn.GRU(2 * size, size, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(_DROPPED)
        self.last = nn.Linear(8 * size, symbols * LEVELS)

    def forward(self, maps: Tensor) -> Tensor:
        """(n, 8, parts, kinds, 16, 64) to (n, symbols, 4)."""
        seen = maps[:, :, :, BEGIN:LOUD]
        picture = self.picture(seen.flatten(0, 1).flatten(1, 2)).view(len(maps), SECTION_BARS, -1)
        bars = torch.cat([picture, self.classes(self._classes(seen)).relu()], 2)
        turns, _ = self.over_bars(self.dropout(bars))
        whole = torch.cat([part for one in (bars, turns) for part in (one.mean(1), one.amax(1))], 1)
        logits: Tensor = self.last(self.dropout(whole))
        return logits.view(len(maps), -1, LEVELS)

    def _classes(self, seen: Tensor) -> Tensor:
        """How often each pitch class begins and goes on in each beat, as log(1 + x): shape (n, 8, numbers)."""
        together = torch.einsum("nbpksh,p->nbksh", seen, self.pitched)
        octaves = pad(together, (0, -PITCHES % _OCTAVE))
        cells = octaves.view(*together.shape[:3], _BEATS, together.shape[3] // _BEATS, -1, _OCTAVE)
        return cells.sum((4, 5)).log1p().flatten(2)


class Ears(nn.Module):
    """Two that hear alike: one teaches the generator, the other never does, and what it says is a measure.

    Parameters
    ----------
    parts, drums, symbols
        See `Ear`.
    width
        Channels of the one that teaches.
    """

    def __init__(self, parts: int, drums: Sequence[int], symbols: int, width: int = 16) -> None:
        super().__init__()
        self.teacher = Ear(parts, drums, symbols, width, 3 * width)
        self.watched = Ear(parts, drums, symbols, max(4, width * 3 // 4), 4 * width)


def amiss(ear: Ear, sections: Sections) -> Tensor:
    """Cross-entropy in nats a symbol: log 4 for who hears nothing; 0 where there is no section."""
    if not len(sections.symbols):
        return sections.maps.sum()
    return cross_entropy(ear(sections.maps).flatten(0, 1), sections.symbols.flatten())


@torch.no_grad()
def heard(ear: Ear, sections: Sections) -> tuple[float, float]:
    """How many symbols an ear in evaluation mode hears as they are wanted, and of how many."""
    if not len(sections.symbols):
        return 0.0, 0.0
    right = ear(sections.maps).argmax(2) == sections.symbols
    return float(right.sum()), float(right.numel())
