"""The composition root: the only file that knows all rooms. The commands and library users call these functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check.suite import Result
    from .cycle.card import Card
    from .cycle.contract import Domain, Modeloid, Watcher, World
    from .cycle.stop import Stop
    from .cycle.view import Outcome
    from .directory.installed import Entry

__all__ = [
    "cards",
    "check",
    "create",
    "data_build",
    "data_check",
    "data_sets",
    "data_show",
    "dry",
    "fork",
    "load",
    "models",
    "open_card",
    "overfit",
    "recipe",
    "report",
    "sample",
    "show",
    "sound_font",
    "sound_missing",
    "test",
    "tested",
    "train",
    "trust",
    "write",
]


def models() -> list[dict[str, Any]]:
    """The installed models: name, doc, distribution, parameters (default, range, one line) and presets."""
    from .directory import installed

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
    from .cycle.errors import ModeloidError, nearest
    from .cycle.recipe import Recipe
    from .directory import create as directories
    from .directory import installed

    entry = _entry(installed.MODELS, model)
    family: Any = installed.load(entry)
    if preset not in family.presets:
        raise ModeloidError(f"no preset {preset!r}", f"model {model}", nearest(preset, family.presets))
    for key in parameters:
        if key not in family.parameters:
            raise ModeloidError(f"no parameter {key!r}", f"model {model}", nearest(key, family.parameters))
    start = family.presets[preset]
    recipe = {"seed": 0, **_merged(start.get("cycle", {}), cycle or {})}
    Recipe.read(recipe)
    wanted = _merged(start.get("data", {}), data or {})
    wanted = {"domain": wanted.get("domain", "music"), **_merged(_factory(wanted).defaults, wanted)}
    if "sets" in wanted:
        wanted["sets"] = _absolute(wanted["sets"])
    target = Path(directory)
    directories.check_free(target)
    made = family.make(_open_domain(wanted), {**start.get("parameters", {}), **parameters})
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


def open_card(directory: str | Path, trusted: bool = False) -> Card:
    """Open a modeloid's mconfig so that it can be loaded.

    Parameters
    ----------
    trusted
        Run an mconfig that is code, for this one call.

    Raises
    ------
    ModeloidError
        Where there is none, or it is code that nobody trusted.
    """
    from .directory import read

    return read.open_card(Path(directory), trust=trusted)


def load(directory: str | Path, state: str = "best", trusted: bool = False) -> Modeloid:
    """Load the modeloid's object in one of its states: "best", "last", a turn or a checkpoint's name."""
    from .cycle import checkpoint

    card = open_card(directory, trusted)
    assert card.load_model is not None
    found = checkpoint.find(card.directory / "state", state)
    loaded: Modeloid = card.load_model(card, found.path, _world(card))
    return loaded


def train(
    directory: str | Path,
    *,
    limit_s: float = math.inf,
    devices: str = "1",
    precision: str | None = None,
    deterministic: bool = False,
    trusted: bool = False,
    watchers: Sequence[Watcher] = (),
    say: Callable[[str], None] | None = None,
) -> Outcome:
    """Train a modeloid as its `cycle` says, from where it stands; at the end it is tested on its best weights.

    Parameters
    ----------
    limit_s
        Stop after so many seconds, resumably.
    devices, precision, deterministic
        For modeloids that use a framework: how many processes, which arithmetic (None is what `model["precision"]`
        says, "auto" where it says nothing), and byte-equal results on a GPU.
    trusted
        Run an mconfig that is code, for this one call.
    watchers
        Told of every event.
    say
        Told where the data come from and under what licence.
    """
    from .cycle.stop import Stop

    with Stop(limit_s) as stop:
        card = open_card(directory, trusted)
        return _train(card, stop, (devices, precision, deterministic), watchers, say)


def _train(
    card: Card,
    stop: Stop,
    machine: tuple[str, str | None, bool],
    watchers: Sequence[Watcher],
    say: Callable[[str], None] | None,
) -> Outcome:
    from .cycle.loop import run

    world = _world(card, *machine)
    domain = _open_domain(card.data, card.directory)
    if say and world.rank == 0:
        for line in domain.licences:
            say(line)
    return run(card, domain, world, stop, watchers if world.rank == 0 else ())


def dry(directory: str | Path, trusted: bool = False) -> dict[str, float]:
    """One turn of each stage, leaving no trace; stage -> seconds."""
    from .check import rehearsal

    card = open_card(directory, trusted)
    return rehearsal.dry(card, _open_domain(card.data, card.directory), _world(card))


def overfit(directory: str | Path, turns: int = 200, trusted: bool = False) -> Iterator[dict[str, float]]:
    """Train on one batch again and again, leaving no trace; yields what each turn logs."""
    from .check import rehearsal

    card = open_card(directory, trusted)
    return rehearsal.overfit(card, _open_domain(card.data, card.directory), turns, _world(card))


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
    from .cycle.rng import Rng
    from .cycle.stages import averaged

    modeloid = load(directory, state, trusted)
    card = open_card(directory, trusted)
    rng = card.rng if seed is None else Rng(seed)
    with averaged(modeloid):
        return modeloid.sample(n, rng.at("sample"), **wishes)


def recipe(
    directory: str | Path, state: str = "best", seed: int | None = None, wishes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What it takes to draw the same pieces again: modeloid, checkpoint, seed, wishes. Nothing of it is run."""
    from .cycle import checkpoint

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
) -> list[Path]:
    """Write pieces to numbered files of a directory, in the domain's usual format where none is named.

    `recipe` says how they came to be; formats that can carry it do, with each piece's address.
    """
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    factory = _factory({"domain": domain})
    width = max(2, len(str(len(pieces) - 1)))
    written: list[Path] = []
    for number, piece in enumerate(pieces):
        made = {**recipe, "address": ["sample", number]} if recipe else None
        written += factory.write(piece, target / f"{number:0{width}d}", formats, made)
    return written


