"""A linear layer over pitches whose weights depend on the interval alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class PitchLayer(nn.Module):
    """Channels at every pitch, from planes at every pitch; a weight belongs to an interval, wherever it lies.

    A convolution over pitch as wide as all pitches. The full matrix is laid out from the kernel, row after row one
    further: one product of matrices, several times as fast as a convolution of few channels.

    Parameters
    ----------
    planes, channels, pitches
        Sizes of what goes in and comes out: (rows, planes, pitches) and (rows, channels, pitches).
    scale
        Standard deviation of the first weights.
    """

    def __init__(self, planes: int, channels: int, pitches: int, scale: float) -> None:
        super().__init__()
        self.planes, self.channels, self.pitches = planes, channels, pitches
        self.kernel = nn.Parameter(torch.randn(planes, channels, 2 * pitches) * scale)
        self.laid_out: Tensor | None = None

    def matrix(self) -> Tensor:
        """Shape (planes * pitches, channels * pitches); entry (plane, q; channel, p) is kernel[plane, channel, p - q].

        Negative intervals count from the kernel's end, as Python's indices do.
        """
        planes, channels, pitches = self.planes, self.channels, self.pitches
        width = 2 * pitches - 1
        kernel: Tensor = self.kernel
        if torch.is_autocast_enabled(kernel.device.type):
            # Laid out in the format of the product: half the bytes.
            kernel = kernel.to(torch.get_autocast_dtype(kernel.device.type))
        # Rows one shorter than the kernel: each begins one interval lower than the one before.
        endless = kernel[:, :, None].expand(-1, -1, pitches, -1).reshape(planes, channels, -1)
        rows = endless[:, :, : pitches * width].view(planes, channels, pitches, width)[..., :pitches]
        return rows.permute(0, 2, 1, 3).reshape(planes * pitches, channels * pitches)

    def forward(self, values: Tensor) -> Tensor:
        """From (rows, planes, pitches) to (rows, channels, pitches)."""
        matrix = self.matrix() if self.laid_out is None else self.laid_out
        return (values.flatten(1) @ matrix).view(-1, self.channels, self.pitches)


@contextmanager
def laid_out_once(module: nn.Module) -> Iterator[None]:
    """Inside, every `PitchLayer` of a module lays out its matrix once: for many small calls without gradients."""
    layers = [part for part in module.modules() if isinstance(part, PitchLayer)]
    try:
        for layer in layers:
            layer.laid_out = layer.matrix()
        yield
    finally:
        for layer in layers:
            layer.laid_out = None
