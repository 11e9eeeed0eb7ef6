"""The network that knows plans: an LSTM over bars, a chain of decisions in each, and an idea that moves both."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout

from .allowed import allowed
from .fields import Fields
from .head import BarHead, SymbolSum
from .looks import NONE, before, looked_at

SECTION_BARS = 8
_CYCLE, _SECTIONS = 32, 8
_BEGUN, _LEFT = 9, 17
"""Bars from the beginning of a piece, and to its end, that are told apart; the last class of both: in the middle."""
State = tuple[Tensor, Tensor]


class Ideas(NamedTuple):
    """What shall inspire.

    Parameters
    ----------
    bars
        Shape (n, bars, dimensions): the code of the section that each bar lies in.
    piece
        Shape (n, dimensions): the code of the whole.
    """

    bars: Tensor
    piece: Tensor


class Within(NamedTuple):
    """Where plans lie in their pieces, so that these begin as pieces begin, and end.

    Parameters
    ----------
    first
        Shape (n,), int64: the bar of the piece with which each plan begins.
    bars
        Shape (n,), int64: how many bars the piece has.
    """

    first: Tensor
    bars: Tensor


class PlanNet(nn.Module):
    """An LSTM over bars (Hochreiter and Schmidhuber 1997) with an autoregressive head inside the bar.

    Parameters
    ----------
    fields
        What a plan says of a bar.
    idea_dims
        Dimensions of a section's code, and of a piece's.
    width, head, idea
        Features of the LSTM, of the head, of an idea.
    dropout
        Share of the features left out in training.
    blank
        Share of the symbols of the bars before that the LSTM does not see in training, so that it cannot tell the
        songs it knows by their details.
    forget
        Share of the rows whose idea is left out in training, so that the net knows plans without one, too
        (Ho and Salimans 2022, algorithm 1).
    """

    def __init__(
        self,
        fields: Fields,
        idea_dims: tuple[int, int] = (16, 4),
        width: int = 256,
        head: int = 128,
        idea: int = 64,
        dropout: float = 0.5,
        blank: float = 0.3,
        forget: float = 0.15,
    ) -> None:
        super().__init__()
        self.fields, self.forget, self.blank = fields, forget, blank
        self.into_idea = nn.Sequential(nn.Linear(sum(idea_dims), 2 * idea), nn.SiLU(), nn.Linear(2 * idea, idea))
        self.no_idea = nn.Parameter(torch.zeros(idea))
        self.symbols = SymbolSum(fields, 1, width)
        self.position = nn.Embedding(_CYCLE, width)
        self.begun, self.left = nn.Embedding(_BEGUN, width + head), nn.Embedding(_LEFT, width + head)
        self.section = nn.Embedding(_SECTIONS, width)
        self.from_idea = nn.Linear(idea, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.dropout = LockedDropout(dropout)
        self.into_head = nn.Linear(width + idea, head)
        self.head = BarHead(fields, head, idea, dropout)
        for table in (self.position, self.begun, self.left, self.section):
            nn.init.normal_(table.weight, std=0.1)

    def features(self, ideas: Ideas | None, rows: int, bars: int) -> Tensor:
        """Features of the ideas (rows, bars, features); those of no idea where there is none, or it is left out."""
        if ideas is None:
            return self.no_idea.expand(rows, bars, -1)
        piece = ideas.piece[:, None].expand(-1, bars, -1)
        found: Tensor = self.into_idea(torch.cat([ideas.bars, piece], 2))
        if not self.training:
            return found
        kept = torch.rand(rows, 1, 1, device=found.device) >= self.forget
        return torch.where(kept, found, self.no_idea)

    def context(
        self, previous: Tensor, first: int, idea: Tensor, state: State | None = None, within: Within | None = None
    ) -> tuple[Tensor, State]:
        """What is known of each bar before its first field, (n, bars, head), and the state to go on from.

        Parameters
        ----------
        previous
            Shape (n, bars, fields): the symbols of the bar before each, see `looks.before`.
        first
            The number of the first of these bars.
        idea
            From `features`, of these bars.
        state
            From the bars before `first`; None at the beginning.
        within
            Where the plans lie in their pieces; None: in the middle.
        """
        now = torch.arange(first, first + previous.shape[1], device=previous.device)
        place = self.position(now % _CYCLE) + self.section((now // SECTION_BARS).clamp(max=_SECTIONS - 1))
        if self.training:
            previous = previous.masked_fill(torch.rand(previous.shape, device=previous.device) < self.blank, NONE)
        where, beside = self._whereabouts(now, len(previous), within)
        steps = self.symbols(previous[:, :, None]) + place + where + self.from_idea(idea)
        found, state = self.lstm(self.dropout(steps), state)
        # few bars are near an end: what they tell goes to the head without dropout, too, or it is not learned
        result: Tensor = self.into_head(torch.cat([self.dropout(found), idea], 2)) + beside
        return result, state

    def _whereabouts(self, now: Tensor, rows: int, within: Within | None) -> tuple[Tensor, Tensor]:
        """What the bars from the beginning of the piece and those to its end say, to the LSTM and to the head."""
        bar = now.expand(rows, -1) + _BEGUN if within is None else within.first[:, None] + now
        left = bar + _LEFT if within is None else within.bars[:, None] - 1 - bar
        said: Tensor = self.begun(bar.clamp(max=_BEGUN - 1)) + self.left(left.clamp(0, _LEFT - 1))
        width = self.lstm.hidden_size
        return said[..., :width], said[..., width:]

    def log_probabilities(
        self, symbols: Tensor, ideas: Ideas | None, lengths: Tensor, within: Within | None = None
    ) -> Tensor:
        """Of every symbol, given all before it: shape (n, bars, fields), nats, float32; 0 in bars that do not count.

        Parameters
        ----------
        symbols
            Shape (n, bars, fields), int64; beyond a row's length anything in range.
        ideas
            Of the same rows and bars, or None.
        lengths
            Shape (n,), int64: how many bars of each row count.
        within
            Where the rows lie in their pieces; None: in the middle.
        """
        n, bars, _ = symbols.shape
        idea = self.features(ideas, n, bars)
        context, _ = self.context(before(symbols), 0, idea, within=within)
        looks = looked_at(symbols, 0, self.fields.lags)
        logits = self.head(context, idea, symbols, looks, slice(None)).float()
        logits = logits.masked_fill(~allowed(symbols, 0, self.fields), float("-inf"))
        counts = torch.arange(bars, device=symbols.device) < lengths[:, None]
        chosen = functional.log_softmax(logits, -1).gather(-1, symbols[..., None])[..., 0]
        return torch.where(counts[..., None], chosen, 0.0)

    def log_likelihood(
        self, symbols: Tensor, ideas: Ideas | None, lengths: Tensor, within: Within | None = None
    ) -> Tensor:
        """Of each row, nats, float64: shape (n,). Arguments as `log_probabilities` has them."""
        return self.log_probabilities(symbols, ideas, lengths, within).double().sum((1, 2))