def test(directory: str | Path, trusted: bool = False, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Test the best weights on the test part; also written to `record/test.json`."""
    from .cycle.examine import tested
    from .cycle.lock import Lock
    from .cycle.recipe import Recipe

    card = open_card(directory, trusted)
    domain = _open_domain(card.data, card.directory)
    for line in domain.licences if say else ():
        say(line) if say else None
    with Lock(card.directory):
        return tested(card, domain, _world(card), Recipe.read(card.cycle))


def show(directory: str | Path) -> dict[str, Any]:
    """What a modeloid says of itself and where it stands, read from its files; nothing of it is run."""
    from .directory import layout, read

    return {**read.peek(Path(directory)), **layout.standing(Path(directory))}


def cards(root: str | Path = ".") -> list[dict[str, Any]]:
    """`show` of every modeloid below a directory, two levels deep."""
    base = Path(root)
    found = {path.parent for pattern in ("mconfig.py", "*/mconfig.py", "*/*/mconfig.py") for path in base.glob(pattern)}
    return [show(path) for path in sorted(found)]


def fork(source: str | Path, target: str | Path, name: str | None = None, state: bool = True) -> Path:
    """Copy a modeloid, with or without its state, under a new id that remembers its parent."""
    from .directory import fork as forks

    forks.fork(Path(source), Path(target), name, state)
    return Path(target)


def trust(directory: str | Path) -> str:
    """Trust the code of a modeloid as it stands; a changed byte asks again. Returns its digest."""
    from .directory import trust as trusts

    return trusts.trust(Path(directory))


def check(directory: str | Path, trusted: bool = False) -> list[Result]:
    """Hold a modeloid against the contract; one result a promise. Its own state is not touched."""
    from .check.suite import check as suite

    card = open_card(directory, trusted)
    assert card.load_model is not None
    make: Callable[..., Modeloid] = card.load_model
    return suite(card, make, _open_domain(card.data, card.directory), _world(card))


def report(directory: str | Path) -> Path:
    """Render the record of a modeloid into a page; returns its path."""
    from .report import page

    return page.render(Path(directory), show(directory))


def data_sets() -> list[dict[str, Any]]:
    """The music data sets that are known by name: doc, licence, citation, and where they lie on this machine."""
    from .music.datasets import listing

    return listing()


def data_build(
    name: str, workers: int | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Read a data set's files into its store; says of each file whether it was read, repaired or refused."""
    from .music.store import report as stores

    return stores.build(name, workers, progress)


def data_show(name: str) -> dict[str, Any]:
    """What is in a data set's store."""
    from .music.store import report as stores

    return stores.show(name)


def data_check(name: str) -> dict[str, Any]:
    """Compare every byte of a data set's store with its checksums."""
    from .music.store import report as stores

    return stores.check(name)


def tested(test: Mapping[str, Any]) -> list[tuple[str, float, float | None]]:
    """The rows of a test: quantity, the modeloid's value, and that of real pieces where the domain measured it."""
    from .report import page

    return page.tested(test)


def sound_font() -> str:
    """Which soundfont pieces sound with here, and its licence. Raises NoSoundfont, which says what to install."""
    from .music.render.soundfont import soundfont

    font = soundfont()
    return f"{font.name} ({font.licence})"


def sound_missing() -> str:
    """Why pieces cannot be made to sound here, and what to do about it; "" where they can."""
    from .music.errors import NoSoundfont
    from .music.render.soundfont import soundfont

    try:
        soundfont()
    except NoSoundfont as error:
        return str(error)
    return ""


def _absolute(sets: Any) -> Any:
    """Folders named from where the user stands, so that the modeloid finds them from anywhere."""
    if isinstance(sets, Mapping):
        return {_absolute([name])[0]: weight for name, weight in sets.items()}
    if not isinstance(sets, list):
        return sets
    return [_from_here(name) if isinstance(name, str) else name for name in sets]


def _from_here(name: str) -> str:
    kind, colon, path = name.partition(":")
    return f"{kind}:{Path(path).expanduser().resolve()}" if colon and kind in ("folder", "store") else name


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _entry(group: str, name: str, directory: Path | None = None) -> Entry:
    from .cycle.errors import ModeloidError, nearest
    from .directory import installed

    known = {entry.name: entry for entry in installed.entries(group, directory)}
    if name not in known:
        kind = group.rpartition(".")[2].removesuffix("s")
        raise ModeloidError(f"no {kind} {name!r} is installed", "", nearest(name, known))
    return known[name]


def _factory(data: Mapping[str, Any], directory: Path | None = None) -> Any:
    from .directory import installed

    return installed.load(_entry(installed.DOMAINS, data.get("domain", "music"), directory), directory)


def _open_domain(data: Mapping[str, Any], directory: Path | None = None) -> Domain:
    rest = {key: value for key, value in data.items() if key != "domain"}
    domain: Domain = _factory(data, directory).open(rest)
    return domain


def _world(card: Card, devices: str = "1", precision: str | None = None, deterministic: bool = False) -> World:
    from .cycle.errors import ModeloidError
    from .cycle.world import Alone

    if card.model.get("framework") == "torch":
        from .backends import torch as backend

        wanted = precision or str(card.model.get("precision", "auto"))
        return backend.world(devices=devices, precision=wanted, deterministic=deterministic)
    if devices not in ("1", "auto"):
        framework = card.model.get("framework", "numpy")
        raise ModeloidError(f"{devices} devices for a {framework} modeloid", "--devices", "It runs in one process")
    return Alone()
