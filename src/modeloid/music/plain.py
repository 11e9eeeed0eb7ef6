"""Numbers as a record keeps them: finite, and no longer than they are known."""

from __future__ import annotations

import math
from typing import SupportsFloat

_DIGITS = 6


def number(value: SupportsFloat) -> float:
    """A finite number to six significant digits."""
    whole = float(value)
    assert math.isfinite(whole)
    return float(f"{whole:.{_DIGITS}g}")
