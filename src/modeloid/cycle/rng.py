"""Random numbers that are addressed, not consumed: the same address gives the same numbers, whoever asks and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Rng:
    """An immutable address of random numbers.

    Parameters
    ----------
    seed
        The seed of the modeloid.
    where
        The path below it, e.g. ``("train", 17, 0)``. Integers and strings differ: ``1`` is not ``"1"``.
    """

    seed: int
    where: tuple[str | int, ...] = ()

    def at(self, *where: str | int) -> Rng:
        """Refine the address."""
        return Rng(self.seed, self.where + where)

    def key(self) -> bytes:
        """16 bytes that stand for this address (BLAKE2b of the path, each element with its kind and length)."""
        digest = hashlib.blake2b(digest_size=16)
        for element in (int(self.seed), *self.where):
            is_text = isinstance(element, str)
            body = element.encode() if isinstance(element, str) else b"%d" % element
            digest.update(b"%c%d:" % (b"s" if is_text else b"i", len(body)) + body)
        return digest.digest()

    def integer(self, bits: int = 63) -> int:
        """A whole number in [0, 2**bits), `bits` at most 128: to seed another library with."""
        return int.from_bytes(self.key(), "little") >> (128 - bits)

    def generator(self) -> np.random.Generator:
        """A Philox generator that starts at this address."""
        return np.random.Generator(np.random.Philox(key=int.from_bytes(self.key(), "little")))

    def uniforms(self, indices: ArrayLike, k: int = 1) -> NDArray[np.float64]:
        """`k` uniform numbers for each item, the same whatever else is in the batch.

        A counter hash: the finaliser of SplitMix64 (Steele, Lea, Flood 2014, figure 15) applied three times, to the
        index, the column and both halves of the key.

        Parameters
        ----------
        indices
            Whole numbers, one an item.
        k
            How many numbers each item gets.

        Returns
        -------
        Shape (len(indices), k), float64 in [0, 1).
        """
        low, high = np.frombuffer(self.key(), "<u8")
        rows = _mix(np.asarray(indices).astype(np.uint64).reshape(-1, 1) * _GOLDEN ^ low)
        columns = _mix(np.arange(1, k + 1, dtype=np.uint64) * _GOLDEN ^ high)
        words = _mix(_mix(rows + columns) ^ high) >> np.uint64(11)
        return words.astype(np.float64) * 2.0**-53


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = (words ^ (words >> np.uint64(30))) * _MIX_A
    words = (words ^ (words >> np.uint64(27))) * _MIX_B
    return words ^ (words >> np.uint64(31))
