"""Pianist against pianist on Vienna 4x22: 22 pianists play each of four excerpts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from modeloid.music.align import align, of_performance
from modeloid.music.columns import Columns, from_score
from modeloid.music.datasets import data_set

from .errors import Error, error

_NAME = re.compile(r"(Chopin_op10_no3|Chopin_op38|Mozart_K331_1st-mov|Schubert_D783_no15)_p(\d\d)\.mid")


def against_one_another(pianists: int | None = None) -> list[Error]:
    """The errors of all pairs of pianists, note by note.

    Parameters
    ----------
    pianists
        How many of each excerpt; None: all 22.
    """
    excerpts: dict[str, list[Columns]] = defaultdict(list)
    with data_set("vienna4x22").entries() as entries:
        for entry in entries:
            match = _NAME.fullmatch(Path(entry.name).name)
            if match and (pianists is None or int(match[2]) <= pianists):
                excerpts[match[1]].append(_read(Path(str(entry.source))))
    return [found for name, played in sorted(excerpts.items()) for found in _pairs(name, played)]


def _pairs(name: str, played: Sequence[Columns]) -> list[Error]:
    found = []
    for one, other in combinations(played, 2):
        pairs = align(of_performance(one), of_performance(other)).played
        hit = pairs >= 0
        truth, told = one.notes["velocity"][hit], other.notes["velocity"][pairs[hit]]
        found.append(error(name, truth.astype(float), told.astype(float)))
    return found


def _read(path: Path) -> Columns:
    from symusic.core import ScoreTick

    return from_score(ScoreTick.from_midi(path.read_bytes()))
