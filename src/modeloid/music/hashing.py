"""One hash of numbers, for whatever is sketched, searched or drawn without order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scramble(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix the bits of 64-bit words (the finaliser of MurmurHash3, Appleby 2011)."""
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return words ^ (words >> np.uint64(33))
