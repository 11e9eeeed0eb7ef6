"""A Transformer in the style of GPT-2, to be compared with: learned absolute positions, GELU, biases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.cache import KeyValues
from modeloid.nets.dropout import LockedDropout


class LearnedPositions(nn.Module):
    """A learned vector for each place of the context, counted from a row's own beginning.

    Parameters
    ----------
    model
        As `make` wrote it: "context", "width".
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.table = nn.Embedding(model["context"], model["width"])

    def forward(self, tokens: Tensor, memory: KeyValues | None) -> Tensor:
        """Shape (rows or 1, tokens, width): of the next tokens, behind what the memory of a block holds."""
        begun = memory.length if memory else 0
        places = torch.arange(begun, begun + tokens.shape[1], device=tokens.device)[None]
        if memory is not None and memory.begins is not None:
            places = (places - memory.begins[:, None]).clamp(min=0)
        result: Tensor = self.table(places)
        return result


class LearnedAttention(nn.Module):
    """Each step looks at itself and those before it (Vaswani and others 2017, equation 1); it knows no distances."""

    def __init__(self, width: int, heads: int, longest: int) -> None:
        super().__init__()
        self.heads, self.size, self.longest = heads, width // heads, longest
        self.into = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def memory(self, rows: int, begins: Tensor | None = None) -> KeyValues:
        """An empty memory for `rows` sequences, see `KeyValues`."""
        return KeyValues(self.out.weight, (rows, self.heads, self.longest, self.size), begins)

    def forward(self, steps: Tensor, memory: KeyValues | None) -> Tensor:
        """Shape (rows, steps, width), both ways; the memory goes on."""
        parts = self.into(steps).unflatten(-1, (3 * self.heads, self.size)).transpose(1, 2)
        queries, keys, values = parts.chunk(3, 1)
        if memory is None:
            found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        else:
            keys, values = memory.add(keys, values)
            mask = memory.mask(steps.shape[1])
            found = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        result: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return result


class GPT2Block(nn.Module):
    """Attention, then two layers with GELU between, each on normed input (Radford and others 2019, section 2.3)."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        width = model["width"]
        self.norm, self.norm_layers = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = LearnedAttention(width, model["heads"], model["context"])
        self.into, self.back = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = LockedDropout(model["dropout"])
        self.outputs = [self.attention.out, self.back]
        for part in (self.attention.into, self.into, *self.outputs):
            nn.init.zeros_(part.bias)

    def memory(self, rows: int, begins: Tensor | None) -> KeyValues:
        """Nothing read as yet."""
        return self.attention.memory(rows, begins)

    def forward(self, steps: Tensor, memory: KeyValues | None) -> Tensor:
        """Shape (rows, steps, width), both ways; the memory goes on."""
        steps = steps + self.dropout(self.attention(self.norm(steps), memory))
        hidden = functional.gelu(self.into(self.norm_layers(steps)), approximate="tanh")
        result: Tensor = steps + self.dropout(self.back(hidden))
        return result
