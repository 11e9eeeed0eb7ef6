"""From ideas to notes: a plan of the bars, then the notes that follow it, both more or less moved by the idea."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from modeloid.music.represent.parts import Rows

from .notes.net import NoteNet
from .notes.sheet import unknown
from .notes.write import Manner, write
from .plan.draw import draw
from .plan.net import Ideas, PlanNet
from .settings import SECTION_BARS

Doses = float | NDArray[np.float64]
WHOLE_BARS = 2 * SECTION_BARS
"""What is at least so long is a piece with a beginning and an end; what is shorter is a phrase out of one."""
MIDDLE_BAR = SECTION_BARS
"""A bar of a piece that is no longer its beginning."""


@dataclass(frozen=True)
class Codes:
    """What shall inspire one piece.

    Parameters
    ----------
    sections
        Shape (sections, symbols): of each eight bars, as levels.
    whole
        Shape (symbols,): of the piece.
    """

    sections: NDArray[np.float32]
    whole: NDArray[np.float32]


def sections_of(bars: int) -> int:
    """How many sections a piece has; the last may be shorter."""
    return -(-bars // SECTION_BARS)


def ideas_of(codes: Sequence[Codes], bars: int) -> Ideas:
    """The same, bar by bar, of several pieces that are equally long."""
    section = np.arange(bars) // SECTION_BARS
    by_bar = np.stack([one.sections[section] for one in codes])
    return Ideas(torch.from_numpy(by_bar), torch.from_numpy(np.stack([one.whole for one in codes])))


def joined(ideas: Ideas) -> torch.Tensor:
    """As the notes read them: shape (rows, bars, symbols of both)."""
    whole = ideas.piece[:, None].expand(-1, ideas.bars.shape[1], -1)
    return torch.cat([ideas.bars, whole], 2)


def written(
    nets: tuple[PlanNet, NoteNet],
    generators: Sequence[np.random.Generator],
    bars: int,
    codes: Codes | None,
    doses: tuple[Doses, Doses],
    manner: Manner,
    planned: bool = True,
    again_gain: float = 0.0,
) -> list[Rows]:
    """Write one piece a generator, in C.

    Parameters
    ----------
    nets
        For plans and for notes, in evaluation mode.
    generators
        One a piece, which takes numbers from it alone.
    bars
        Of each piece.
    codes
        What inspires all of them; None: nothing.
    doses
        How many times what the idea adds is weighed, in the plans and in the notes, of all pieces or of each; 0:
        nothing inspires.
    manner
        How surely things are drawn; plans go by its temperature, too.
    planned
        Whether bars are planned before notes are written.
    again_gain
        See `plan.draw.draw`.
    """
    plan_net, note_net = nets
    ideas = None if codes is None or not np.any(doses[0]) else ideas_of([codes] * len(generators), bars)
    told = None if ideas is None else joined(ideas)
    first = 0 if bars >= WHOLE_BARS else MIDDLE_BAR
    if not planned:
        plans = [unknown(plan_net.fields, bars)] * len(generators)
    else:
        whole = bars >= WHOLE_BARS
        plans = list(draw(plan_net, generators, bars, ideas, doses[0], manner.temperature, whole, again_gain))
    return write(note_net, generators, plans, told, doses[1], manner, first)
