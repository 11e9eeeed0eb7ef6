"""Pieces that training plays to itself, phrase by phrase, as they are sampled: what the choice of phrases learns by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from modeloid.backends.torch import TorchWorld

from .choosing import Choice
from .generator import Generator
from .notes import Roll, joined
from .sampler import gone_on
from .wishes import USUAL_CHANGE, usual_bars

_PIECES = 16
_EACH, _FIRST, _LEAST_SHARE = 24, 4, 0.1
_LAST, _LAST_TIMES = 20, 6


def shares(turn: int, generator_steps: int, steps: int, model: Mapping[str, Any]) -> list[float]:
    """How far each practice after a step of the generator moves what phrases are chosen by; mostly there is none.

    A few on the way. In the last steps planned, when weights hardly move, six a step, each its share of the mean of
    all of these: what is known by then is not what weights of long ago made.

    Parameters
    ----------
    turn, generator_steps, steps
        Done: turns, steps of the generator, practices.
    model
        The modeloid's `model` dict.
    """
    left = int(model["planned_turns"]) - turn
    last = _LAST * int(model["critic_steps"])
    if 0 < left <= last:
        first = _LAST_TIMES * ((last - left) // int(model["critic_steps"]))
        return [1 / (_FIRST + first + time) for time in range(_LAST_TIMES)]
    return [] if generator_steps % _EACH else [max(_LEAST_SHARE, 1 / (_FIRST + steps))]


class Practice(nn.Module):
    """The ends of pieces and what held for them; the oldest end behind the usual length, others begin in their place.

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
        self.begin = _PIECES // phrases
        kept = _PIECES - self.begin
        end = (kept, model["context_bars"], *model["shape"][1:])
        self.on: Tensor
        self.loud: Tensor
        self.held: Tensor
        self.register_buffer("on", torch.zeros(end))
        self.register_buffer("loud", torch.zeros(end))
        self.register_buffer("held", torch.zeros(kept, *noise))

    @torch.no_grad()
    def go_on(
        self,
        net: Generator,
        model: Mapping[str, Any],
        choice: Choice,
        generators: Sequence[np.random.Generator],
        world: TorchWorld,
        share: float,
    ) -> None:
        """All pieces by a phrase, some of them from their beginning, and one step of what they are chosen by.

        Parameters
        ----------
        net
            With the weights that are sampled with, in evaluation mode.
        model, choice
            See `sampler.sampled`.
        generators
            `rows` of them.
        world, share
            See `Choice.learn`.
        """
        kept, bars = len(self.held), model["context_bars"]
        before = Roll(*(_behind_silence(ends, self.begin) for ends in (self.on, self.loud))) if bars else None
        held = _behind_silence(self.held, self.begin)
        change = held.new_full((len(held), 1, 1), USUAL_CHANGE)
        change[: self.begin] = 1.0
        heard = gone_on(net, model, generators, before, None, (held, change, 1.0), choice)
        assert heard.told is not None, "there is a choice"
        choice.learn(heard.told, world, share)
        if kept:
            assert before is not None, "only pieces with a context have ends"
            ends = joined([before, heard.phrase], 1).bars(model["phrase_bars"])
            for mine, new in ((self.on, ends.on), (self.loud, ends.loud), (self.held, heard.held)):
                mine.copy_(new[:kept])

    @property
    def rows(self) -> int:
        """How many pieces go on at once."""
        return self.begin + len(self.held)


def _behind_silence(ends: Tensor, begin: int) -> Tensor:
    return torch.cat([ends.new_zeros(begin, *ends.shape[1:]), ends])
