"""What is said of a piece that was inspired: what it took, how near it is, what it shares, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from modeloid.music.kinship import receipt as of_pair
from modeloid.music.kinship.words import sentences
from modeloid.music.represent.parts import Rows

from .chosen import SILENCE, Choice, Chooser
from .inspirer import Inspirer
from .wishes import Wishes


def receipt(
    rows: Rows, wish: Wishes, chooser: Chooser, refused: Sequence[Sequence[str]], choice: Choice
) -> dict[str, Any]:
    """What JSON can hold of a piece and those that inspired it.

    Parameters
    ----------
    rows
        Its notes.
    wish
        What was wished.
    chooser
        Knows the training pieces and what real pairs share.
    refused
        Of each candidate that was refused, the gates that it failed.
    choice
        The piece among the last candidates.

    Returns
    -------
    ``verdict``: a few sentences; ``strength``; ``inspirers``: of each ``name``, ``weight`` and what
    `music.kinship.receipt` says of the pair, a piece that was named several times coming once with all its weight;
    ``refused``: how many candidates were, and how many by each gate; ``failed``: gates that the piece itself fails,
    where nothing better was written.
    """
    named = _once(wish.inspirers)
    found: list[dict[str, Any]] = [{"name": one.name, "weight": round(one.weight, 4)} for one in named]
    if chooser.lines:
        for said, one in zip(found, named, strict=True):
            said |= _of(rows, one, wish, chooser)
    failed = choice.failed[choice.number]
    return {
        "verdict": " ".join([*_verdict(found, wish.inspired), *_refusals(refused, failed)]),
        "strength": wish.strength,
        "refused": {"candidates": len(refused), "gates": dict(Counter(name for names in refused for name in names))},
        "failed": failed,
        "inspirers": found,
    }


def _of(rows: Rows, one: Inspirer, wish: Wishes, chooser: Chooser) -> dict[str, Any]:
    return of_pair(
        rows,
        one.rows,
        chooser.lines,
        chooser.grams,
        chooser.witness.excerpts(wish.bars).strangers,
        chooser.witness.says(rows, wish.bars, one),
        drum_parts=chooser.drums,
        name=one.name,
        inspires=wish.inspired,
    )


def _verdict(found: Sequence[dict[str, Any]], inspires: bool) -> list[str]:
    """What is said of each, and at the end, once, what is the same of all: what the training set has of the piece."""
    said = [sentences(each, each["name"], inspires) for each in found if "verdict" in each]
    told = [sentence for each in said for sentence in each[:2]] + [sentence for each in said for sentence in each[2:]]
    return list(dict.fromkeys(told)) or ["Real pairs are not known yet: train it longer."]


def _refusals(refused: Sequence[Sequence[str]], failed: Sequence[str]) -> list[str]:
    said = []
    silent = sum(SILENCE in names for names in refused)
    if len(refused) > silent:
        said.append(f"Candidates refused for copying: {len(refused) - silent}.")
    if silent:
        said.append(f"Silent candidates: {silent}.")
    if failed:
        said.append(f"Nothing that was written passes all gates; this piece fails {', '.join(failed)}.")
    return said


def _once(inspirers: Sequence[Inspirer]) -> list[Inspirer]:
    """Each piece once, with all of its weight; different ones of the same name are numbered."""
    kept: list[Inspirer] = []
    for one in inspirers:
        same = next((at for at, other in enumerate(kept) if np.array_equal(one.rows, other.rows)), None)
        if same is None:
            kept.append(one)
        else:
            kept[same] = replace(kept[same], weight=kept[same].weight + one.weight)
    counts, number = Counter(one.name for one in kept), Counter[str]()
    for at, one in enumerate(kept):
        number[one.name] += 1
        if counts[one.name] > 1:
            kept[at] = replace(one, name=f"{one.name} ({number[one.name]})")
    return kept
