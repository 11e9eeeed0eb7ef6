"""Codes out of the net, bar after bar, beat after beat; rows go side by side and do not look at one another."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import silu

from ..idea.levels import LEVELS
from ..plan.net import Ideas
from .bars import BEATS
from .coder import SYMBOLS
from .teller import Steps, Teller, levels_of, looked_at


@torch.no_grad()
def draw(
    teller: Teller,
    uniforms: Tensor,
    ideas: Ideas | None,
    dose: float = 1.0,
    known: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Draw the symbols of as many pieces as there are rows of numbers: (n, bars, 4, symbols), 0 to 3.

    Parameters
    ----------
    teller
        In evaluation mode.
    uniforms
        In [0, 1), shape (n, bars, 4, symbols): each decides one symbol.
    ideas
        Of the same rows and bars, or None.
    dose
        The logits are those without an idea plus so many times what the idea adds to them (Ho and Salimans 2022);
        0: exactly as without; 1: as the net believes.
    known
        Shape (n,): whose ideas count; None: all.
    temperature
        Above 0; below 1 more of what is likely.
    """
    n, bars = uniforms.shape[:2]
    sides = [_Side(teller, None, None, n, bars)] if ideas is None or dose != 1 else []
    if ideas is not None and dose != 0:
        sides.append(_Side(teller, ideas, known, n, bars))
    weights = [1 / temperature] if len(sides) == 1 else [(1 - dose) / temperature, dose / temperature]
    symbols = torch.zeros(n, bars, BEATS, SYMBOLS, dtype=torch.int64, device=uniforms.device)
    for bar in range(bars):
        looks = looked_at(symbols[:, : bar + 1], bar, bar + 1)
        for side in sides:
            side.bar(looks, bar)
        for beat in range(BEATS):
            _beat(sides, weights, looks[:, :, :, beat : beat + 1], uniforms[:, bar, beat], symbols, (bar, beat))
    return symbols


def _beat(
    sides: list[_Side], weights: list[float], looks: Tensor, uniforms: Tensor, symbols: Tensor, at: tuple[int, int]
) -> None:
    """Fill in the symbols of one beat."""
    for side in sides:
        side.beat(looks, at[1])
    same = looks[:, 0, :, 0].transpose(1, 2)
    turned = torch.zeros(len(symbols), SYMBOLS, LEVELS, device=uniforms.device)
    rows = torch.arange(len(symbols), device=uniforms.device)
    for symbol in range(SYMBOLS):
        each = [weight * side.odds(symbol) for side, weight in zip(sides, weights, strict=True)]
        found = each[0] if len(each) == 1 else each[0] + each[1]
        logits = found[:, :LEVELS] + (found[:, LEVELS:, None] * same[:, symbol]).sum(1)
        passed = logits.softmax(1).cumsum(1)[:, :-1]
        chosen = (passed <= uniforms[:, symbol, None]).sum(1)
        turned[rows, symbol, chosen] = 1
        for side in sides:
            side.take(symbol, chosen)
        symbols[:, at[0], at[1], symbol] = chosen
    for side in sides:
        side.previous = levels_of(turned)[:, None, None]


class _Side:
    """The net on its way through pieces, with ideas or without."""

    def __init__(self, teller: Teller, ideas: Ideas | None, known: Tensor | None, n: int, bars: int) -> None:
        self._teller = teller
        self._idea = teller.features(ideas, known, n, bars)
        self._steps = Steps()
        self.previous = torch.zeros(n, 1, 1, SYMBOLS, device=teller.no_idea.device)

    def bar(self, looks: Tensor, bar: int) -> None:
        """Go on to the next bar."""
        idea = self._idea[:, bar : bar + 1]
        self._context, state = self._teller.bar_context(looks, bar, idea, self._steps)
        self._steps = self._steps._replace(bars=state)

    def beat(self, looks: Tensor, beat: int) -> None:
        """Go on to the next beat."""
        chain, state = self._teller.beat_context(self._context, self.previous, looks, beat, self._steps)
        self._steps = self._steps._replace(beats=state)
        self._chain = chain[:, 0, 0]

    def odds(self, symbol: int) -> Tensor:
        """Of one symbol, and its gates: (n, 4 + lags)."""
        return torch.addmm(self._teller.odd[symbol], silu(self._chain), self._teller.odds[symbol])

    def take(self, symbol: int, chosen: Tensor) -> None:
        """What was chosen moves the symbols behind it."""
        self._chain = self._chain + self._teller.links[symbol, chosen]
