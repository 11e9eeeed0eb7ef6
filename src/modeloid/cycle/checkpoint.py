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
_DAMAGE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError)
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
    try:
        save(temporary)
        _describe(temporary, step, cycle, logs)
        _sync_tree(temporary)
        temporary.rename(state / name)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync(state)
    return Checkpoint(step, revision, state / name)


def _describe(directory: Path, step: int, cycle: Mapping[str, Any], logs: Mapping[str, int]) -> None:
    for reserved in (MANIFEST, CYCLE):
        if (directory / reserved).exists():
            raise StateError(f"save() wrote {reserved}, which belongs to the cycle", directory, "Choose another name")
    _put(directory / CYCLE, {"format": FORMAT, **cycle})
    manifest = {"format": FORMAT, "step": step, "logs": dict(logs), "files": _digests(directory)}
    _put(directory / MANIFEST, {**manifest, "digest": _digest_of(manifest)})


def fault(checkpoint: Checkpoint, record: Path) -> str:
    """What is wrong with a checkpoint, or "" where every byte of it is as it was written.

    Raises
    ------
    StateError
        Where another version wrote it: it is whole, but not for this one.
    OSError
        Where the disk fails or forbids reading: that says nothing of the checkpoint.
    """
    try:
        manifest = checkpoint.manifest()
        if manifest.pop("digest") != _digest_of(manifest):
            return f"{MANIFEST} was edited"
        if manifest["format"] != FORMAT:
            what = f"its format is {manifest['format']}, this version reads {FORMAT}"
            raise StateError(what, checkpoint.path, "Use the version of modeloid that wrote it")
        found = _digests(checkpoint.path, leave_out=MANIFEST)
        lengths = {name: _length(record / name) for name in manifest["logs"]}
    except _DAMAGE as error:
        return f"{MANIFEST} cannot be read ({type(error).__name__})"
    for name, digest in manifest["files"].items():
        if found.pop(name, None) != digest:
            return f"{name} is missing or changed"
    if found:
        return f"{min(found)} does not belong to it"
    short = [name for name, length in lengths.items() if length < manifest["logs"][name]]
    return f"{short[0]} is shorter than it was" if short else ""


def newest(state: Path, record: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """The newest checkpoint that verifies; all those that do not are put aside as ``bad-step-...``.

    Raises
    ------
    StateError
        Where there are checkpoints and none verifies: nothing starts over silently.
    """
    good = None
    for checkpoint in existing(state):
        wrong = fault(checkpoint, record)
        if not wrong:
            good = checkpoint
            continue
        aside = _free(state / f"{BAD}{checkpoint.path.name}")
        checkpoint.path.rename(aside)
        say(f"{checkpoint.path.name} does not verify ({wrong}); put aside as {aside.name}")
    if good is None and any(state.glob(f"{BAD}*")):
        raise StateError(
            "no checkpoint verifies",
            state,
            f"Repair one of {BAD}step-... and rename it back, or move state/ and record/ away to begin anew",
        )
    return good


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
        Where it is not there, or does not verify.
    """
    found = existing(state)
    if not found:
        raise StateError("has no checkpoint yet", state.parent, "Train it first")
    if which == "last":
        return _sound(found[-1])
    name = _best(state, found[-1]) if which == "best" else which
    for checkpoint in reversed(found):
        if name in (checkpoint.path.name, str(checkpoint.step)):
            return _sound(checkpoint)
    listed = ", ".join(checkpoint.path.name for checkpoint in found)
    raise StateError(f"no checkpoint {which!r}", state, f"There are: last, {listed}")


def _best(state: Path, last: Checkpoint) -> str:
    """What the last checkpoint says, and where it is damaged, what the pointer said before."""
    pointer = state / "best"
    if pointer.is_file() and fault(last, state.parent / "record"):
        return pointer.read_text(encoding="utf-8").strip()
    best = _sound(last).cycle()["state"]["best"] or {"step": last.step}
    return str(best["step"])


def _sound(checkpoint: Checkpoint) -> Checkpoint:
    wrong = fault(checkpoint, checkpoint.path.parent.parent / "record")
    if wrong:
        raise StateError(f"does not verify ({wrong})", checkpoint.path, "Train on: that falls back to one that does")
    return checkpoint


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
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file, or the names in a directory, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(pointer: Path, checkpoint: Checkpoint | None) -> None:
    if checkpoint is None:
        pointer.unlink(missing_ok=True)
    elif not pointer.is_file() or pointer.read_bytes() != f"{checkpoint.path.name}\n".encode():
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
        sync(path)
    sync(directory)
