"""The net that plays: velocities of notes that are all known, one after another."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .batch import TouchTensors
from .classes import LOUDS
from .heads import Hidden, RelativeHead
from .places import LOUD_TABLES, loud_places
from .touch import HEARD_SIZES, touch_sizes

_WITHHELD = 0.15
"""Share of velocities before a note."""


class Performer(nn.Module):
    """Reads all notes from both ends, then tells velocity after velocity from what was heard so far.

    Parameters
    ----------
    parts
        How many there are.
    width
        Of the LSTM in each direction.
    dropout
        Share of features that is left out in training.
    around
        Numbers that are told of what is around each note.
    """

    def __init__(self, parts: int, width: int, dropout: float, around: int = 0) -> None:
        super().__init__()
        narrow = 2 * width
        self.notes = Hidden(max(around, 1), touch_sizes(parts), narrow, dropout)
        self.ahead = nn.LSTM(narrow, width, batch_first=True)
        self.behind = nn.LSTM(narrow, width, batch_first=True)
        last = Hidden(2 * narrow, HEARD_SIZES, narrow, dropout)
        self.head = RelativeHead(last, narrow, LOUDS, LOUD_TABLES)

    def read(self, touch: TouchTensors) -> Tensor:
        """What is known of each note before its velocity: shape (notes, 4 width)."""
        around = touch.around
        if around is None:
            around = touch.columns.new_zeros(len(touch.columns), 1, dtype=torch.float32)
        notes = self.notes(around, touch.columns)
        found = [notes]
        for net, place in ((self.ahead, touch.ahead), (self.behind, touch.behind)):
            padded = notes.new_zeros(touch.shape[0] * touch.shape[1], notes.shape[1]).index_copy(0, place, notes)
            found.append(net(padded.view(*touch.shape, -1))[0].flatten(0, 1)[place])
        return torch.cat(found, 1)

    def tell(self, read: Tensor, heard: Tensor) -> Tensor:
        """Logits of velocities, shape (notes, 32).

        Parameters
        ----------
        read
            Of the same notes, from `read`.
        heard
            Shape (notes, 6): see `touch.heard`.
        """
        return self.head.looked_up(read, heard, loud_places(heard))

    def forward(self, touch: TouchTensors) -> Tensor:
        """Logits of all velocities given the true ones before, shape (notes, 32).

        In training some of what was heard is withheld: or loudness would be told from the last note alone, and drift.
        """
        heard = touch.heard
        if self.training:
            kept = torch.rand(heard.shape, device=heard.device) >= _WITHHELD
            kept[:, -1] = True
            heard = heard * kept
        return self.tell(self.read(touch), heard)
