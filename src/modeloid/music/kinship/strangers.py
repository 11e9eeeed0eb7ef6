"""How near to an inspirer those come that it did not inspire: the measure of whoever it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..represent.parts import Rows
from .facets import Profile, mean_nearness, profile
from .heard import Floats, Heard

_LEAST_SPREAD = 1e-9
_EAR_COUNTS = 3.0
"""How many times as much an ear counts as the facets: of 80 kin of POP909 (8 bars of one song that do not copy one
another) an ear alone is nearer than 91 of 100 strangers, the facets than 76; both, weighed so, find most kin among the
nearest twentieth."""


class Ear(NamedTuple):
    """What a listener says who compares pieces as a whole.

    Parameters
    ----------
    near
        How near a piece is to the inspirer, in any unit.
    strangers
        The same of each of some strangers, in the order of `Strangers`.
    """

    near: float
    strangers: Floats


class Strangers:
    """Excerpts of real pieces, about as long as what was made.

    All are held against the very inspirer that the made piece is: long or plain inspirers are near to everything or to
    nothing, and so are strangers to them.

    Parameters
    ----------
    excerpts
        Of pieces that have nothing to do with the inspirer.
    drum_parts
        The parts that are left out.
    """

    def __init__(self, excerpts: Sequence[Rows | Heard], drum_parts: Sequence[int] = ()) -> None:
        self._known = [profile(each, drum_parts) for each in excerpts]

    def __len__(self) -> int:
        return len(self._known)

    def to(self, x: Profile) -> dict[str, Floats]:
        """How near each is, see `facets.mean_nearness`: facet -> shape (strangers,)."""
        found = [mean_nearness(one, x) for one in self._known]
        return {name: np.array([each[name] for each in found]) for name in found[0]} if found else {}


def share_under(value: float, others: Floats) -> float:
    """Which share of others is less, 0 to 1; half of those equal count."""
    below = (others < value).mean() + (others <= value).mean()
    return float(below / 2)


def weighed(near: float, strangers: Floats, ear: Ear | None) -> float:
    """Which share of strangers is less near when the facets and the ear are heeded together, 0 to 1.

    Both are put in units of the strangers' deviation; the ear counts three times.
    """
    value, others = _even(near, strangers)
    if ear is not None:
        heard, of_others = _even(ear.near, ear.strangers)
        value, others = value + _EAR_COUNTS * heard, others + _EAR_COUNTS * of_others
    return share_under(value, others)


def _even(value: float, others: Floats) -> tuple[float, Floats]:
    spread = max(float(others.std()), _LEAST_SPREAD)
    mean = float(others.mean())
    return (value - mean) / spread, (others - mean) / spread
