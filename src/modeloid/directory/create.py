"""Makes a new modeloid: a directory with a plain mconfig."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from modeloid.cycle.card import Card
from modeloid.cycle.errors import ModeloidError, StorageError

from . import installed, plain, render
from .errors import DirectoryError, NotPlainError
from .fields import checked
from .identity import new_id
from .layout import Layout
from .read import read
from .trust import trust

_LEFTOVER = ".mconfig-"


def create(
    directory: Path,
    *,
    name: str,
    authors: Sequence[str],
    doc: str,
    module: str,
    model: Mapping[str, Any],
    data: Mapping[str, Any],
    cycle: Mapping[str, Any],
) -> Card:
    """Write the mconfig of a new modeloid, whole or not at all, and trust it.

    Parameters
    ----------
    directory
        Made with its parents where it is not there; it must be empty.
    name, authors, doc, model, data, cycle
        As in the contract; values that JSON can hold.
    module
        The value of a `modeloid.models` entry point.

    Returns
    -------
    The card, without `load_model`.

    Raises
    ------
    DirectoryError
        Where the directory holds anything.
    MconfigError
        For a value that an mconfig cannot have.
    NotPlainError
        Where no installed distribution offers the module as a model, or the text would be too long.
    StorageError
        Where the directory cannot be written.
    """
    path = Layout(Path(directory)).mconfig
    given = {"id": new_id(), "name": name, "authors": list(authors), "doc": doc, "model": model, "data": data}
    values = checked({**given, "cycle": cycle}, {}, path)
    if installed.find(installed.MODELS, module, path.parent) is None:
        raise NotPlainError(path, 0, f"{module} is no model of an installed distribution")
    source = render.mconfig(module, values).encode()
    plain.parse(source, path)
    try:
        _put(path, source)
    except OSError as error:
        raise StorageError(f"cannot be written ({error.strerror})", path.parent, "Choose another directory") from None
    # a plain mconfig opens without: where nothing can be remembered, nothing is lost
    with suppress(ModeloidError):
        trust(path.parent)
    return read(path.parent)


def check_free(directory: Path) -> None:
    """Raise DirectoryError where a directory holds anything but what a killed `create` left."""
    try:
        taken = [path.name for path in directory.iterdir() if not path.name.startswith(_LEFTOVER)]
    except FileNotFoundError:
        return
    except NotADirectoryError:
        taken = [directory.name]
    if taken:
        what = "is a modeloid already" if "mconfig.py" in taken else "is not empty"
        raise DirectoryError(what, directory, "Choose another directory")


def _put(path: Path, source: bytes) -> None:
    check_free(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{_LEFTOVER}{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(source)
            file.flush()
            os.fsync(file.fileno())
        _claim(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _claim(temporary: Path, path: Path) -> None:
    """Give a file its name; a link, unlike a rename, fails where another process was faster."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise DirectoryError("is a modeloid already", path.parent, "Choose another directory") from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        temporary.replace(path)
