"""Copies a modeloid under a new id that remembers its parent; nothing of it is run."""

from __future__ import annotations

import ast
import json
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modeloid.cycle.checkpoint import TEMPORARY, Checkpoint, existing
from modeloid.cycle.errors import StateError, StorageError

from . import plain, render
from .create import check_free
from .errors import DirectoryError, MconfigError
from .fields import name_fault
from .identity import new_id
from .layout import Layout
from .places import lies_below
from .read import source_of
from .trust import trust, trusted

_BOM = b"\xef\xbb\xbf"
_OWN = ("state", "record", "report", "parent.json", "STOP", ".lock", ".lock.owner", "__pycache__")


def fork(source: Path, target: Path, name: str | None = None, state: bool = True) -> str:
    """Copy mconfig, helpers and checkpoints to a new directory, which is there whole or not at all.

    The mconfig is kept as it is written, comments too; only the value of `id` (and of `name`, where one is given)
    changes. ``parent.json`` beside it says whose child it is. The record begins anew but for the line files that the
    checkpoints go on with. Where the code of `source` was trusted, that of the fork is, since only its id differs.

    Parameters
    ----------
    source, target
        A modeloid's directory, and one that is not there or empty.
    name
        Of the fork; None is the target's, where the mconfig gives its name as one text.
    state
        Whether the checkpoints come along; without them the fork begins anew.

    Returns
    -------
    The new id.

    Raises
    ------
    DirectoryError
        Where there is no modeloid at `source`, or anything at `target`.
    MconfigError
        Where `id` or `name` is not given by one text at top level.
    NotPlainError
        Where Python cannot parse the mconfig.
    StateError, StorageError
        Where a checkpoint cannot be copied, or nothing can be written.
    """
    source, target = Path(source), Path(target)
    path, text = Layout(source).mconfig, source_of(source)
    before, made = plain.loose(text, path), new_id()
    text = replaced(text, "id", made, path)
    if name is not None or "name" in before:
        text = _renamed(text, target.resolve().name if name is None else name, path)
    check_free(target)
    if lies_below(target, source):
        raise DirectoryError("lies inside the modeloid", target, "Choose another directory")
    was_trusted = trusted(source)
    told = {"schema": 1, "id": before.get("id", ""), "name": before.get("name", "")}
    try:
        _copy(source, target, text, told, existing(Layout(source).state) if state else [])
    except (OSError, shutil.Error) as error:
        why = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
        raise StorageError(f"cannot be copied ({why})", target, "Choose another directory") from error
    if was_trusted:
        trust(target)
    return made


def replaced(source: bytes, name: str, value: str, path: Path) -> bytes:
    """Give a name of an mconfig another text; every other byte stays.

    Raises
    ------
    MconfigError
        Where it is not given by exactly one text at top level.
    """
    mark = _BOM if source.startswith(_BOM) else b""
    bare = source.removeprefix(mark)
    given = [found for statement in plain.tree(source, path).body if (found := _given(statement, name)) is not None]
    node = given[0] if len(given) == 1 else None
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        do = f'Write `{name} = "..."` once, at top level'
        raise MconfigError(f"{name} is not given by one text, so it cannot be replaced", path, do)
    starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", bare))]
    first = starts[node.lineno - 1] + node.col_offset
    last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return mark + bare[:first] + render.text(value).encode() + bare[last:]


def _renamed(source: bytes, name: str, path: Path) -> bytes:
    if wrong := name_fault(name):
        raise MconfigError(wrong, path, "Choose another name")
    return replaced(source, "name", name, path)


def _given(statement: ast.stmt, name: str) -> ast.expr | None:
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    named = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return statement.value if named else None


def _copy(
    source: Path, target: Path, mconfig: bytes, parent: dict[str, Any], checkpoints: Sequence[Checkpoint]
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{TEMPORARY}fork-{secrets.token_hex(8)}")
    try:
        shutil.copytree(source, staged, ignore=_left_out(source))
        Layout(staged).mconfig.unlink()  # a link would lead back to the source's
        Layout(staged).mconfig.write_bytes(mconfig)
        told = {**parent, "forked": time.strftime("%Y-%m-%d %H:%M:%S")}
        Layout(staged).parent.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        copied = [_copy_checkpoint(source, staged, one) for one in checkpoints]
        if copied and not any(copied):
            raise StateError("its checkpoints went away while they were copied", source, "Try again")
        staged.rename(target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _left_out(source: Path) -> Any:
    """What `copytree` passes over: what the cycle owns, what is half written, and links that lead back up."""

    def ignore(folder: str, names: list[str]) -> list[str]:
        here = Path(folder)
        owned = _OWN if here == source else ("__pycache__",)
        looped = [name for name in names if (here / name).is_symlink() and lies_below(here, here / name)]
        return [name for name in names if name in owned or name.startswith(TEMPORARY)] + looped

    return ignore


def _copy_checkpoint(source: Path, staged: Path, checkpoint: Checkpoint) -> bool:
    """Copy a checkpoint and the lines before it; False where a running cycle removed it meanwhile."""
    goal = Layout(staged).state / checkpoint.path.name
    try:
        logs = checkpoint.manifest()["logs"]
        shutil.copytree(checkpoint.path, goal)
    except (OSError, shutil.Error):
        if checkpoint.path.is_dir():
            raise
        shutil.rmtree(goal, ignore_errors=True)
        return False
    except (ValueError, KeyError, TypeError):
        raise StateError(
            "its manifest cannot be read", checkpoint.path, "Load the modeloid once, or remove it"
        ) from None
    for log in logs:
        to = Layout(staged).record / log
        if (Layout(source).record / log).is_file() and not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Layout(source).record / log, to)
    return True
