"""Which token may follow which: the order that the representation writes, within the limits of the wishes.

    piece     [Begin] bar bar ... [End]
    bar       Bar [Meter] step step ...
    step      Position [Tempo] note note ...      something stands at each Position, and Positions rise
    note      [Program] Pitch or Drum [Velocity] Duration
    gap       Fill step step ...                  see `filling`

Types that the vocabulary leaves out are left out here. See `walk` for what depends on more than the last token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events

Mask = NDArray[np.bool_]
PAD, BEGIN, END = 0, 1, 2


@dataclass(frozen=True)
class Limits:
    """What may occur in a piece, beside the order of tokens.

    Parameters
    ----------
    allowed
        Shape (vocabulary,): the tokens that may occur at all.
    most_voices
        How many pitched notes (drums do not count) may sound at once, or None.
    bars
        How many bars a piece has; None: until it ends.
    """

    allowed: Mask
    most_voices: int | None = None
    bars: int | None = None


class Grammar:
    """The order of tokens of a representation, within limits.

    Parameters
    ----------
    coder
        The representation.
    limits
        What may occur.
    """

    def __init__(self, coder: Events, limits: Limits) -> None:
        known = coder.known
        self.known, self.limits = known, limits
        self.ends: bool = coder.spec["ends"]
        self.rising: bool = coder.spec["order"] == "pitch"
        """Whether the pitches of a step and program are sorted."""
        self.kinds = ["Pad", "Begin", "End", *(name for name, block in known.blocks.items() for _ in range(block.size))]
        """Of each token."""
        self.follow: Mapping[str, Mask] = {kind: self._mask(*kinds) for kind, kinds in self._order().items()}
        """Kind -> shape (vocabulary,): what may stand behind it, as far as that says."""
        self.tempo, self.pitched, self.drums = (self._any(name) for name in ("Tempo", "Pitch", "Drum"))
        """Whether there may be any of these."""
        programs = limits.allowed[known["Program"].slice]
        if len(programs):
            self.pitched &= bool(programs[: known.drums].any())
            self.drums &= bool(programs[known.drums :].any())

    def _any(self, name: str) -> bool:
        return bool(self.limits.allowed[self.known[name].slice].any())

    def _order(self) -> Mapping[str, tuple[str, ...]]:
        """Kind of a token -> the kinds that may stand behind it."""
        has = {name: block.size > 0 for name, block in self.known.blocks.items()}
        note = ("Program",) if has["Program"] else ("Pitch", "Drum")
        line = ("Position", "Bar", "End") if self.ends else ("Position", "Bar")
        sound = ("Velocity",) if has["Velocity"] else ("Duration",)
        return {
            "Pad": ("Begin",) if self.ends else ("Bar",),
            "Begin": ("Bar",),
            "Bar": ("Meter",) if has["Meter"] else line,
            "Meter": line,
            "Position": ("Tempo", *note),
            "Tempo": (*note, *line),
            "Program": ("Pitch", "Drum"),
            "Pitch": sound,
            "Drum": sound,
            "Velocity": ("Duration",),
            "Duration": (*note, *line),
            "Fill": ("Position",),
        }

    def _mask(self, *kinds: str) -> Mask:
        return np.isin(self.kinds, kinds) & self.limits.allowed
