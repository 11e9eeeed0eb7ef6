"""What may be wished of a transfer, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.errors import nearest

from ..arguments import WishError, number, require, wishes
from .items import Items
from .source import Source, read

_WORDS = {"velocities": ("kept", "target"), "meter": ("checked", "ignored")}


@dataclass(frozen=True)
class Wishes:
    """Wishes, checked.

    Parameters
    ----------
    to
        The number of the group that pieces go to, 0 or 1.
    source
        The piece, or None: one of the items that the modeloid kept.
    velocities
        "kept": those of the piece; "target": spread as those of the group that it goes to.
    tempo_bpm
        Quarters a minute; 0: as the piece has them.
    temperature
        0: each cell what is likelier; above, cells are drawn, the wilder the higher.
    """

    to: int
    source: Source | None
    velocities: str
    tempo_bpm: float
    temperature: float


def known(groups: tuple[str, ...], ways: tuple[int, ...] = (1, 0)) -> dict[str, tuple[str, Any]]:
    """Wish -> (description, default).

    Parameters
    ----------
    groups
        Their names; the first two are learnt between.
    ways
        The numbers of the groups that pieces can go to, the usual one first.
    """
    names = [groups[way] for way in ways]
    return {
        "piece": ("a piece, or the path of a file, to bring into the other group; else an item of the data", None),
        "to": ("the group that it goes to: " + " or ".join(sorted(names)), names[0]),
        "velocities": ("kept: as the piece has them; target: spread as those of the group it goes to", "kept"),
        "meter": (
            "checked: a piece of another meter is refused; ignored: it is taken as it lies on the grid",
            "checked",
        ),
        "tempo_bpm": ("quarters a minute, 10 to 400; 0: as the piece has them", 0),
        "temperature": ("0: the likeliest notes; above 0 cells are drawn, the wilder the higher", 0.0),
    }


def understood(
    given: Mapping[str, Any], items: Items, loudness: NDArray[np.int64], ways: tuple[int, ...] = (1, 0)
) -> Wishes:
    """Check wishes.

    Parameters
    ----------
    loudness
        How often each velocity was struck in each group, shape (2, 128).
    ways
        See `known`.

    Raises
    ------
    WishError
        An unknown wish, group or word, a value out of range, a piece that cannot be transferred.
    """
    chosen, names = wishes(given, known(items.groups, ways)), [items.groups[way] for way in ways]
    to, velocities, tempo, temperature = (chosen[name] for name in ("to", "velocities", "tempo_bpm", "temperature"))
    if to not in names:
        raise WishError(f"{to!r} is no group that this modeloid brings pieces to", "wish to", nearest(str(to), names))
    for name, words in _WORDS.items():
        if chosen[name] not in words:
            raise WishError(f"{chosen[name]!r} is unknown", f"wish {name}", nearest(str(chosen[name]), words))
    if velocities == "target" and not (loudness[:, 2:].sum(axis=1) > 0).all():
        do = 'Keep those of the piece, or train on {"kind": "multitrack", "values": "velocity"}'
        raise WishError("this modeloid has seen no velocities", "wish velocities", do)
    require(number(tempo) and (tempo == 0 or 10 <= tempo <= 400), "tempo_bpm", tempo, "0, or 10 to 400")
    require(number(temperature) and temperature >= 0, "temperature", temperature, "a number of at least 0")
    source = None if chosen["piece"] is None else read(chosen["piece"], items, chosen["meter"] == "ignored")
    return Wishes(items.groups.index(to), source, velocities, float(tempo), float(temperature))
