"""Random states that belong to nobody: the global ones of Python, numpy and torch."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np


def random_states() -> dict[str, bytes]:
    """Library -> its global random state; torch's only where something has imported it already."""
    numpy_state: Any = np.random.get_state(legacy=False)  # noqa: NPY002  it is this very state that must stay
    found = {"random": repr(random.getstate()).encode(), "numpy.random": _numpy_bytes(numpy_state)}
    torch = sys.modules.get("torch")
    if torch is not None:
        found["torch"] = torch.get_rng_state().numpy().tobytes()
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            found["torch.cuda"] = b"".join(state.numpy().tobytes() for state in torch.cuda.get_rng_state_all())
    return found


def _numpy_bytes(state: Any) -> bytes:
    inner = {name: np.asarray(value).tobytes() for name, value in state["state"].items()}
    return repr((state["bit_generator"], inner, state.get("has_gauss"), state.get("gauss"))).encode()
