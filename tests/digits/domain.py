"""Digits as a domain: 1,797 images of 8 x 8 pixels with 17 shades, from scikit-learn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng

doc = "8x8 digits of scikit-learn"
defaults: Mapping[str, Any] = {"binary": True}

_EDGES = {"train": (0, 1077), "valid": (1077, 1437), "test": (1437, 1797)}


class Digits:
    """Images as rows of 64 numbers in [0, 1]; a piece is an (8, 8) array of shades 0 to 16.

    Parameters
    ----------
    binary
        Pixels are on or off: at half the shade, in training at 0.3 to 0.7 of it, drawn for each pixel.
    """

    licences = ("digits: Alpaydin and Kaynak 1998, UCI repository, CC BY 4.0",)
    shape = (64,)

    def __init__(self, binary: bool) -> None:
        from sklearn.datasets import load_digits

        self.binary = binary
        self._images = (load_digits().data / 16).astype(np.float32)
        self.digest = hashlib.sha256(self._images.tobytes() + bytes([binary])).hexdigest()

    def size(self, part: str) -> int:
        first, last = _EDGES[part]
        return last - first

    def batch(self, part: str, indices: NDArray[np.int64], rng: Rng) -> NDArray[np.float32]:
        images = self._images[_EDGES[part][0] + indices]
        if not self.binary:
            return images
        threshold = 0.3 + 0.4 * rng.uniforms(indices, 64) if part == "train" else 0.5
        return (images > threshold).astype(np.float32)

    def write(
        self, piece: NDArray[np.uint8], stem: Path, formats: Sequence[str] = (), recipe: Any = None
    ) -> list[Path]:
        return write(piece, stem, formats)

    def judge(self, pieces: Sequence[NDArray[np.uint8]], part: str) -> Mapping[str, float]:
        if not pieces:
            return {}
        first, last = _EDGES[part]
        mine = np.mean([piece.reshape(64) / 16 for piece in pieces], axis=0)
        return {"mean_image_distance": float(np.abs(mine - self._images[first:last].mean(axis=0)).mean())}


def write(piece: NDArray[np.uint8], stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
    path = stem.with_suffix(".pgm")
    rows = "\n".join(" ".join(str(shade) for shade in row) for row in piece)
    path.write_text(f"P2\n8 8\n16\n{rows}\n", encoding="ascii")
    return [path]


def open(data: Mapping[str, Any]) -> Digits:
    for key in data:
        if key not in defaults:
            raise ModeloidError(f"no key {key!r}", "data", nearest(key, defaults))
    return Digits(**{**defaults, **data})
