"""Opens a modeloid's directory: statically where its mconfig is plain, by running it only where it is trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from modeloid.cycle.card import Card

from . import code, installed, plain
from . import trust as trusts
from .errors import DirectoryError, MconfigError, NotPlainError, NotTrustedError, ShadowedError, TrustError
from .fields import NAMES, checked
from .layout import Layout

CODE = "mconfig.py"
"""The "module" of a card's source where the mconfig brings its own `load_model`."""


def read(directory: Path) -> Card:
    """Read the card of a plain modeloid; nothing is imported, and `load_model` is None.

    Raises
    ------
    DirectoryError
        Where there is no mconfig.
    NotPlainError
        Where the mconfig is code, or names a module that no installed distribution offers as a model.
    MconfigError
        Where a name is missing or has a value of the wrong kind.
    ShadowedError
        Where another file would be imported in place of the model.
    """
    directory = Path(directory)
    path = Layout(directory).mconfig
    content = plain.parse(source_of(directory), path)
    entry = installed.find(installed.MODELS, content.module, directory)
    if entry is None:
        raise NotPlainError(path, content.import_line, f"{content.module} is no model of an installed distribution")
    installed.check_origin(entry, directory)
    source = {"module": entry.module, "distribution": entry.distribution, "version": entry.version}
    return _card(directory, content.values, source)


def open_card(directory: Path, trust: bool = False) -> Card:
    """Read a card with its `load_model`.

    A plain mconfig is not run: its model's module is imported. Any other is run as a module of its own, where its
    directory was trusted or `trust` says so for this call.

    Raises
    ------
    NotTrustedError
        Where the mconfig is code that was not trusted; it was not run.
    DirectoryError, MconfigError, ShadowedError
        As `read`; also where the model's module cannot be imported or has no `load_model`.
    """
    directory = Path(directory)
    try:
        card = read(directory)
    except NotPlainError as fault:
        return _open_code(directory, trust, fault)
    entry = installed.find(installed.MODELS, card.source["module"], directory)
    assert entry is not None
    try:
        module = installed.load(entry, directory)
    except ImportError as error:
        do = f"Install what {entry.distribution} needs for it"
        raise MconfigError(f"cannot import {entry.module} ({error})", Layout(directory).mconfig, do) from error
    return replace(card, load_model=_load_model(vars(module), entry.module))


def peek(directory: Path) -> dict[str, Any]:
    """Say what can be said without running or importing anything; lenient, for lists of foreign modeloids.

    Returns
    -------
    "directory"; those of the contract's names that could be read; "plain", whether it is; "trusted", whether it opens
    as it stands; "fault", why it is not plain or what is wrong with it, "" where nothing is; "source" of a plain one,
    with the model's "module", "distribution" and "version".

    Raises
    ------
    DirectoryError
        Where there is no mconfig.
    """
    directory = Path(directory)
    source = source_of(directory)
    try:
        card = read(directory)
    except (NotPlainError, MconfigError, ShadowedError) as error:
        values = plain.loose(source, Layout(directory).mconfig)
        is_code = isinstance(error, NotPlainError)
        said = {"plain": not is_code, "trusted": is_code and _trusted(directory), "fault": str(error), "source": {}}
        return {"directory": str(directory), **values, **said}
    values = {name: getattr(card, name) for name in NAMES} | {"authors": list(card.authors)}
    said = {"plain": True, "trusted": True, "fault": "", "source": dict(card.source)}
    return {"directory": str(directory), **values, **said}


def source_of(directory: Path) -> bytes:
    """The bytes of a directory's mconfig, one more than are allowed at most.

    Raises
    ------
    DirectoryError
        Where there is none that can be read.
    """
    path = Layout(Path(directory)).mconfig
    try:
        # without O_NONBLOCK, a pipe of that name would keep the reader waiting for ever
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise DirectoryError("is no file", path, "Put an mconfig there")
            return file.read(plain.MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        do = "Name a modeloid's directory, or make one with `modeloid create`"
        raise DirectoryError("holds no modeloid (no mconfig.py)", directory, do) from None
    except OSError as error:
        raise DirectoryError(f"cannot be read ({error.strerror})", path, "Make it readable") from None


def _open_code(directory: Path, trust: bool, fault: NotPlainError) -> Card:
    if not trust and not trusts.trusted(directory):
        raise NotTrustedError(directory, fault)
    names = vars(code.execute(directory, trusts.digest(directory)))
    path = Layout(directory).mconfig
    content = checked({name: names[name] for name in NAMES if name in names}, {}, path)
    card = _card(directory, content, {"module": CODE, "distribution": "", "version": ""})
    return replace(card, load_model=_load_model(names, path))


def _card(directory: Path, values: Mapping[str, Any], source: Mapping[str, str]) -> Card:
    return Card(directory=directory, source=source, **{**values, "authors": tuple(values["authors"])})


def _load_model(names: Mapping[str, Any], where: object) -> Any:
    if not callable(names.get("load_model")):
        raise MconfigError("has no function load_model", where, "Define it: (card, state, world) -> the modeloid")
    return names["load_model"]


def _trusted(directory: Path) -> bool:
    try:
        return trusts.trusted(directory)
    except TrustError:
        return False
