"""Small nets that tell one thing each: from the state of the recurrent net and from columns of classes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout

_SPREAD = 0.02


class Bag(nn.Module):
    """The sum of one vector a column: its class looked up in a table.

    Parameters
    ----------
    sizes
        Classes of each column.
    width
        Of the vectors; their sum begins with variance 1.
    """

    offsets: Tensor

    def __init__(self, sizes: Sequence[int], width: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(sum(sizes), width, mode="sum")
        nn.init.normal_(self.table.weight, std=1 / math.sqrt(len(sizes)))
        begins = torch.tensor([0, *sizes[:-1]]).cumsum(0)
        self.register_buffer("offsets", begins, persistent=False)

    def forward(self, columns: Tensor) -> Tensor:
        """From (rows, columns), int64, to (rows, width)."""
        found: Tensor = self.table(columns + self.offsets)
        return found


class Hidden(nn.Module):
    """A layer from features and columns.

    Parameters
    ----------
    features, sizes
        Width of the features; classes of each column.
    width
        Of what comes out.
    dropout
        Share that is left out in training.
    """

    def __init__(self, features: int, sizes: Sequence[int], width: int, dropout: float) -> None:
        super().__init__()
        self.into = nn.Linear(features, width)
        self.bag = Bag(sizes, width)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor, columns: Tensor) -> Tensor:
        """From (rows, features) and (rows, columns) to (rows, width)."""
        found: Tensor = self.dropout(functional.silu(self.norm(self.into(features) + self.bag(columns))))
        return found


class Head(nn.Module):
    """Logits of one thing: a hidden layer, then one that begins at almost nothing.

    Parameters
    ----------
    hidden
        The first layer.
    width
        What comes out of it.
    classes
        Logits.
    """

    def __init__(self, hidden: Hidden, width: int, classes: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.out = nn.Linear(width, classes)
        nn.init.normal_(self.out.weight, std=_SPREAD)
        nn.init.zeros_(self.out.bias)

    def forward(self, features: Tensor, columns: Tensor) -> Tensor:
        """From (rows, features) and (rows, columns) to (rows, classes)."""
        found: Tensor = self.out(self.hidden(features, columns))
        return found


class RelativeHead(Head):
    """Logits of classes in a row, as steps or pitches are: each is the sum of what it has itself and of looked up ones.

    A table that is looked up by the distance to something tells "a third below the last note" once for all pitches.

    Parameters
    ----------
    hidden, width, classes
        As in `Head`.
    tables
        Size of each table.
    """

    begins: Tensor

    def __init__(self, hidden: Hidden, width: int, classes: int, tables: Sequence[int]) -> None:
        super().__init__(hidden, width, classes + sum(tables))
        self.classes = classes
        begins = classes + torch.tensor([0, *tables[:-1]]).cumsum(0)
        self.register_buffer("begins", begins[:, None], persistent=False)

    def looked_up(self, features: Tensor, columns: Tensor, places: Tensor) -> Tensor:
        """From (rows, features), (rows, columns), and where to look: (rows, tables, classes); to (rows, classes)."""
        found = self(features, columns)
        parts = found.gather(1, (places + self.begins).flatten(1)).view(places.shape)
        logits: Tensor = found[:, : self.classes] + parts.sum(1)
        return logits


class Voice(nn.Module):
    """The recurrent net: columns of the state and what is known of the bar, then an LSTM (with forget gate).

    Parameters
    ----------
    sizes
        Classes of each column.
    width, narrow
        Of the LSTM's state; of what it reads.
    layers
        Of the LSTM.
    dropout
        Share of what it reads and tells that is left out in training.
    """

    def __init__(self, sizes: Sequence[int], width: int, narrow: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.hidden = Hidden(narrow, sizes, narrow, 0.0)
        self.between = nn.Linear(narrow, narrow)
        self.lstm = nn.LSTM(narrow, width, layers, batch_first=True)
        self.dropout = LockedDropout(dropout)

    def read(self, bars: Tensor, columns: Tensor) -> Tensor:
        """What the LSTM reads: from (events, narrow) and (events, columns) to (events, narrow)."""
        found = self.hidden(bars, columns)
        read: Tensor = found + functional.silu(self.between(found))
        return read

    def forward(self, read: Tensor, place: Tensor, shape: tuple[int, int]) -> Tensor:
        """Whole items at once: features (events, width + narrow).

        Parameters
        ----------
        read
            Shape (events, narrow).
        place
            Shape (events,): where each event lies in rows of `shape`, counted row after row.
        shape
            Items, and the events of the longest.
        """
        padded = read.new_zeros(shape[0] * shape[1], read.shape[1]).index_copy(0, place, read)
        steps, _ = self.lstm(self.dropout(padded.view(*shape, -1)))
        return torch.cat([self.dropout(steps).flatten(0, 1)[place], read], 1)
