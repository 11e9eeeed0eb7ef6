"""Convolutions over bars, steps and pitches with the channels last: patches times a matrix, quick on a processor.

Where kernel and stride are the same no value is copied twice, and double backward is that of a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Merge(nn.Module):
    """A convolution without padding: (n, bars, steps, pitches, inputs) to (n, bars', steps', pitches', outputs).

    Parameters
    ----------
    inputs, outputs
        Channels.
    kernel
        Three sizes: bars, steps, pitches.
    stride
        The same; None: the kernel, patches that do not overlap. What is left over at an end is not looked at.
    """

    def __init__(self, inputs: int, outputs: int, kernel: Sequence[int], stride: Sequence[int] | None = None) -> None:
        super().__init__()
        self.kernel = tuple(kernel)
        self.stride = self.kernel if stride is None else tuple(stride)
        self.linear = nn.Linear(inputs * math.prod(self.kernel), outputs)

    def forward(self, volume: Tensor) -> Tensor:
        """Apply it; every axis must be at least as long as the kernel."""
        merged: Tensor = self.linear(patches(volume, self.kernel, self.stride))
        return merged


class Spread(nn.Module):
    """A transposed convolution whose stride is its kernel: every cell becomes a block of cells.

    Parameters
    ----------
    inputs, outputs
        Channels.
    kernel
        Three sizes: bars, steps, pitches.
    """

    def __init__(self, inputs: int, outputs: int, kernel: Sequence[int]) -> None:
        super().__init__()
        self.kernel = tuple(kernel)
        self.linear = nn.Linear(inputs, outputs * math.prod(self.kernel), bias=False)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, volume: Tensor) -> Tensor:
        """From (n, bars, steps, pitches, inputs), every axis times its kernel."""
        n, *sizes, _ = volume.shape
        blocks = self.linear(volume).view(n, *sizes, *self.kernel, len(self.bias)).permute(0, 1, 4, 2, 5, 3, 6, 7)
        whole = [size * times for size, times in zip(sizes, self.kernel, strict=True)]
        spread: Tensor = blocks.reshape(n, *whole, len(self.bias)) + self.bias
        return spread


def patches(volume: Tensor, kernel: Sequence[int], stride: Sequence[int]) -> Tensor:
    """The patches of a volume (n, bars, steps, pitches, channels), each in one row, its channels innermost."""
    n, *sizes, channels = volume.shape
    inner = math.prod(kernel) * channels
    if tuple(kernel) == tuple(stride):
        counts = [size // times for size, times in zip(sizes, kernel, strict=True)]
        whole = [count * times for count, times in zip(counts, kernel, strict=True)]
        if whole != sizes:
            volume = volume[:, : whole[0], : whole[1], : whole[2]]
        split = [size for pair in zip(counts, kernel, strict=True) for size in pair]
        return volume.reshape(n, *split, channels).permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(n, *counts, inner)
    for axis, (size, step) in enumerate(zip(kernel, stride, strict=True), start=1):
        volume = volume.unfold(axis, size, step)
    return volume.permute(0, 1, 2, 3, 5, 6, 7, 4).reshape(n, *volume.shape[1:4], inner)


class ChannelNorm(nn.Module):
    """What a generator's layers are normalised by, channels last.

    Parameters
    ----------
    channels
        How many.
    kind
        "batch": each channel over all rows and places in training, running statistics else (Ioffe and Szegedy 2015;
        decay 0.9); "layer": all channels of a place, the same in training and after (Ba, Kiros, Hinton 2016).
    """

    def __init__(self, channels: int, kind: str) -> None:
        super().__init__()
        self.norm: nn.Module = nn.BatchNorm1d(channels) if kind == "batch" else nn.LayerNorm(channels)

    def forward(self, volume: Tensor) -> Tensor:
        """The same shape."""
        flat: Tensor = self.norm(volume.reshape(-1, volume.shape[-1]))
        return flat.view(volume.shape)
