"""Making modeloids and asking what there is: models, cards, forks, trust. Nothing here trains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .wiring import entry_of, factory_of, open_domain


def models() -> list[dict[str, Any]]:
    """The installed models: name, doc, distribution, parameters (default, range, one line) and presets."""
    from ..directory import installed

    found = []
    for entry in installed.entries(installed.MODELS):
        model: Any = installed.load(entry)
        found.append(
            {
                "name": entry.name,
                "doc": model.doc,
                "distribution": entry.distribution,
                "parameters": dict(model.parameters),
                "presets": {name: preset.get("doc", "") for name, preset in model.presets.items()},
            }
        )
    return sorted(found, key=lambda entry: str(entry["name"]))


def create(
    model: str,
    directory: str | Path,
    preset: str = "default",
    name: str | None = None,
    authors: Sequence[str] = (),
    doc: str | None = None,
    data: Mapping[str, Any] | None = None,
    cycle: Mapping[str, Any] | None = None,
    **parameters: Any,
) -> Path:
    """Make a new modeloid.

    Parameters
    ----------
    model
        One of `models()`.
    directory
        Where to; it must not be there yet, or be empty.
    preset
        What to start from.
    data, cycle
        Changes to the preset's `data` and `cycle`; nested dicts are merged key by key.
    **parameters
        Changes to the model's parameters.

    Returns
    -------
    The directory.

    Raises
    ------
    ModeloidError
        For an unknown model, preset or key (the nearest known one is named) or a value out of range.
    """
    from ..directory import create as directories
    from ..directory import installed

    entry = entry_of(installed.MODELS, model)
    family: Any = installed.load(entry)
    start = _start(family, model, preset, parameters)
    recipe = _recipe(start, cycle or {})
    wanted = _data(start, data or {})
    target = Path(directory)
    directories.check_free(target)
    made = family.make(open_domain(wanted), {**start.get("parameters", {}), **parameters})
    directories.create(
        target,
        name=name or target.resolve().name,
        authors=list(authors),
        doc=doc or start.get("doc") or family.doc,
        module=entry.module,
        model=made,
        data=wanted,
        cycle=recipe,
    )
    return target


def show(directory: str | Path) -> dict[str, Any]:
    """What a modeloid says of itself and where it stands, read from its files; nothing of it is run."""
    from ..directory import layout, read

    return {**read.peek(Path(directory)), **layout.standing(Path(directory))}


def cards(root: str | Path = ".") -> list[dict[str, Any]]:
    """`show` of every modeloid below a directory, two levels deep."""
    from ..cycle.errors import ModeloidError

    base = Path(root)
    if not base.is_dir():
        raise ModeloidError("no such directory", base, "Name one that holds modeloids")
    found = {path.parent for pattern in ("mconfig.py", "*/mconfig.py", "*/*/mconfig.py") for path in base.glob(pattern)}
    return [show(path) for path in sorted(found)]


def fork(source: str | Path, target: str | Path, name: str | None = None, state: bool = True) -> Path:
    """Copy a modeloid, with or without its state, under a new id that remembers its parent."""
    from ..directory import fork as forks

    forks.fork(Path(source), Path(target), name, state)
    return Path(target)


def trust(directory: str | Path) -> str:
    """Trust the code of a modeloid as it stands; a changed byte asks again. Returns its digest."""
    from ..directory import trust as trusts

    return trusts.trust(Path(directory))


def _start(family: Any, model: str, preset: str, parameters: Iterable[str]) -> Mapping[str, Any]:
    """The preset, once it and all parameters are known to exist."""
    from ..cycle.errors import ModeloidError, nearest

    wanted = [("preset", preset, family.presets), *(("parameter", key, family.parameters) for key in parameters)]
    for what, name, known in wanted:
        if name not in known:
            raise ModeloidError(f"no {what} {name!r}", f"model {model}", nearest(name, known))
    start: Mapping[str, Any] = family.presets[preset]
    return start


def _recipe(start: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    from ..cycle.recipe import Recipe

    recipe = {"seed": 0, **_merged(start.get("cycle", {}), changes)}
    Recipe.read(recipe)
    return recipe


def _data(start: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The whole `data` of a new modeloid: below the changes the preset's, below that the domain's defaults."""
    wanted = _merged(start.get("data", {}), changes)
    wanted = {"domain": wanted.get("domain", "music"), **_merged(factory_of(wanted).defaults, wanted)}
    if "sets" in wanted:
        wanted["sets"] = _absolute(wanted["sets"])
    return wanted


def _absolute(sets: Any) -> Any:
    """Folders named from where the user stands, so that the modeloid finds them from anywhere."""
    if isinstance(sets, Mapping):
        grouped = {name: _absolute(value) for name, value in sets.items() if isinstance(value, list)}
        return grouped or {_absolute([name])[0]: weight for name, weight in sets.items()}
    if not isinstance(sets, list):
        return sets
    return [_from_here(name) if isinstance(name, str) else name for name in sets]


def _from_here(name: str) -> str:
    kind, colon, path = name.partition(":")
    return f"{kind}:{Path(path).expanduser().resolve()}" if colon and kind in ("folder", "store") else name


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        before = merged.get(key)
        if key != "sets" and isinstance(value, Mapping) and isinstance(before, Mapping):
            # What is of another kind has other arguments: nothing of the one before is kept.
            alike = value.get("kind", before.get("kind")) == before.get("kind")
            merged[key] = _merged(before if alike else {}, value)
        else:
            merged[key] = value
    return merged
