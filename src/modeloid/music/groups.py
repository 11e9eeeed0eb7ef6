"""Named groups of data sets, for modeloids that learn between them: each group walked in an order of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .windows import Address

_APART = 1 << 40
"""More than any number of items: what is added to an item's number to give each pass an address of its own."""


def groups(sets: Any) -> dict[str, list[str]]:
    """Group -> names of its sets; {} where ``sets`` names no groups.

    Raises
    ------
    DataError
        Some values are groups and others are not, a group is empty, there is one alone, or a set stands in two.
    """
    if not isinstance(sets, Mapping) or not any(isinstance(value, list | tuple) for value in sets.values()):
        return {}
    advice = 'Write for example {"classical": ["folder:a"], "pop": ["folder:b", "pop909"]}.'
    for name, members in sets.items():
        good = isinstance(members, list | tuple) and members and all(isinstance(one, str) for one in members)
        if not good or not isinstance(name, str):
            raise DataError(f"the group {name!r} is {members!r}, not a list of names", "data['sets']", advice)
    every = [one for members in sets.values() for one in members]
    if len(sets) < 2:
        raise DataError("there is one group alone", "data['sets']", advice)
    for one in every:
        if every.count(one) > 1:
            raise DataError(f"{one!r} stands in two groups, or twice in one", "data['sets']", "Keep one.")
    return {name: list(members) for name, members in sets.items()}


def flat(sets: Any) -> Any:
    """The sets without their groups, as `weights.weights` takes them."""
    return [one for members in groups(sets).values() for one in members] or sets


class Walk:
    """Which items of one group belong to the numbers of an epoch.

    An epoch is as long as the largest group. A smaller one is passed over several times, each time in another
    permutation, that of the epoch and the pass; the largest group's own numbers are permuted as well, so that nothing
    pairs the items of two groups.

    Parameters
    ----------
    items
        The numbers of the group's items in the domain.
    which
        The group's own number, so that two groups of one size differ.
    """

    def __init__(self, items: NDArray[np.int64], which: int) -> None:
        self.items, self._which = items, which

    def __len__(self) -> int:
        return len(self.items)

    def moved(self, indices: NDArray[np.int64], rng: Address) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The items for the numbers of an epoch, and the pass that each is of.

        Parameters
        ----------
        indices
            Shape (n,), from 0 to below the largest group's size.
        rng
            The epoch's address.
        """
        passes, place = np.divmod(indices, len(self))
        found = np.empty(len(indices), np.int64)
        for one in np.unique(passes):
            keys = rng.uniforms(np.arange(len(self)) + (1 + self._which) * _APART + int(one) * len(self), 1)[:, 0]
            found[passes == one] = self.items[np.argsort(keys, kind="stable")[place[passes == one]]]
        return found, passes

    def still(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """The items for the numbers of a part that lies still: each item once, none where the group has no more."""
        return self.items[indices[indices < len(self)]]


class Passes:
    """An address that gives the items of each pass numbers of their own.

    Parameters
    ----------
    rng
        Of the items.
    passes
        The pass of each of the items that are asked for next, in their order.
    """

    def __init__(self, rng: Address, passes: NDArray[np.int64]) -> None:
        self._rng, self._passes = rng, passes

    def uniforms(self, indices: NDArray[np.int64], k: int = 1) -> NDArray[np.float64]:
        """`k` numbers for each item, the first pass' being the item's own."""
        assert len(indices) == len(self._passes)
        return self._rng.uniforms(indices + self._passes * (_APART >> 8), k)


def members(groups_: Mapping[str, Sequence[str]], names: Sequence[str], sizes: Sequence[int]) -> NDArray[np.int64]:
    """The number of the group of each piece, of sets laid end to end.

    Parameters
    ----------
    groups_
        Group -> names of its sets.
    names, sizes
        Of the sets: as they are called in the groups, and how many pieces each has.
    """
    which = {one: number for number, ones in enumerate(groups_.values()) for one in ones}
    return np.repeat([which[name] for name in names], sizes)
