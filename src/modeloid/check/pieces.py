"""Whether two pieces are the same, whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.contract import Domain

from .bench import contents


def same(a: Any, b: Any, domain: Domain, folder: Path) -> bool:
    """Compare two pieces: arrays and containers item by item, others by ``==``, else by the files the domain writes.

    Parameters
    ----------
    folder
        Empty; the domain writes there where a piece says nothing of its own about equality.
    """
    equal = _equal(a, b)
    return _written_same(a, b, domain, folder) if equal is None else equal


def _equal(a: Any, b: Any) -> bool | None:
    """None where the two do not say."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        # bytes, so that two NaN of one place are the same and -0.0 is not 0.0
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
    if isinstance(a, (list, tuple)):
        return _all(_equal(one, other) for one, other in zip(a, b, strict=True)) if len(a) == len(b) else False
    if isinstance(a, Mapping):
        return _all(_equal(a[key], b[key]) for key in a) if list(a) == list(b) else False
    if getattr(type(a), "__eq__", None) is object.__eq__:
        return None
    try:
        return bool(a == b)
    except (ValueError, TypeError, RuntimeError):
        return None  # a piece of arrays, say, whose == is no single truth


def _all(results: Any) -> bool | None:
    found = list(results)
    return False if False in found else None if None in found else True


def _written_same(a: Any, b: Any, domain: Domain, folder: Path) -> bool:
    for name, piece in (("a", a), ("b", b)):
        (folder / name).mkdir()
        domain.write(piece, folder / name / "piece")
    return contents(folder / "a") == contents(folder / "b")
