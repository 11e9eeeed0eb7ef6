"""What attention remembers of the steps it has read: keys and values in memory of a fixed size."""

from __future__ import annotations

import torch
from torch import Tensor


class KeyValues:
    """Keys and values of one layer; the memory is taken once, and filled from the front.

    Parameters
    ----------
    like
        A tensor whose device and dtype they get.
    shape
        (rows, heads, most steps, features of a head).
    begins
        Shape (rows,), int64, or None: the first step that counts in each row; those before are padding. None: all
        count.
    """

    def __init__(self, like: Tensor, shape: tuple[int, int, int, int], begins: Tensor | None = None) -> None:
        # Empty: only what was written is ever given back, and zeros would touch memory that a short row never needs.
        self._keys, self._values = (torch.empty(shape, device=like.device, dtype=like.dtype) for _ in range(2))
        self.begins = begins
        self.length = 0

    def add(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Write the next steps, (rows, heads, steps, features); returns all there are by now.

        Raises
        ------
        ValueError
            There is no room for them.
        """
        end = self.length + keys.shape[2]
        if end > self._keys.shape[2]:
            raise ValueError(f"{end} steps do not fit into a memory of {self._keys.shape[2]}")
        self._keys[:, :, self.length : end] = keys
        self._values[:, :, self.length : end] = values
        self.length = end
        return self._keys[:, :, :end], self._values[:, :, :end]

    def mask(self, steps: int) -> Tensor | None:
        """Which steps the last `steps` ones may look at: (rows or 1, 1, steps, length), or None where it is all.

        A padding step may look at itself, lest its result be no number.
        """
        if steps == 1 and self.begins is None:
            return None
        now = torch.arange(self.length, device=self._keys.device)
        mine = now[self.length - steps :, None]
        allowed = (now <= mine)[None, None]
        if self.begins is None:
            return allowed
        return allowed & ((now >= self.begins[:, None, None, None]) | (now == mine))
