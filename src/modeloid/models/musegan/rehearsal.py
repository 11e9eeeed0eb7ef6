"""Ends of phrases that training made, as sampling goes on from them: where gates are to be cut for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .generator import Generator
from .latents import moved
from .notes import Roll
from .wishes import USUAL_CHANGE, usual_bars

_PIECES = 16


class Rehearsal(nn.Module):
    """The last bars made, and what held for them: as many as pieces go on from, beside those that begin.

    Behind what was made tracks play more or less often than behind the data: gates that keep to the data's shares are
    cut by what comes next in pieces such as those that are heard. Nothing is kept where pieces are one phrase, or where
    nothing is cut.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    noise
        Of one piece, see `Latents.shape`.
    """

    def __init__(self, model: Mapping[str, Any], noise: tuple[int, int]) -> None:
        super().__init__()
        phrases = usual_bars(model) // int(model["phrase_bars"])
        cut = phrases > 1 and model["gates"] and model["calibrated"]
        self.begin = _PIECES // phrases
        kept = _PIECES - self.begin if cut else 0
        end = (kept, model["context_bars"], *model["shape"][1:])
        self.on: Tensor
        self.loud: Tensor
        self.held: Tensor
        self.count: Tensor
        self.register_buffer("on", torch.zeros(end))
        self.register_buffer("loud", torch.zeros(end))
        self.register_buffer("held", torch.zeros(kept, *noise))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    @property
    def ready(self) -> bool:
        """Whether there are as many ends as are wanted."""
        return 0 < len(self.held) <= int(self.count)

    @torch.no_grad()
    def keep(self, whole: Roll, held: Tensor) -> None:
        """Take the ends of phrases, behind what came before them, in the place of the oldest.

        Parameters
        ----------
        whole
            All tracks.
        held
            What held for the phrases, see `Latents`.
        """
        kept, bars = len(self.held), self.on.shape[1]
        if not kept:
            return
        on = (whole.on[:, -bars:] > 0.5).to(self.on)
        for mine, new in ((self.on, on), (self.loud, on * whole.loud[:, -bars:]), (self.held, held)):
            mine.copy_(torch.cat([new.to(mine), mine])[:kept])
        self.count.add_(len(on))

    def go_on(self, net: Generator, memory: float) -> None:
        """Remember the gates of what comes next, behind the ends and behind silence.

        Parameters
        ----------
        net
            With the weights that are sampled with.
        memory
            See `Notes.remember_gates`.
        """
        fresh = torch.randn(self.begin + len(self.held), *self.held.shape[1:]).to(self.held)
        held = torch.cat([fresh[: self.begin], moved(self.held, fresh[self.begin :], USUAL_CHANGE)])
        silence = self.on.new_zeros(self.begin, *self.on.shape[1:])
        before = Roll(*(torch.cat([silence, ends]) for ends in (self.on, self.loud)))
        net.see_gates(held, torch.randn(held.shape).to(held), before, memory)
