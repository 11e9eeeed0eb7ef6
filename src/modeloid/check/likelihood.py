"""What `log_likelihood` promises, where a modeloid has one."""

from __future__ import annotations

from typing import Any

import numpy as np

from modeloid.cycle.contract import HasLikelihood, Modeloid
from modeloid.cycle.recipe import Recipe

from .bench import Bench, BrokenError


def tells_its_likelihood(bench: Bench) -> None:
    """`log_likelihood` gives a float64 in nats and a positive whole number of steps for each item of a batch."""
    modeloid: Any = bench.fresh()
    count = min(Recipe.read(bench.card.cycle).batch, bench.domain.size("train"))
    found = modeloid.log_likelihood(bench.batch())
    if not isinstance(found, tuple) or len(found) != 2:
        raise BrokenError(f"it gives a {type(found).__name__}, not (nats, steps)")
    nats, steps = (np.asarray(values) for values in found)
    if nats.dtype != np.float64 or nats.shape != (count,):
        raise BrokenError(f"nats are {nats.dtype} of shape {nats.shape}, not float64 of shape ({count},)")
    if not np.issubdtype(steps.dtype, np.integer) or steps.shape != (count,):
        raise BrokenError(f"steps are {steps.dtype} of shape {steps.shape}, not whole numbers of shape ({count},)")
    if np.isnan(nats).any() or (steps < 1).any():
        raise BrokenError("an item has a likelihood that is no number, or less than one step")


def has_likelihood(modeloid: Modeloid) -> bool:
    """Whether it knows how likely an item is."""
    return isinstance(modeloid, HasLikelihood)
