"""What codes bars have, one after the other: an LSTM over bars, one over beats, and a chain of symbols in each."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, silu

from modeloid.nets.dropout import LockedDropout

from ..idea.levels import LEVELS
from ..plan.net import Ideas
from ..settings import SECTION_BARS
from .bars import BEATS
from .coder import SYMBOLS

LAGS = (1, 2, 4, 8)
"""Bars before, whose codes are looked at."""
_BAR = BEATS * SYMBOLS
State = tuple[Tensor, Tensor]


class Steps(NamedTuple):
    """The states of both LSTMs after the last bar and beat; None before the first."""

    bars: State | None = None
    beats: State | None = None


class Teller(nn.Module):
    """Which code each bar has, given an idea, all bars before, and above all those 1, 2, 4 and 8 bars before.

    The chain of symbols in a beat is one of Larochelle and Murray (NADE, 2011): a sum that grows symbol by symbol.
    A gate for each bar looked at says how much likelier its own symbol is made.

    Parameters
    ----------
    idea_dims
        Dimensions of a section's code, and of a piece's.
    features
        Of the LSTM over bars; of the one over beats, and of the chain, as many.
    idea
        Features of an idea.
    dropout
        Share of the features left out in training.
    blank
        Share of the symbols of other bars that are not seen in training, so that songs are not known by their details.
    """

    def __init__(
        self,
        idea_dims: tuple[int, int],
        features: int = 128,
        idea: int = 48,
        dropout: float = 0.4,
        blank: float = 0.2,
    ) -> None:
        super().__init__()
        self.blank = blank
        self.into_idea = nn.Sequential(nn.Linear(sum(idea_dims), 2 * idea), nn.SiLU(), nn.Linear(2 * idea, idea))
        self.no_idea = nn.Parameter(torch.zeros(idea))
        self.place = nn.Embedding(SECTION_BARS, idea)
        self.beat = nn.Embedding(BEATS, idea)
        self.over_bars = nn.LSTM(len(LAGS) * _BAR + 2 * idea, features, batch_first=True)
        self.over_beats = nn.LSTM((1 + len(LAGS)) * SYMBOLS + features + 2 * idea, features, batch_first=True)
        self.into_chain = nn.Linear(2 * features + idea + len(LAGS) * SYMBOLS, features)
        self.links = nn.Parameter(torch.randn(SYMBOLS, LEVELS, features) * 0.1)
        self.odds = nn.Parameter(torch.randn(SYMBOLS, features, LEVELS + len(LAGS)) * features**-0.5)
        self.odd = nn.Parameter(torch.zeros(SYMBOLS, LEVELS + len(LAGS)))
        self.dropout = LockedDropout(dropout)

    def features(self, ideas: Ideas | None, known: Tensor | None, n: int, bars: int) -> Tensor:
        """Of ideas, (n, bars, features); those of no idea where there is none, or it is not known."""
        if ideas is None:
            return self.no_idea.expand(n, bars, -1)
        piece = ideas.piece[:, None].expand(-1, bars, -1)
        found: Tensor = self.into_idea(torch.cat([ideas.bars, piece], 2))
        return found if known is None else torch.where(known[:, None, None], found, self.no_idea)

    def forward(self, symbols: Tensor, ideas: Ideas | None, known: Tensor | None = None) -> Tensor:
        """Logits of all symbols, each given those before it: shape (n, bars, 4, symbols, 4).

        Parameters
        ----------
        symbols
            Shape (n, bars, 4, symbols), 0 to 3.
        ideas
            Of the same rows and bars; None: nothing inspires.
        known
            Shape (n,): whose ideas count; None: all.
        """
        n, bars = symbols.shape[:2]
        idea = self.features(ideas, known, n, bars)
        looks = looked_at(symbols, 0, bars)
        context, _ = self.bar_context(looks, 0, idea, Steps())
        own = turned(symbols)
        previous = torch.cat([torch.zeros_like(own[:, :1, -1:]), own.flatten(1, 2)[:, :-1, None]], 1)
        values = levels_of(previous.view(n, bars, BEATS, SYMBOLS, LEVELS))
        chain, _ = self.beat_context(context, values, looks, 0, Steps())
        grown = torch.einsum("ntbsl,slf->ntbsf", own, self.links)
        before = torch.cat([torch.zeros_like(grown[:, :, :, :1]), grown.cumsum(3)[:, :, :, :-1]], 3)
        hidden = silu(chain[:, :, :, None] + before)
        found = torch.einsum("ntbsf,sfo->ntbso", hidden, self.odds) + self.odd
        return weighed(found, looks)

    def bar_context(self, looks: Tensor, first: int, idea: Tensor, steps: Steps) -> tuple[Tensor, State]:
        """What is known of bars before their first beat, (n, bars, features), and the state behind them.

        Parameters
        ----------
        looks
            From `looked_at`.
        first
            The number of the first of these bars.
        idea
            From `features`, of these bars.
        steps
            The state before.
        """
        n, bars = looks.shape[:2]
        place = self.place(torch.arange(first, first + bars, device=idea.device) % SECTION_BARS).expand(n, -1, -1)
        seen = self._blanked(levels_of(looks).flatten(2))
        found, state = self.over_bars(torch.cat([seen, idea, place], 2), steps.bars)
        return torch.cat([self.dropout(found), idea], 2), state

    def beat_context(
        self, context: Tensor, previous: Tensor, looks: Tensor, first: int, steps: Steps
    ) -> tuple[Tensor, State]:
        """What is known of beats before their first symbol, (n, bars, beats, features), and the state behind them.

        Parameters
        ----------
        context
            From `bar_context`.
        previous
            Values of the beat before each, (n, bars, beats, symbols).
        looks
            The same beats of other bars, (n, bars, lags, beats, symbols, 4).
        first
            Which beat of the bar is the first of them.
        steps
            The state before.
        """
        n, bars, beats = previous.shape[:3]
        seen = self._blanked(levels_of(looks).transpose(2, 3).flatten(3))
        places = self.beat(torch.arange(first, first + beats, device=context.device)).expand(n, bars, -1, -1)
        wide = context[:, :, None].expand(-1, -1, beats, -1)
        told = torch.cat([previous, seen, wide, places], 3)
        found, state = self.over_beats(told.flatten(1, 2), steps.beats)
        found = self.dropout(found).view(n, bars, beats, -1)
        chain: Tensor = self.into_chain(torch.cat([found, wide, seen], 3))
        return chain, state

    def _blanked(self, seen: Tensor) -> Tensor:
        if not self.training:
            return seen
        return seen * (torch.rand_like(seen) >= self.blank)


def looked_at(symbols: Tensor, first: int, last: int) -> Tensor:
    """The symbols of the bars before each of some bars: one-hot, (n, last - first, lags, 4, symbols, 4).

    Zeros where there is no such bar.
    """
    n, _, beats, count = symbols.shape
    found = torch.zeros(n, last - first, len(LAGS), beats, count, LEVELS, device=symbols.device)
    for number, lag in enumerate(LAGS):
        begin = max(first, lag)
        if begin < last:
            found[:, begin - first :, number] = turned(symbols[:, begin - lag : last - lag])
    return found


def weighed(found: Tensor, looks: Tensor) -> Tensor:
    """Logits of levels (..., symbols, 4): their own and what the gates, (..., symbols, lags) behind them, add."""
    own, gates = found[..., :LEVELS], found[..., LEVELS:]
    return own + torch.einsum("ntbsk,ntkbsl->ntbsl", gates, looks)


def turned(symbols: Tensor) -> Tensor:
    """One-hot: (..., 4)."""
    return one_hot(symbols, LEVELS).float()


def levels_of(odds: Tensor) -> Tensor:
    """Symbols, one-hot or by their odds, (..., 4), to levels between -1.35 and 1.35; zero where there is none."""
    levels = (2 * torch.arange(LEVELS, device=odds.device) - (LEVELS - 1)) * 5**-0.5
    return odds @ levels
