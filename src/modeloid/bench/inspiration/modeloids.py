"""Modeloids on the bench: opened with the data that they know, asked by their wishes, judged one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from modeloid import app
from modeloid.app.wiring import open_card, open_domain
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.stages import averaged
from modeloid.music.kinship import SLICE_BARS

from .ablations import ABLATIONS, ablated
from .genres import FOREIGN
from .ground import LONG_BARS
from .protocol import DATA, Candidate, run
from .systems import System, answering, blending, of_modeloid

INSPIRATION, STRENGTH, LENGTH = "inspiration", "strength", "length_bars"
"""The wishes that the bench asks for."""


def judged(
    root: Path,
    modeloids: Sequence[Path] = (),
    wishes: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
    most: int | None = None,
    turns: int | None = None,
    foreign: Sequence[str] = FOREIGN,
    ablations: bool = False,
    keep: bool = False,
) -> dict[str, Any]:
    """Run the bench for trained modeloids.

    Parameters
    ----------
    root
        Holds judges, lines and ``scores.json``.
    modeloids
        Their directories. The first that knows the wish "inspiration" says which data is judged on; POP909 where none
        does. The others must have learned from the same split.
    wishes
        Asked of all that know them, beside the inspiration, the strength and the length.
    most
        Inspirers at most.
    turns
        Shortens the lessons of the judges.
    foreign
        Sets of other genres.
    ablations
        Whether parts are left out, too, see `ablations`.
    keep
        Whether rows that were measured before stay, see `protocol.run`.

    Returns
    -------
    As `protocol.run`.

    Raises
    ------
    ModeloidError
        A directory holds no modeloid, or one has learned from songs that it is to be judged with.
    """
    cards = [open_card(directory) for directory in modeloids]
    loaded: list[Any] = [app.load(directory) for directory in modeloids]
    asked = next((card for card, one in zip(cards, loaded, strict=True) if INSPIRATION in one.wishes), None)
    data = asked.data if asked else DATA
    domain = open_domain(data, asked.directory if asked else None)
    for card in cards:
        if (card.data["sets"], card.data["split"]) != (data["sets"], data["split"]):
            what = f"learned from {card.data['sets']} split by {card.data['split']!r}"
            do = f"Train it on {data['sets']} split by {data['split']!r}"
            raise ModeloidError(what, card.directory, do)
    names = _names(modeloids)
    coder = domain.representation  # type: ignore[attr-defined]
    with ExitStack() as stack:
        for one in loaded:
            stack.enter_context(averaged(one))
        candidates = {name: candidate(one, coder, wishes, ablations) for name, one in zip(names, loaded, strict=True)}
        return run(domain, root, candidates, {}, say, most, turns, foreign, keep=keep)


def candidate(modeloid: Any, coder: Any, wishes: Mapping[str, Any] | None = None, ablations: bool = False) -> Candidate:
    """A modeloid with all that can be asked of it.

    Parameters
    ----------
    modeloid
        With the wish "length_bars"; with "inspiration" and "strength" it is asked with inspirers, and without it only
        for pieces. Its ``codes_of``, slices -> symbols, is what a hidden message is looked for in.
    coder
        The representation that inspirers and pieces are read by.
    wishes
        Beside these; those that it does not know are not asked.
    ablations
        Whether it is asked with parts left out, too.
    """
    inspired = INSPIRATION in modeloid.wishes
    others = {name: value for name, value in (wishes or {}).items() if name in modeloid.wishes}
    eight, long = {**others, LENGTH: SLICE_BARS}, {**others, LENGTH: LONG_BARS}
    pieces = of_modeloid(modeloid, coder, long, inspired)
    if not inspired:
        return Candidate(of_modeloid(modeloid, coder, eight, inspired=False), inspired=False, long=pieces)
    return Candidate(
        of_modeloid(modeloid, coder, eight),
        make=lambda strength: of_modeloid(modeloid, coder, {**eight, STRENGTH: strength}),
        symbols=getattr(modeloid, "codes_of", None),
        answer=answering(modeloid, coder, eight),
        long=pieces,
        blend=blending(modeloid, coder, eight),
        without=_without(modeloid, coder, eight, long) if ablations else {},
    )


def _without(
    modeloid: Any, coder: Any, eight: Mapping[str, Any], long: Mapping[str, Any]
) -> dict[str, tuple[System, System]]:
    found = {name: [ablated(modeloid, coder, name, wishes) for wishes in (eight, long)] for name in ABLATIONS}
    return {name: (slices, pieces) for name, (slices, pieces) in found.items() if slices and pieces}


def _names(directories: Sequence[Path]) -> list[str]:
    """What they are called in the table: the directories' names, numbered where two are alike."""
    names = [directory.name for directory in directories]
    return [f"{name} {names[:at].count(name) + 1}" if names[:at].count(name) else name for at, name in enumerate(names)]
