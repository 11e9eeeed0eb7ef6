"""Which piece belongs to train, valid and test: the same for any order of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..columns import Columns
from ..errors import DataError, nearest
from .groups import groups
from .shingles import shingle_sets

PARTS = ("train", "valid", "test")
Shares = Mapping[str, float]
"""Part -> share of the pieces; they sum to 1."""

_SHARES: Shares = {"train": 0.8, "valid": 0.1, "test": 0.1}

Parts = dict[str, list[int]]
"""Part -> indices of its pieces, sorted."""


Published = Sequence[str]
"""The part that a data set's published split gives each piece; "" where there is none."""


def by_groups(
    pieces: Sequence[Columns],
    sets: Sequence[NDArray[np.uint64]],
    published: Published = (),  # noqa: ARG001 - one signature
    shares: Shares = _SHARES,
) -> Parts:
    """Groups of near-duplicates stay on one side."""
    return _deal([_Group(members, pieces) for members in groups(sets)], len(pieces), shares)


def by_pieces(
    pieces: Sequence[Columns],
    sets: Sequence[NDArray[np.uint64]],  # noqa: ARG001 - one signature
    published: Published = (),  # noqa: ARG001 - one signature
    shares: Shares = _SHARES,
) -> Parts:
    """A plain random split: it leaks wherever the data holds a piece twice."""
    return _deal([_Group([index], pieces) for index in range(len(pieces))], len(pieces), shares)


def as_published(
    pieces: Sequence[Columns],
    sets: Sequence[NDArray[np.uint64]],
    published: Published = (),
    shares: Shares = _SHARES,
) -> Parts:
    """The published parts, leaking or not; pieces without one go where their near-duplicates are, else by groups."""
    parts: Parts = {part: [] for part in PARTS}
    free = []
    for members in groups(sets):
        given = [published[index] for index in members if published[index] in PARTS]
        if not given:
            free.append(members)
        for index in members if given else ():
            parts[published[index] if published[index] in PARTS else given[0]].append(index)
    dealt = _deal([_Group(members, pieces) for members in free], sum(map(len, free)), shares)
    return {part: sorted(parts[part] + dealt[part]) for part in PARTS}


SPLITS: Mapping[str, Callable[..., Parts]] = {
    "groups": by_groups,
    "published": as_published,
    "random": by_pieces,
}


def split(kind: str, pieces: Sequence[Columns], published: Published = ()) -> Parts:
    """Split pieces by the named way.

    Parameters
    ----------
    kind
        Of `SPLITS`; other shares than 80, 10 and 10 of a hundred behind a colon: "groups:50/30/20".
    pieces
        All pieces.
    published
        One part a piece, "" where the data set has none; needed by "published" alone.

    Raises
    ------
    DataError
        Nobody knows the way, the shares are none, a part would be empty, or no piece has a published part.
    """
    kind, colon, said = kind.partition(":")
    if kind not in SPLITS:
        raise DataError(f"unknown split {kind!r}", "data", nearest(kind, SPLITS))
    shares = _shares(said) if colon else _SHARES
    if kind == "published" and not any(part in PARTS for part in published):
        raise DataError("no data set has a published split", "split 'published'", "Use 'groups'.")
    parts = SPLITS[kind](pieces, shingle_sets(pieces), published, shares)
    empty = next((part for part in PARTS if not parts[part]), None)
    if empty is not None:
        advice = "At least three that are not copies of one another are needed."
        raise DataError(f"{len(pieces)} pieces are too few: none is left for {empty}", f"split {kind!r}", advice)
    return parts


def _shares(said: str) -> Shares:
    numbers = [int(word) if word.isascii() and word.isdigit() else 0 for word in said.split("/")]
    if len(numbers) != len(PARTS) or min(numbers) < 1 or sum(numbers) != 100:
        text = f"{said!r} are no shares of train, valid and test"
        raise DataError(text, "split", 'Write three whole numbers that sum to 100: "groups:50/30/20".')
    return {part: number / 100 for part, number in zip(PARTS, numbers, strict=True)}


class _Group:
    """Pieces that stay together, and a number that depends on their notes only."""

    def __init__(self, members: list[int], pieces: Sequence[Columns]) -> None:
        self.members = members
        self.draw = min(_draw(pieces[index]) for index in members)


def _deal(dealt: list[_Group], total: int, shares: Shares) -> Parts:
    """Deal groups, in the order of their draws, to the part that lacks most; large ones only to where they fit."""
    parts: Parts = {part: [] for part in PARTS}
    for group in sorted(dealt, key=lambda group: (group.draw, group.members)):
        fits = [part for part in PARTS if len(group.members) <= max(1.0, shares[part] * total - len(parts[part]))]
        lacks = {part: 1 - len(parts[part]) / (shares[part] * total) for part in fits or ["train"]}
        parts[max(lacks, key=lambda part: lacks[part])] += group.members
    return {part: sorted(members) for part, members in parts.items()}


def _draw(piece: Columns) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for name in ("onset", "duration", "pitch", "track"):
        digest.update(piece.notes[name].tobytes())
    return digest.digest()
