"""The network: notes one after another, given a plan of their bars and an idea."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..plan import Fields
from . import columns, masks
from .batch import Batch, Given
from .classes import LENGTHS
from .heads import Bag, Head, Hidden, RelativeHead, Voice
from .perform import Performer
from .places import LENGTH_TABLES, PITCH_TABLES, PITCHES, STEP_TABLES, length_places, pitch_places, step_places
from .sheet import symbol_sizes
from .stream import LINE

if TYPE_CHECKING:
    from modeloid.music.represent.ensemble import Part

HEADS = ("when", "part", "pitch", "length", "velocity")
"""What is told of a note, in this order; bar lines are told by the first."""


class NoteNet(nn.Module):
    """An exact distribution over the notes of some bars: event after event, inside an event thing after thing.

    Lengths and velocities are told as classes, see `classes`. Velocities are told last, when all notes are known.

    Parameters
    ----------
    parts
        What the column of parts counts.
    fields
        Of a bar's plan.
    idea_dims
        Numbers of an idea.
    width, narrow, layers
        Of the LSTM: its state, what it reads, how many of them.
    head
        Width of the heads' hidden layers.
    touch
        Width of the recurrent net that tells velocities, in each direction.
    dropout
        Share of features that is left out in training.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        fields: Fields,
        idea_dims: int,
        width: int = 384,
        narrow: int = 256,
        layers: int = 1,
        head: int = 192,
        touch: int = 96,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.fields = fields
        self.drums = tuple(part.is_drum for part in parts)
        count, seen = len(parts), width + narrow
        self.symbols = Bag(symbol_sizes(fields), narrow)
        self.idea = nn.Linear(idea_dims, narrow, bias=False)
        self.no_idea = nn.Parameter(torch.zeros(idea_dims))
        self.bars = nn.Sequential(nn.LayerNorm(narrow), nn.SiLU(), nn.Linear(narrow, narrow))
        state = columns.state_sizes(count)
        self.voice = Voice(state, width, narrow, layers, dropout)

        def hidden(sizes: Sequence[int]) -> Hidden:
            return Hidden(seen, sizes, head, dropout)

        self.when = RelativeHead(hidden(state[: columns.WHEN_COLUMNS]), head, LINE + 1, STEP_TABLES)
        self.part = Head(hidden(columns.part_sizes(count)), head, count)
        self.pitch = RelativeHead(hidden(columns.pitch_sizes(count)), head, PITCHES, PITCH_TABLES)
        self.length = RelativeHead(hidden(columns.length_sizes(count)), head, len(LENGTHS), LENGTH_TABLES)
        self.performer = Performer(count, touch, dropout)

    def barred(self, symbols: Tensor, ideas: Tensor | None, heard: Tensor | None = None) -> Tensor:
        """What is known of each bar: shape (bars, narrow).

        Parameters
        ----------
        symbols
            Shape (bars, columns), see `sheet.Sheet`.
        ideas
            Shape (bars, idea_dims); None: nothing is known of them.
        heard
            Shape (bars,), bool: where the idea is known; None: everywhere.
        """
        if ideas is None:
            ideas = self.no_idea.expand(len(symbols), -1)
        elif heard is not None:
            ideas = torch.where(heard[:, None], ideas, self.no_idea)
        bars: Tensor = self.bars(self.symbols(symbols) + self.idea(ideas))
        return bars

    def when_logits(self, features: Tensor, given: Given) -> Tensor:
        """Shape (events, 17): the steps of the bar, and the line."""
        told, places = given.state[:, : columns.WHEN_COLUMNS], step_places(given.at, given.kinds)
        logits = self.when.looked_up(features, told, places)
        return closed(logits, masks.steps_open(given.at, given.part, given.pitch, len(self.drums)))

    def part_logits(self, features: Tensor, given: Given, when: Tensor, told: Tensor) -> Tensor:
        """Shape (events, parts)."""
        open_ = masks.parts_open(when, given.at, given.part, given.pitch, len(self.drums))
        return closed(self.part(features, told), open_)

    def pitch_logits(self, features: Tensor, told: Tensor, anchors: Tensor, above: Tensor) -> Tensor:
        """Shape (events, 128)."""
        logits = self.pitch.looked_up(features, told, pitch_places(anchors))
        return closed(logits, masks.pitches_open(above))

    def length_logits(self, features: Tensor, told: Tensor) -> Tensor:
        """Shape (events, lengths)."""
        gaps, lengths = told[:, columns.GAPS], told[:, columns.NEAR_LENGTHS]
        return self.length.looked_up(features, told, length_places(gaps, lengths))

    def scores(self, batch: Batch, ideas: Tensor | None, heard: Tensor | None = None) -> dict[str, Tensor]:
        """Log-probabilities, nats: of each event ("when"), and of each note's part, pitch, length and velocity.

        Parameters
        ----------
        batch
            The notes.
        ideas, heard
            As in `barred`: of the bars of all items, end to end.
        """
        given, told = batch.given, batch.told
        bars = self.barred(batch.symbols, ideas, heard)
        features = self.voice(self.voice.read(bars[batch.slot], given.state), batch.place, batch.shape)
        found = {"when": of(self.when_logits(features, given), batch.when)}
        features, notes = features[batch.notes], Given(*(one[batch.notes] for one in given))
        found["part"] = of(self.part_logits(features, notes, told.when, told.part_columns), told.part)
        logits = self.pitch_logits(features, told.pitch_columns, told.anchors, told.above)
        found["pitch"] = of(logits, told.pitch)
        found["length"] = of(self.length_logits(features, told.length_columns), told.length)
        found["velocity"] = of(self.performer(batch.touch), batch.touch.loud)
        return found

    def forward(self, batch: Batch, ideas: Tensor | None, heard: Tensor | None = None) -> dict[str, Tensor]:
        """The sum of `scores`, a scalar each."""
        return {name: score.float().sum() for name, score in self.scores(batch, ideas, heard).items()}

    def log_likelihoods(self, batch: Batch, ideas: Tensor | None = None) -> Tensor:
        """Shape (items, 5), nats, float64: of each of `HEADS`; their sum is the log-probability of an item's notes."""
        scores = self.scores(batch, ideas)
        rows = {**dict.fromkeys(HEADS, batch.row[batch.notes]), "when": batch.row}
        found = torch.zeros(len(HEADS), batch.shape[0], dtype=torch.float64, device=batch.row.device)
        for index, name in enumerate(HEADS):
            found[index].index_add_(0, rows[name], scores[name].double())
        return found.T


def closed(logits: Tensor, open_: Tensor) -> Tensor:
    """Logits, what is not open at minus infinity; with it they never differ."""
    return logits.float().masked_fill(~open_, float("-inf"))


def of(logits: Tensor, targets: Tensor) -> Tensor:
    """The log-probability of one class a row, nats."""
    return -functional.cross_entropy(logits.float(), targets, reduction="none")
