"""The world of a single process: it needs no framework."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Alone:
    """One process on the processor; fulfils the protocol `World`."""

    rank = 0
    size = 1
    device = "cpu"
    precision = "64"

    def environment(self) -> dict[str, Any]:
        """Version of numpy and the number of threads its linear algebra was told to use."""
        threads = os.environ.get("OMP_NUM_THREADS") or os.environ.get("OPENBLAS_NUM_THREADS") or str(os.cpu_count())
        return {"numpy": np.__version__, "threads": threads, "device": self.device, "processes": 1}

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values themselves."""
        return values

    def agree(self, bits: int) -> int:
        """The bits themselves."""
        return bits

    def share(self, value: Any) -> Any:
        """The value itself."""
        return value

    def barrier(self) -> None:
        """Nothing to wait for."""
