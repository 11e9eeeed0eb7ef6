"""What a modeloid shows: its names, its wishes, how it refuses what it does not know."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Mapping
from typing import Any

from . import pieces
from .bench import Bench, BrokenError

_NAMES = ("id", "name", "authors", "doc", "model", "load_model", "wishes")
_METHODS = ("train", "loss", "sample", "save")


def shows_its_face(bench: Bench) -> None:
    """It carries id, name, authors, doc, model, load_model and wishes as its card says, and the four methods."""
    modeloid: Any = bench.fresh()
    for name in (*_NAMES, *_METHODS):
        if not hasattr(modeloid, name):
            raise BrokenError(f"it has no {name!r}")
    for name in ("id", "name", "doc"):
        if getattr(modeloid, name) != getattr(bench.card, name):
            raise BrokenError(f"its {name} is {getattr(modeloid, name)!r}, the card's {getattr(bench.card, name)!r}")
    if list(modeloid.authors) != list(bench.card.authors) or dict(modeloid.model) != dict(bench.card.model):
        raise BrokenError("its authors or its model are not the card's")
    for name in ("load_model", *_METHODS):
        if not callable(getattr(modeloid, name)):
            raise BrokenError(f"its {name!r} cannot be called")


def describes_its_wishes(bench: Bench) -> None:
    """Each wish is name -> (description, default), and one that is wished at its default changes nothing."""
    modeloid = bench.fresh()
    wishes = _wishes(modeloid)
    for name, wish in wishes.items():
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in ("n", "rng"):
            raise BrokenError(f"{name!r} cannot be the name of a wish")
        if not isinstance(wish, tuple) or len(wish) != 2 or not isinstance(wish[0], str) or not wish[0].strip():
            raise BrokenError(f"the wish {name!r} is {wish!r}, not (description, default)")
    bench.train(modeloid, 0, 4)  # a new one may be so even that no wish shows
    usual = bench.sample(modeloid, 4)
    for name, (_, default) in wishes.items():
        wished = bench.sample(modeloid, 4, {name: default})
        if not all(pieces.same(a, b, bench.domain, bench.new_folder()) for a, b in zip(usual, wished, strict=True)):
            raise BrokenError(f"{name}={default!r} is said to be the default, but gives other pieces")


def refuses_unknown_wishes(bench: Bench) -> None:
    """A wish that it does not know is an error that names the nearest it knows."""
    modeloid = bench.fresh()
    wishes = _wishes(modeloid)
    for known in list(wishes) or [""]:
        unknown = _misspelt(known, wishes)
        try:
            bench.sample(modeloid, 1, {unknown: None})
        except Exception as error:  # noqa: BLE001  which kind of error is the modeloid's choice
            nearest = difflib.get_close_matches(unknown, list(wishes), n=1, cutoff=0.0)
            if nearest and nearest[0] not in str(error):
                raise BrokenError(f"the error on the wish {unknown!r} does not name {nearest[0]!r}: {error}") from None
        else:
            raise BrokenError(f"the unknown wish {unknown!r} is no error")


def _wishes(modeloid: Any) -> Mapping[str, tuple[str, Any]]:
    wishes = getattr(modeloid, "wishes", {})
    return wishes if isinstance(wishes, Mapping) else {}


def _misspelt(known: str, wishes: Mapping[str, Any]) -> str:
    """A name near a known one that neither is one nor contains one, so that repeating it names nothing."""
    shorter = known[:1] + known[2:] if len(known) > 3 else f"{known[:1]}_"
    return shorter if not any(name in shorter for name in wishes) else "_"
