"""Causal self-attention with rotary positions, over a whole sequence or step after step."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .cache import KeyValues

_BASE = 10_000.0


def rotary(steps: int, features: int) -> Tensor:
    """Cosine and sine of every position's angles.

    Su and others 2021 (RoFormer), equation 15: pair i of the features of step t turns by t * 10000^(-2i / features).

    Returns
    -------
    Shape (steps, features / 2, 2), float32.
    """
    speeds = _BASE ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
    angles = torch.arange(steps, dtype=torch.float64)[:, None] * speeds
    return torch.stack([angles.cos(), angles.sin()], -1).float()


def turned(pairs: Tensor, angles: Tensor) -> Tensor:
    """Turn each pair of features, (..., steps, features), by the angles of its step, (steps, features / 2, 2)."""
    # There are no complex numbers of two bytes.
    wide = pairs if pairs.dtype in (torch.float32, torch.float64) else pairs.float()
    numbers = torch.view_as_complex(wide.reshape(*wide.shape[:-1], -1, 2))
    return torch.view_as_real(numbers * torch.view_as_complex(angles.to(wide.dtype))).flatten(-2).to(pairs.dtype)


class CausalAttention(nn.Module):
    """Each step looks at itself and at those before it (Vaswani and others 2017, equation 1), by relative position.

    Parameters
    ----------
    width
        Features of a step; a multiple of ``2 * heads``.
    heads
        How many look side by side.
    longest
        Most steps.
    """

    def __init__(self, width: int, heads: int, longest: int) -> None:
        super().__init__()
        if width % (2 * heads):
            raise ValueError(f"a width of {width} is no multiple of two times {heads} heads")
        self.heads, self.size, self.longest = heads, width // heads, longest
        self.into = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.angles: Tensor
        self.register_buffer("angles", rotary(longest, self.size), persistent=False)

    def memory(self, rows: int, begins: Tensor | None = None) -> KeyValues:
        """An empty memory for `rows` sequences, see `KeyValues`."""
        return KeyValues(self.angles, (rows, self.heads, self.longest, self.size), begins)

    def forward(self, steps: Tensor, memory: KeyValues | None = None) -> Tensor:
        """Shape (rows, steps, width), both ways.

        Parameters
        ----------
        steps
            The whole sequence; with a memory the next steps of it.
        memory
            What was read before, to which these steps are added.
        """
        count = steps.shape[1]
        parts = self.into(steps).unflatten(-1, (3 * self.heads, self.size)).transpose(1, 2)
        begin = memory.length if memory else 0
        both = turned(parts[:, : 2 * self.heads], self.angles[begin : begin + count])
        queries, keys = both[:, : self.heads], both[:, self.heads :]
        values = parts[:, 2 * self.heads :]
        if memory is None:
            found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        else:
            keys, values = memory.add(keys, values)
            found = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=memory.mask(count))
        result: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return result
