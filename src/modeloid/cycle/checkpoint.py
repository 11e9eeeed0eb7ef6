"""Checkpoints: written beside, made durable, renamed; verified when loaded; old ones go last.

A checkpoint is a directory ``state/step-000001200`` with what the modeloid saved, `cycle.json` and `MANIFEST.json`
(the sha256 of every file and how long the logs were). One that is written again for the same turn gets a revision:
``step-000001200-r1``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import StateError
from .state import FORMAT

MANIFEST, CYCLE = "MANIFEST.json", "cycle.json"
TEMPORARY, BAD = "tmp-", "bad-"
_NAME = re.compile(r"step-(\d{9,})(?:-r(\d+))?")


@dataclass(frozen=True, order=True)
class Checkpoint:
    """A complete checkpoint on disk; later ones compare greater."""

    step: int
    revision: int
    path: Path

    @classmethod
    def at(cls, path: Path) -> Checkpoint | None:
        """The checkpoint that a directory's name says it is, or None."""
        match = _NAME.fullmatch(path.name)
        return cls(int(match[1]), int(match[2] or 0), path) if match and path.is_dir() else None

    def manifest(self) -> dict[str, Any]:
        """The manifest, as it stands."""
        return dict(json.loads((self.path / MANIFEST).read_bytes()))

    def cycle(self) -> dict[str, Any]:
        """The cycle's own state, as it stands."""
        return dict(json.loads((self.path / CYCLE).read_bytes()))


def existing(state: Path) -> list[Checkpoint]:
    """All checkpoints by their names, the oldest first; nothing is verified."""
    if not state.is_dir():
        return []
    return sorted(found for path in state.iterdir() if (found := Checkpoint.at(path)))


def write(
    state: Path, step: int, save: Callable[[Path], None], cycle: Mapping[str, Any], logs: Mapping[str, int]
) -> Checkpoint:
    """Write a checkpoint so that it is there whole, or not at all, whenever the power goes.

    Parameters
    ----------
    state
        The directory of checkpoints.
    step
        Turns done.
    save
        Writes the modeloid's complete state into an empty directory.
    cycle
        Goes to `cycle.json`.
    logs
        Name -> length in bytes of the line files, already durable.
    """
    taken = [found.revision for found in existing(state) if found.step == step]
    revision = max(taken) + 1 if taken else 0
    name = f"step-{step:09d}" + (f"-r{revision}" if revision else "")
    temporary = state / f"{TEMPORARY}{name}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    save(temporary)
    for reserved in (MANIFEST, CYCLE):
        if (temporary / reserved).exists():
            raise StateError(f"save() wrote {reserved}, which belongs to the cycle", temporary, "Choose another name")
    _put(temporary / CYCLE, {"format": FORMAT, **cycle})
    manifest = {"format": FORMAT, "step": step, "logs": dict(logs), "files": _digests(temporary)}
    _put(temporary / MANIFEST, {**manifest, "digest": _digest_of(manifest)})
    _sync_tree(temporary)
    temporary.rename(state / name)
    _sync(state)
    return Checkpoint(step, revision, state / name)


def fault(checkpoint: Checkpoint, record: Path) -> str:
    """What is wrong with a checkpoint, or "" where every byte of it is as it was written."""
    try:
        manifest = checkpoint.manifest()
        if manifest.pop("digest") != _digest_of(manifest):
            return f"{MANIFEST} was edited"
        if manifest["format"] != FORMAT:
            return f"its format is {manifest['format']}, this version reads {FORMAT}"
        found = _digests(checkpoint.path, leave_out=MANIFEST)
        lengths = {name: _length(record / name) for name in manifest["logs"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{MANIFEST} cannot be read ({type(error).__name__})"
    for name, digest in manifest["files"].items():
        if found.pop(name, None) != digest:
            return f"{name} is missing or changed"
    if found:
        return f"{min(found)} does not belong to it"
    short = [name for name, length in lengths.items() if length < manifest["logs"][name]]
    return f"{short[0]} is shorter than it was" if short else ""


def newest(state: Path, record: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """The newest checkpoint that verifies; those that do not are put aside as ``bad-step-...``.

    Raises
    ------
    StateError
        Where there are checkpoints and none verifies: nothing starts over silently.
    """
    found = existing(state)
    for checkpoint in reversed(found):
        wrong = fault(checkpoint, record)
        if not wrong:
            return checkpoint
        aside = _free(state / f"{BAD}{checkpoint.path.name}")
        checkpoint.path.rename(aside)
        say(f"{checkpoint.path.name} does not verify ({wrong}); put aside as {aside.name}")
    if found or any(path.name.startswith(BAD) for path in state.glob(f"{BAD}*")):
        raise StateError(
            "no checkpoint verifies", state, f"Repair one of {BAD}step-..., or move the directory away to begin anew"
        )
    return None


def keep(state: Path, best_step: int | None, count: int = 2) -> None:
    """Point `last` and `best` at their checkpoints and remove all others but the newest `count`."""
    found = existing(state)
    best = next((checkpoint for checkpoint in reversed(found) if checkpoint.step == best_step), None)
    _point(state / "last", found[-1] if found else None)
    _point(state / "best", best)
    for checkpoint in found[:-count]:
        if checkpoint != best:
            remove(checkpoint.path)


def find(state: Path, which: str) -> Checkpoint:
    """The checkpoint called "last", "best" (the last where there is no best) or by its name or turn; takes no lock.

    Raises
    ------
    StateError
        Where it is not there.
    """
    found = existing(state)
    if not found:
        raise StateError("has no checkpoint yet", state.parent, "Train it first")
    if which == "last":
        return found[-1]
    if which == "best":
        best = found[-1].cycle().get("best") or {}
        return next((one for one in reversed(found) if one.step == best.get("step")), found[-1])
    for checkpoint in reversed(found):
        if which in (checkpoint.path.name, str(checkpoint.step)):
            return checkpoint
    names = ", ".join(checkpoint.path.name for checkpoint in found)
    raise StateError(f"no checkpoint {which!r}", state, f"There are: best, last, {names}")


def sweep(directory: Path) -> None:
    """Remove what a kill left half written."""
    if directory.is_dir():
        for path in directory.glob(f"{TEMPORARY}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def remove(directory: Path) -> None:
    """Remove a directory so that a kill in the middle leaves nothing that looks whole."""
    doomed = _free(directory.with_name(f"{TEMPORARY}{directory.name}"))
    directory.rename(doomed)
    shutil.rmtree(doomed)


def replace_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _point(pointer: Path, checkpoint: Checkpoint | None) -> None:
    if checkpoint is None:
        pointer.unlink(missing_ok=True)
    elif not pointer.is_file() or pointer.read_text(encoding="utf-8").strip() != checkpoint.path.name:
        replace_text(pointer, checkpoint.path.name + "\n")


def _free(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.{count}") for count in range(1, 1_000_000))
    return path if not path.exists() else next(name for name in names if not name.exists())


def _put(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _digest_of(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if not path.is_dir())


def _digests(directory: Path, leave_out: str = "") -> dict[str, str]:
    names = {path.relative_to(directory).as_posix(): path for path in _files(directory)}
    names.pop(leave_out, None)
    digests = {}
    for name, path in names.items():
        with path.open("rb") as file:
            digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _sync_tree(directory: Path) -> None:
    for path in directory.rglob("*"):
        _sync(path)
    _sync(directory)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
