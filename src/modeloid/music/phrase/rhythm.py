"""Where notes begin in the bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..represent.parts.rows import BAR_STEPS, ONSET, Rows


def onset_steps(rows: Rows, bars: int) -> NDArray[np.bool_]:
    """Whether a note begins at each step, shape (bars, 16); notes behind the last bar are left out."""
    steps = np.zeros(bars * BAR_STEPS, bool)
    steps[rows[rows[:, ONSET] < len(steps), ONSET]] = True
    return steps.reshape(bars, BAR_STEPS)
