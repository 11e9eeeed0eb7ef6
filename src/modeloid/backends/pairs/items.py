"""The items of two groups, whatever the domain lays them out like, as images: channels x steps x pitches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arguments import BatchError, ParameterError

Rolls = NDArray[np.uint8]
_WHERE = "data['representation']"


class Grid(NamedTuple):
    """What the representation says of steps and pitches.

    Parameters
    ----------
    low, high
        The lowest pitch, and the one above the highest.
    steps_per_beat
        Steps a quarter.
    tempo_bpm
        Quarters a minute of pieces that have no tempo of their own.
    meter
        Of every bar; None where items are not cut at bars.
    """

    low: int
    high: int
    steps_per_beat: int
    tempo_bpm: float
    meter: tuple[int, int] | None


@dataclass(frozen=True)
class Items:
    """How the items of a domain with groups are laid out, and the representation that makes pieces of arrays.

    Parameters
    ----------
    shape
        Of one item, as the domain has it: (steps, pitches), (steps, pitches, 2) with a channel of onsets, or
        (bars, steps, pitches, 1).
    groups
        The names of the groups: the two that are learnt between, and a third one where there is one.
    representation
        What ``data["representation"]`` says, or None: then pieces are arrays like items, of any number of steps.
    """

    shape: tuple[int, ...]
    groups: tuple[str, ...]
    representation: Mapping[str, Any] | None = None

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, steps and pitches of one item."""
        return self.images(np.zeros((1, *self.shape), np.uint8)).shape[1:]

    @property
    def bar(self) -> int:
        """The fewest steps that windows may be moved by: a bar where items are cut at bars, else one step."""
        return self.shape[1] if len(self.shape) == 4 else 1

    @property
    def grid(self) -> Grid:
        """The representation's; there must be one."""
        from modeloid.music.represent import representation

        assert self.representation is not None, "arrays lie on no grid"
        coder = representation(self.representation)
        spec = coder.spec
        return Grid(coder.low, coder.high, spec["steps_per_beat"], spec["tempo_bpm"], getattr(coder, "meter", None))

    def images(self, items: NDArray[Any]) -> NDArray[Any]:
        """Lay out items (n, *shape) as images (n, channels, steps, pitches)."""
        if len(self.shape) == 2:
            return items[:, None]
        if len(self.shape) == 3:
            return np.moveaxis(items, -1, 1)
        bars = items.shape[1]
        return np.moveaxis(items.reshape(len(items), bars * self.shape[1], *self.shape[2:]), -1, 1)

    def batch(self, given: Any) -> dict[str, Rolls]:
        """Take a domain's batch.

        Parameters
        ----------
        given
            Group -> items (n, *shape), n its own: on and off, or velocities from 0 to 1.

        Returns
        -------
        Group -> images (n, channels, steps, pitches), velocities from 0 to 127; 1 where nothing is said of them.

        Raises
        ------
        BatchError
            A group is missing, or its items have another shape.
        """
        if not isinstance(given, Mapping) or any(name not in given for name in self.groups):
            has = ", ".join(map(str, given)) if isinstance(given, Mapping) else f"a {type(given).__name__}"
            do = f"Batches of this modeloid are dicts with the groups {', '.join(self.groups)}"
            raise BatchError(f"it has {has}", "batch", do)
        return {name: self._velocities(name, np.asarray(given[name])) for name in self.groups}

    def _velocities(self, name: str, items: NDArray[Any]) -> Rolls:
        if items.shape[1:] != self.shape:
            do = f"Items of this modeloid are {_times(self.shape)}"
            raise BatchError(f"items are {_times(items.shape[1:])}", f"batch, group {name}", do)
        images = self.images(items)
        if items.dtype.kind != "f":
            return np.asarray(images != 0, np.uint8)
        # what sounds is never 0, however softly
        return np.asarray(np.where(images > 0, np.clip(np.rint(images * 127), 1, 127), 0), np.uint8)

    def filled(self, batch: Mapping[str, Rolls]) -> dict[str, Rolls]:
        """The batch itself, where every group has an item to learn from; raises `BatchError`."""
        for name, rolls in batch.items():
            if not len(rolls):
                raise BatchError("it has no item", f"batch, group {name}", "Both groups need items to learn between")
        return dict(batch)


def fitted(data: Any) -> dict[str, list[Any]]:
    """The shape and the groups of a domain's items, as a `model` dict has them.

    Raises
    ------
    ParameterError
        There are not two or three groups, or items are no rolls of one track.
    """
    names, shape = tuple(getattr(data, "groups", ())), tuple(int(size) for size in data.shape)
    if len(names) not in (2, 3):
        do = 'Name them: {"sets": {"classical": ["asap-scores"], "pop": ["pop909"]}}'
        raise ParameterError(f"there are {len(names) or 'no'} groups, two are learnt between", "data['sets']", do)
    sizes = {2: True, 3: shape[-1] == 2, 4: shape[-1] == 1}
    if not sizes.get(len(shape), False) or min(shape) < 1:
        do = 'Take {"kind": "multitrack", "tracks": "one"}, or a roll that is not whole'
        raise ParameterError(f"items are {_times(shape)}, no rolls of one track", _WHERE, do)
    return {"shape": list(shape), "groups": list(names)}


def _times(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "single numbers"
