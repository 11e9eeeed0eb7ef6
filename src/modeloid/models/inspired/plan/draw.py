"""Plans out of the network, bar after bar, field after field; rows go side by side and do not look at one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .allowed import allowed
from .fields import AGAIN
from .looks import before, looked_at
from .net import Ideas, PlanNet, State, Within

Ints = NDArray[np.int64]

_CLOSING_BARS = 8
"""Over so many last bars of a whole piece the idea fades, which came from bars that mostly ended nothing."""
_CLOSING = 1.5
"""How many times what an end changes is weighed in them: ends are seldom among what is learned from."""
_WHO_PLAYS = "level"
_LESS = 0.5
"""Who plays is moved by half of a large dose: by all of it, parts hardly ever rest."""


@torch.inference_mode()
def draw(
    net: PlanNet,
    generators: Sequence[np.random.Generator],
    bars: int,
    ideas: Ideas | None = None,
    strength: float | NDArray[np.float64] = 1.0,
    temperature: float = 1.0,
    whole: bool = False,
    again_gain: float = 0.0,
) -> Ints:
    """Draw one plan a generator.

    Guidance (Ho and Salimans 2022, equation 6, in their words w + 1 is the strength): the logits are those without an
    idea plus `strength` times what the idea adds to them; half as many times, but not less than once, of the fields
    that say who plays, where the strength is above 1. In the last bars of whole pieces the strength falls to 0, and
    what it changes that the piece ends, beside the same plan if it went on, is weighed in the same way.

    Parameters
    ----------
    net
        In evaluation mode.
    generators
        One a row; a row takes one number for each field of each bar.
    bars
        Of every plan.
    ideas
        Of the same rows and bars, or None.
    strength
        Of all rows, or of each. 0: exactly as without ideas. 1: as the net believes.
    temperature
        Above 0; below 1 more of what is likely.
    whole
        Whether the plans are of whole pieces, with an end and a beginning, in whose first bar somebody plays; else
        they are from the middle of one.
    again_gain
        Nats that repeating any earlier bar has for it beyond what the net says, but in the last bars of whole pieces.

    Returns
    -------
    Shape (rows, bars, fields), int64.
    """
    rows, fields = len(generators), net.fields
    guide = _Guide(net, (rows, bars), ideas, strength, whole, again_gain)
    who = fields.places(_WHO_PLAYS)
    symbols = torch.zeros(rows, bars, len(fields), dtype=torch.int64, device=net.no_idea.device)
    for bar in range(bars):
        uniforms = np.stack([generator.random(len(fields)) for generator in generators])
        guide.read(symbols, bar)
        for field in range(len(fields)):
            logits = guide.logits(symbols, bar, field) / temperature
            can = allowed(symbols[:, bar : bar + 1], bar, fields)[:, 0, field]
            if whole and bar == 0 and field == max(who, default=-1):
                can = can & _somebody(symbols[:, 0, min(who) : field], can)
            chosen = _chosen(logits, can, uniforms[:, field])
            symbols[:, bar, field] = torch.from_numpy(chosen).to(symbols.device)
    return np.asarray(symbols.cpu().numpy())


class _Guide:
    """The logits without an idea, moved by what the idea adds to them; see `draw`.

    `size` is how many rows and bars there are.
    """

    def __init__(
        self,
        net: PlanNet,
        size: tuple[int, int],
        ideas: Ideas | None,
        strength: float | NDArray[np.float64],
        whole: bool,
        again_gain: float,
    ) -> None:
        self._again_gain, self._who = again_gain, set(net.fields.places(_WHO_PLAYS))
        doses = torch.from_numpy(np.array(np.broadcast_to(strength, size[0]), np.float64))[:, None]
        self._doses = doses.to(net.no_idea.device)
        self._less = torch.maximum(self._doses.clamp(max=1), _LESS * self._doses)
        self._bars = size[1]
        self._sides = [_Side(net, None, *size, whole)]
        if ideas is not None and bool((doses != 0).any()):
            self._sides.append(_Side(net, ideas, *size, whole))
        self._endless = [_Side(net, None, *size, False)] if whole else []

    def read(self, symbols: Tensor, bar: int) -> None:
        """Take in the bar before this one."""
        for side in (*self._sides, *self._endless):
            side.read(symbols, bar)

    def logits(self, symbols: Tensor, bar: int, field: int) -> Tensor:
        """Of one field of this bar, as `_Side.logits` has them."""
        plain, *inspired = [side.logits(symbols, bar, field) for side in self._sides]
        dose = self._less if field in self._who else self._doses
        left = min(self._bars - 1 - bar, _CLOSING_BARS) if self._endless else _CLOSING_BARS
        guided = plain + left / _CLOSING_BARS * dose * (inspired[0] - plain) if inspired else plain
        if left < _CLOSING_BARS:
            endless = self._endless[0].logits(symbols, bar, field)
            return guided + (_CLOSING - 1) * (plain - endless)
        if field == AGAIN:
            # what repeats no bar stands first
            guided = torch.cat([guided[:, :1] - self._again_gain, guided[:, 1:]], 1)
        return guided


class _Side:
    """The network on its way through plans, with ideas or without."""

    def __init__(self, net: PlanNet, ideas: Ideas | None, rows: int, bars: int, whole: bool) -> None:
        self._net = net
        self._idea = net.features(ideas, rows, bars)
        lengths = torch.full((rows,), bars, device=net.no_idea.device)
        self._within = Within(torch.zeros_like(lengths), lengths) if whole else None
        self._state: State | None = None

    def read(self, symbols: Tensor, bar: int) -> None:
        """Take in the bar before this one."""
        previous = before(symbols[:, : bar + 1])[:, -1:]
        idea = self._idea[:, bar : bar + 1]
        self._context, self._state = self._net.context(previous, bar, idea, self._state, self._within)

    def logits(self, symbols: Tensor, bar: int, field: int) -> Tensor:
        """Of one field of this bar, the fields before it being known: shape (rows, most classes), float64."""
        looks = looked_at(symbols[:, : bar + 1], bar, self._net.fields.lags)
        own, idea = symbols[:, bar : bar + 1], self._idea[:, bar : bar + 1]
        found: Tensor = self._net.head(self._context, idea, own, looks, slice(field, field + 1))
        return found[:, 0, 0].double()


def _somebody(levels: Tensor, can: Tensor) -> Tensor:
    """What the last part may do where the others, shape (rows, parts), are silent: anything but that."""
    plays = can.clone()
    plays[:, 0] &= (levels > 0).any(1)
    return plays


def _chosen(logits: Tensor, can: Tensor, uniforms: NDArray[np.float64]) -> Ints:
    """One class a row: the first at which the sum of probabilities passes the row's number in [0, 1)."""
    odds = logits.masked_fill(~can, float("-inf")).softmax(-1).cpu().numpy().cumsum(axis=1)
    # What the sum lacks of 1 shall not fall to a class that cannot be.
    return np.asarray((odds <= uniforms[:, None] * odds[:, -1:]).sum(axis=1), np.int64)
