"""Gradients of several processes become the gradient of the whole batch, whatever share of it each has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
import torch.distributed as dist
from torch import Tensor

_HALVES = (torch.bfloat16, torch.float16)


def average(parameters: Iterable[torch.nn.Parameter], count: float) -> None:
    """Replace each gradient of a local mean by that of the mean over all processes: one flat all-reduce.

    For losses that DDP's hooks cannot follow: gradient penalties, several optimisers, several backward passes. Call
    it after the last backward pass, before clipping and before the optimiser's step.

    Parameters
    ----------
    parameters
        Of one optimiser, in the same order everywhere. One without gradient counts as zero, and keeps none where no
        process has one.
    count
        How many items (or steps) this process's mean was taken over: its weight. 0 leaves its gradients out.
    """
    learned = [parameter for parameter in parameters if parameter.requires_grad]
    for group in _alike(learned):
        _average_alike(group, float(count))


def _alike(parameters: Sequence[torch.nn.Parameter]) -> list[list[torch.nn.Parameter]]:
    groups: dict[tuple[torch.dtype, torch.device], list[torch.nn.Parameter]] = {}
    for parameter in parameters:
        groups.setdefault((parameter.dtype, parameter.device), []).append(parameter)
    return list(groups.values())


def _average_alike(parameters: Sequence[torch.nn.Parameter], count: float) -> None:
    first = parameters[0]
    dtype = torch.float32 if first.dtype in _HALVES else first.dtype
    seen = [float(parameter.grad is not None and count > 0) for parameter in parameters]
    head = torch.tensor([count, *seen], dtype=dtype, device=first.device)
    flat = torch.cat([head, *(_weighted(parameter, count, dtype) for parameter in parameters)])
    dist.all_reduce(flat)
    # .tolist() waits for the device once; the alternative is a gradient where nobody has one.
    total, *present = flat[: len(head)].tolist()
    means = torch.split(flat[len(head) :].div_(total), [parameter.numel() for parameter in parameters])
    for parameter, mean, some in zip(parameters, means, present, strict=True):
        parameter.grad = mean.view_as(parameter).to(parameter.dtype) if some else None


def _weighted(parameter: torch.nn.Parameter, count: float, dtype: torch.dtype) -> Tensor:
    if parameter.grad is None or count == 0:
        return torch.zeros(parameter.numel(), dtype=dtype, device=parameter.device)
    return parameter.grad.detach().reshape(-1).to(dtype) * count
