"""How the rooms are wired: entry points to models and domains, a card to its data and its processes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cycle.card import Card
    from ..cycle.contract import Domain, World
    from ..directory.installed import Entry


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
    from ..directory import read

    return read.open_card(Path(directory), trust=trusted)


def entry_of(group: str, name: str, directory: Path | None = None) -> Entry:
    """The installed entry point of a group by its name. Raises ModeloidError, which names the nearest there is."""
    from ..cycle.errors import ModeloidError, nearest
    from ..directory import installed

    known = {entry.name: entry for entry in installed.entries(group, directory)}
    if name not in known:
        kind = group.rpartition(".")[2].removesuffix("s")
        raise ModeloidError(f"no {kind} {name!r} is installed", "", nearest(name, known))
    return known[name]


def factory_of(data: Mapping[str, Any], directory: Path | None = None) -> Any:
    """What makes the domain that a `data` dict names; nothing is opened."""
    from ..directory import installed

    return installed.load(entry_of(installed.DOMAINS, data.get("domain", "music"), directory), directory)


def open_domain(data: Mapping[str, Any], directory: Path | None = None) -> Domain:
    """The domain of a `data` dict, its data opened; `directory` is the modeloid's, which may not bring its own."""
    rest = {key: value for key, value in data.items() if key != "domain"}
    domain: Domain = factory_of(data, directory).open(rest)
    return domain


def world_of(card: Card, devices: str = "1", precision: str | None = None, deterministic: bool = False) -> World:
    """The processes and the device for a card: its framework's, or this one process alone.

    Raises
    ------
    ModeloidError
        Where several devices, a precision or determinism are asked of a framework that knows none.
    """
    from ..cycle.errors import ModeloidError
    from ..cycle.world import Alone

    if card.model.get("framework") == "torch":
        from ..backends import torch as backend

        wanted = precision or str(card.model.get("precision", "auto"))
        return backend.world(devices=devices, precision=wanted, deterministic=deterministic)
    framework = card.model.get("framework", "numpy")
    if devices not in ("1", "auto"):
        raise ModeloidError(f"{devices} devices for a {framework} modeloid", "--devices", "It runs in one process")
    if precision not in (None, "auto"):
        do = "It computes in one precision; leave the option out"
        raise ModeloidError(f"precision {precision} for a {framework} modeloid", "--precision", do)
    return Alone()
