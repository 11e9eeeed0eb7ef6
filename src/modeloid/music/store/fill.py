"""Files into a growing store: what is lacking is read through the guarded readers and added in order."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..columns import Columns
from ..datasets.entry import Entry
from ..read.block import pack
from ..read.frames import Batch
from ..read.guarded import Progress, stream_batches
from ..read.limits import Limits
from ..read.refusal import Refusal
from .growing import Growing
from .pack import Portion
from .stamp import Source, digest_of

_MADE = 512
"""Pieces that are at hand and are added at once."""


@dataclass(frozen=True)
class Reading:
    """How files are read."""

    limits: Limits
    progress: Progress | None
    workers: int | None


def is_same(entries: Sequence[Entry], first: int, sources: Sequence[Source], limits: Limits) -> bool:
    """Whether the entries from `first` on are now what an earlier try says they were."""
    own = entries[first : first + len(sources)]
    return len(own) == len(sources) and all(
        tuple(source) == (entry.name, entry.part, digest_of(entry, limits))
        for source, entry in zip(sources, own, strict=True)
    )


def fill(growing: Growing, entries: Sequence[Entry], reading: Reading) -> None:
    """Read what a growing store lacks.

    Parameters
    ----------
    growing
        Where to.
    entries
        All pieces of a data set.
    reading
        How.
    """
    done = len(growing.sources)
    for first, batch in _batches(entries, done, reading):
        growing.add(_portion(entries, first, batch, reading.limits))
        for _ in range(len(batch)):
            done += 1
            if reading.progress is not None:
                reading.progress(done, len(entries))


def _batches(entries: Sequence[Entry], start: int, reading: Reading) -> Iterator[tuple[int, Batch]]:
    """What comes of the entries from `start` on, in order and in parts, each with the number of its first entry."""
    paths: list[Path] = []
    numbers: list[int] = []
    edges: set[int] = set()
    made: deque[list[int]] = deque()
    for number in range(start, len(entries)):
        source = entries[number].source
        if isinstance(source, Path):
            paths.append(source)
            numbers.append(number)
        elif made and made[-1][-1] == number - 1 and len(made[-1]) < _MADE:
            made[-1].append(number)
        else:
            made.append([number])
            edges.add(len(paths))
    stream = stream_batches(paths, limits=reading.limits, workers=reading.workers, edges=edges)
    with contextlib.closing(stream) as answers:
        for place, batch in answers:
            while made and made[0][0] < numbers[place]:
                yield _at_hand(entries, made.popleft())
            yield numbers[place], batch
    while made:
        yield _at_hand(entries, made.popleft())


def _at_hand(entries: Sequence[Entry], numbers: Sequence[int]) -> tuple[int, Batch]:
    sources = [entries[number].source for number in numbers]
    block = pack([source for source in sources if isinstance(source, Columns)])
    refusals = {place: source for place, source in enumerate(sources) if isinstance(source, Refusal)}
    return numbers[0], Batch(block, refusals, [""] * len(sources))


def _portion(entries: Sequence[Entry], first: int, batch: Batch, limits: Limits) -> Portion:
    names: list[tuple[str, str]] = []
    refused: list[Refusal] = []
    sources: list[list[str]] = []
    for place, digest in enumerate(batch.digests):
        entry, refusal = entries[first + place], batch.refusals.get(place)
        sources.append([entry.name, entry.part, digest_of(entry, limits, digest)])
        if refusal is None:
            names.append((entry.name, entry.part))
        else:
            refused.append(type(refusal)(entry.name, refusal.reason))
    return Portion(batch.block, names, refused, sources)
