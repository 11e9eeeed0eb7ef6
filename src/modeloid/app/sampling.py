"""Drawing pieces and writing them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .making import show
from .running import load, loaded
from .wiring import factory_of, open_card


def sample(
    directory: str | Path,
    n: int = 8,
    *,
    state: str = "best",
    seed: int | None = None,
    trusted: bool = False,
    **wishes: Any,
) -> list[Any]:
    """Draw pieces; the same ones for the same state, seed and wishes, however many are asked for.

    Parameters
    ----------
    n
        How many pieces.
    state
        "best", "last", a turn or a checkpoint's name.
    seed
        Another one gives other pieces; None is the modeloid's own.
    **wishes
        What the modeloid's `wishes` say it understands.
    """
    drawn = told(directory, n, state=state, seed=seed, trusted=trusted, **wishes)
    return [piece for piece, _ in drawn]


def told(
    directory: str | Path,
    n: int = 8,
    *,
    state: str = "best",
    seed: int | None = None,
    trusted: bool = False,
    **wishes: Any,
) -> list[tuple[Any, dict[str, Any]]]:
    """The pieces of `sample`, each with what its modeloid says of how it came to be; {} where it says nothing."""
    from ..cycle.contract import Tells
    from ..cycle.rng import Rng
    from ..cycle.stages import averaged

    card = open_card(directory, trusted)
    modeloid = loaded(card, state)
    rng = (card.rng if seed is None else Rng(seed)).at("sample")
    with averaged(modeloid):
        if isinstance(modeloid, Tells):
            return [(piece, dict(said)) for piece, said in modeloid.told(n, rng, **wishes)]
        return [(piece, {}) for piece in modeloid.sample(n, rng, **wishes)]


def wishes(directory: str | Path, state: str = "best", trusted: bool = False) -> dict[str, tuple[str, Any]]:
    """What a modeloid understands beyond the number of pieces: wish -> (description, default)."""
    return dict(load(directory, state, trusted).wishes)


def check_formats(formats: Sequence[str], domain: str = "music") -> None:
    """Raise ModeloidError for a format that a domain cannot write; the nearest that it can is named."""
    from ..cycle.errors import ModeloidError, nearest

    known = getattr(factory_of({"domain": domain}), "formats", None)
    for name in formats:
        if known is not None and name not in known:
            raise ModeloidError(f"unknown format {name!r}", f"domain {domain}", nearest(name, known))


def recipe(
    directory: str | Path, state: str = "best", seed: int | None = None, wishes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What it takes to draw the same pieces again: modeloid, checkpoint, seed, wishes. Nothing of it is run."""
    from ..cycle import checkpoint

    about = show(directory)
    return {
        "modeloid": about.get("name"),
        "id": about.get("id"),
        "checkpoint": checkpoint.find(Path(directory) / "state", state).path.name,
        "seed": about.get("cycle", {}).get("seed", 0) if seed is None else seed,
        "wishes": dict(wishes or {}),
    }


def write(
    pieces: Sequence[Any],
    directory: str | Path,
    formats: Sequence[str] = (),
    domain: str = "music",
    recipe: Mapping[str, Any] | None = None,
    receipts: Sequence[Mapping[str, Any]] = (),
) -> list[Path]:
    """Write pieces to numbered files of a directory, in the domain's usual format where none is named.

    `recipe` says how they came to be; formats that can carry it do, with each piece's address. What `told` says of a
    piece goes beside it as ``NUMBER.receipt.json``.
    """
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    factory = factory_of({"domain": domain})
    width = max(2, len(str(len(pieces) - 1)))
    written: list[Path] = []
    for number, piece in enumerate(pieces):
        made = {**recipe, "address": ["sample", number]} if recipe else None
        stem = target / f"{number:0{width}d}"
        written += factory.write(piece, stem, formats, made)
        beside = stem.with_name(f"{stem.name}.receipt.json")
        beside.unlink(missing_ok=True)
        if number < len(receipts) and receipts[number]:
            text = json.dumps(receipts[number], indent=1, ensure_ascii=False, default=str)
            beside.write_text(text + "\n", encoding="utf-8")
            written.append(beside)
    return written


def sound_font() -> str:
    """Which soundfont pieces sound with here, and its licence. Raises NoSoundfont, which says what to install."""
    from ..music.render.soundfont import soundfont

    font = soundfont()
    return f"{font.name} ({font.licence})"


def sound_missing() -> str:
    """Why pieces cannot be made to sound here, and what to do about it; "" where they can."""
    from ..music.errors import NoSoundfont
    from ..music.render.soundfont import soundfont

    try:
        soundfont()
    except NoSoundfont as error:
        return str(error)
    return ""
