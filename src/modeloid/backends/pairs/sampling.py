"""Many transfers: of one piece that is given, or each of an item that the modeloid kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.nets.windows import faded, in_chunks

from ..numpy import in_groups
from .items import Items
from .made import loudness, notes, piece, settled
from .source import Source, of_kept
from .wishes import Wishes

Apply = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class Memory:
    """What the modeloid remembers of its data.

    Parameters
    ----------
    items
        Of the group that pieces come from: images (n, channels, steps, pitches) of velocities; n may be 0.
    struck
        How often each velocity was struck in each group, shape (2, 128).
    """

    items: NDArray[np.uint8]
    struck: NDArray[np.int64]


def sampled(n: int, rng: Rng, wish: Wishes, items: Items, memory: Memory, group: int, apply: Apply) -> list[Any]:
    """`n` pieces in the group that is wished.

    A given piece goes through the network once, in windows that overlap by half; the samples of one piece differ where
    the temperature is above 0. Without one, each sample is the transfer of one of the kept items, drawn from its own
    address; of a modeloid that was never trained, of notes that are drawn at random.

    Parameters
    ----------
    rng
        Piece i draws from ``rng.at(i)`` alone.
    group
        How many windows go through the network together, always.
    apply
        From images (group, channels, steps, pitches) of 0 and 1 to what is likely, the same shape.
    """
    given = wish.source
    if given is not None:
        likely = _whole(given, items, group, apply)
        return [_finish(given, likely, rng.at(index).generator(), wish, items, memory) for index in range(n)]

    def one_group(generators: list[np.random.Generator]) -> Sequence[Any]:
        sources = [of_kept(_drawn(memory.items, items, one), items) for one in generators]
        found = apply(np.stack([source.roll for source in sources]).astype(np.float32))
        rows = zip(sources, found, generators, strict=True)
        return [_finish(source, likely, one, wish, items, memory) for source, likely, one in rows]

    return in_groups(n, group, rng, one_group)


def _whole(source: Source, items: Items, group: int, apply: Apply) -> NDArray[np.float32]:
    window, bar = items.image[1], items.bar
    hop = max(bar, window // 2 // bar * bar)
    return faded(source.roll.astype(np.float32), window, hop, in_chunks(group, apply))


def _finish(
    source: Source,
    likely: NDArray[np.float32],
    generator: np.random.Generator,
    wish: Wishes,
    items: Items,
    memory: Memory,
) -> Any:
    made = notes(settled(likely, wish.temperature, generator), source.struck)
    loud = loudness(made, source, memory.struck, wish.to if wish.velocities == "target" else None)
    return piece(made, loud, source, items, wish.tempo_bpm)


def _drawn(kept: NDArray[np.uint8], items: Items, generator: np.random.Generator) -> NDArray[np.uint8]:
    """One of the kept items, or notes at random where there are none."""
    if len(kept):
        return np.asarray(kept[generator.integers(len(kept))])
    channels, steps, pitches = items.image
    image = np.zeros((channels, steps, pitches), np.uint8)
    length = max(1, steps // 16)
    for first in range(0, steps, length):
        row = generator.integers(pitches)
        image[0, first : first + length, row] = 1
        image[1:, first, row] = 1
    return image


def through(net: Callable[[Any], Any], tensor: Callable[[NDArray[np.float32]], Any]) -> Apply:
    """A generator as a function from images to images.

    Parameters
    ----------
    net
        Of a framework; what it makes is a tensor.
    tensor
        Brings an array to where the network is.
    """

    def made(images: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(net(tensor(images)).float().cpu().numpy())

    return made
