"""Weights made ready for reading: laid out as the processor multiplies them best, or with half the bytes.

A plain layer leaves its weights as learning wrote them; products with few rows then wait for memory, or for a
rearrangement at every call. What is made here lasts for one use, such as drawing some pieces, and is never saved.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

_LAID_OUT = (torch.float32, torch.bfloat16)
_PROBE = 16
_LEAST = 1 << 16
"""Numbers of a matrix; a smaller one is multiplied before the other product has begun."""

AnyModule = TypeVar("AnyModule", bound=nn.Module)
Product = Callable[[Tensor], Tensor]


class Ready(nn.Module):
    """A linear layer for reading only: what goes in and comes out is as wide as its weights were.

    Each row is its own sum; no scale is shared among rows.

    Parameters
    ----------
    weight, bias
        Shape (out, in) and (out,) or None; they are not touched, and later changes of them need not show here.
    rows
        How many rows are usual; others are right, too, only slower.
    dtype
        In which numbers rows and weights are multiplied.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, rows: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = weight.detach()
        narrow, shift = self.weight.to(dtype), None if bias is None else bias.detach().to(dtype)
        if weight.numel() >= _LEAST and lays_out(weight.device, dtype):
            product = partial(_product, weight=_laid_out(narrow, rows), bias=shift)
        else:
            product = partial(functional.linear, weight=narrow, bias=shift)
        own = weight.dtype
        self.product: Product = product if dtype == own else lambda steps: product(steps.to(dtype)).to(own)
        """As `forward`, without what a module's call costs."""

    def forward(self, steps: Tensor) -> Tensor:
        """Shape (..., in) to (..., out)."""
        return self.product(steps)


def ready(net: AnyModule, rows: int, dtype: torch.dtype) -> AnyModule:
    """A copy of a network for reading only, in evaluation mode, whose linear layers are `Ready`.

    All else shares its memory with the network; the copy has no gradients, and keeps the weights that the network has
    now where others are swapped in later (averaged ones, say).
    """
    shared: dict[int, Tensor] = {id(one): one for one in net.buffers()}
    shared |= {id(one): nn.Parameter(one.detach(), requires_grad=False) for one in net.parameters()}
    made = copy.deepcopy(net, shared)
    layers = [(part, name, child) for part in made.modules() for name, child in part.named_children()]
    for part, name, child in layers:
        if isinstance(child, nn.Linear):
            setattr(part, name, Ready(child.weight, child.bias, rows, dtype))
    return made.eval()


def lays_out(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether weights can be laid out here: a processor, and a torch whose own means for it give the right product."""
    if device.type != "cpu" or dtype not in _LAID_OUT or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    weight = torch.arange(_PROBE, dtype=dtype).repeat(_PROBE, 1)
    row = torch.ones(1, _PROBE, dtype=dtype)
    try:
        found = _product(row, _laid_out(weight, 1), None)
    except (AttributeError, RuntimeError, TypeError):
        # They are no public interface: a later torch may have none, or others.
        return False
    return bool((found == weight.sum(1)).all())


def _laid_out(weight: Tensor, rows: int) -> Tensor:
    found: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, rows)
    return found


def _product(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    found: Tensor = torch.ops.mkldnn._linear_pointwise.default(rows, weight, bias, "none", [], "")
    return found
