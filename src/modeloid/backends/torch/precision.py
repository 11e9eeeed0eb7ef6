"""Number formats: what each name means, and whether bfloat16 is faster on this device."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

DTYPES = {"32": torch.float32, "bf16": torch.float32, "64": torch.float64}
"""Name -> dtype of the weights; "bf16" keeps them in float32 and multiplies matrices in bfloat16 (autocast)."""

_ROWS, _WIDTH, _ROUNDS, _GAIN = 128, 512, 7, 1.2


def bf16_is_faster(device: torch.device) -> bool:
    """Measure whether a layer's forward and backward pass is at least 1.2 times as fast under bfloat16 autocast.

    It costs some 50 ms, and touches no random state. The gain asked for keeps the answer from flipping with the load.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    weight = torch.full((_WIDTH, _WIDTH), 0.01, device=device, requires_grad=True)
    items = torch.linspace(-1, 1, _ROWS * _WIDTH, device=device).reshape(_ROWS, _WIDTH)

    def turn(enabled: bool) -> None:
        with torch.autocast(device.type, torch.bfloat16, enabled=enabled):
            loss = torch.nn.functional.linear(items, weight).float().square().mean()
        torch.autograd.grad(loss, weight)

    seconds = {enabled: float("inf") for enabled in (False, True)}
    for _ in range(_ROUNDS):
        for enabled in seconds:
            seconds[enabled] = min(seconds[enabled], _seconds(turn, enabled))
    return seconds[False] >= _GAIN * seconds[True]


def _seconds(turn: Callable[[bool], None], enabled: bool) -> float:
    start = time.perf_counter()
    turn(enabled)
    return time.perf_counter() - start
