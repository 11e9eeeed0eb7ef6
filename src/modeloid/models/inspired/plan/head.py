"""The bar as a chain of decisions: each field told from the bars before and from the fields before it in the bar."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.dropout import LockedDropout

from .fields import AGAIN, Fields
from .looks import COUNT, NONE


class BarHead(nn.Module):
    """Logits of every field of a bar.

    A hidden layer for each field adds what the bars before say, the fields before it, and the bars looked at; a
    second one follows. The classes that a field has in the bars looked at get an addend each, which is how a bar
    repeats another; and the idea has a say of its own.

    Parameters
    ----------
    fields
        What is decided.
    hidden
        Width of both layers.
    idea
        Features of an idea.
    dropout
        Share of the features left out in training.
    """

    offsets: Tensor

    def __init__(self, fields: Fields, hidden: int, idea: int, dropout: float) -> None:
        super().__init__()
        most = max(fields.sizes)
        self.register_buffer("offsets", torch.tensor(fields.offsets), persistent=False)
        self.own = nn.Embedding(fields.total, hidden)
        self.near, self.repeated = SymbolSum(fields, COUNT - 1, hidden), SymbolSum(fields, 1, hidden)
        self.field = nn.Parameter(torch.randn(len(fields), hidden) * 0.1)
        self.inner = nn.Linear(hidden, hidden)
        self.dropout = LockedDropout(dropout)
        self.out = nn.Parameter(torch.randn(len(fields), hidden, most) * hidden**-0.5)
        self.bias = nn.Parameter(torch.zeros(len(fields), most))
        self.copy = nn.Parameter(torch.zeros(len(fields), hidden, COUNT))
        self.from_idea = nn.Parameter(torch.zeros(len(fields), idea, most))
        nn.init.normal_(self.own.weight, std=0.1)

    def forward(self, context: Tensor, idea: Tensor, symbols: Tensor, looks: Tensor, only: slice) -> Tensor:
        """Logits of some fields, those of classes that cannot be included.

        Parameters
        ----------
        context
            Shape (n, bars, hidden): what the bars before say.
        idea
            Shape (n, bars, features).
        symbols
            Shape (n, bars, fields): of a field, only those before it are looked at.
        looks
            From `looks.looked_at`, of the same bars.
        only
            The fields that are wanted.

        Returns
        -------
        Shape (n, bars, fields wanted, most classes of a field).
        """
        hidden = self._hidden(context, symbols, looks, only)
        logits = torch.einsum("ntfh,fhs->ntfs", hidden, self.out[only]) + self.bias[only]
        logits = logits + torch.einsum("nti,fis->ntfs", idea, self.from_idea[only])
        seen = looks[..., only].transpose(2, 3)
        gain = torch.einsum("ntfh,fhk->ntfk", hidden, self.copy[only]).masked_fill(seen == NONE, 0)
        return logits.scatter_add(3, seen.clamp(min=0), gain.to(logits.dtype))

    def _hidden(self, context: Tensor, symbols: Tensor, looks: Tensor, only: slice) -> Tensor:
        own: Tensor = self.own(symbols + self.offsets)
        above = functional.pad(own.cumsum(2)[:, :, :-1], (0, 0, 1, 0))[:, :, only]
        base = context[:, :, None] + self.field[only] + above
        first = functional.silu(base + self._seen(looks, only))
        groups = first.flatten(0, 1)
        hidden = first + functional.silu(self.inner(self.dropout(groups).view_as(first)))
        result: Tensor = self.dropout(hidden.flatten(0, 1)).view_as(first)
        return result

    def _seen(self, looks: Tensor, only: slice) -> Tensor:
        """Of the bars looked at; the first field does not see the one that is repeated, since it decides which."""
        near, repeated = self.near(looks[:, :, :-1]), self.repeated(looks[:, :, -1:])
        knows = torch.arange(len(self.field), device=looks.device)[only, None] > AGAIN
        result: Tensor = near[:, :, None] + repeated[:, :, None] * knows
        return result


class SymbolSum(nn.Module):
    """The sum of one learned vector for each symbol of some bars; `NONE` has none.

    Parameters
    ----------
    fields
        Of a bar.
    bars
        How many bars go into one sum; each has its own vectors.
    width
        Of the vectors.
    """

    begins: Tensor

    def __init__(self, fields: Fields, bars: int, width: int) -> None:
        super().__init__()
        begins = torch.arange(bars)[:, None] * fields.total + torch.tensor(fields.offsets)
        self.register_buffer("begins", begins, persistent=False)
        self.none = bars * fields.total
        self.vectors = nn.EmbeddingBag(self.none + 1, width, mode="sum", padding_idx=self.none)
        nn.init.normal_(self.vectors.weight, std=0.1)

    def forward(self, symbols: Tensor) -> Tensor:
        """Sums (n, steps, width) of symbols (n, steps, bars, fields)."""
        index = torch.where(symbols == NONE, self.none, symbols + self.begins)
        sums: Tensor = self.vectors(index.flatten(0, 1).flatten(1))
        return sums.view(*symbols.shape[:2], -1)
