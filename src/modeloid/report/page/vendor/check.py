"""Holds the files of others against `manifest.json`: whose they are, under what licence, and that none has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MANIFEST = "manifest.json"
LICENCES = ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "OFL-1.1")
"""What may go into a page that anybody passes on."""
_OURS = (".py", ".pyc")


def problems(folder: Path = FOLDER) -> list[str]:
    """One line for each file that is not listed, missing, changed, or without an allowed licence and its text."""
    packages = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["packages"]
    listed = {name for package in packages for name in [package["licence_text"], *package["files"]]}
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in _OURS and path.name != MANIFEST
    }
    found = [f"{name}: not in the manifest" for name in sorted(there - listed)]
    for package in packages:
        found += _problems_of(package, folder)
    return found


def _problems_of(package: Mapping[str, Any], folder: Path) -> Iterator[str]:
    name = f"{package['name']} {package['version']}"
    if package["licence"] not in LICENCES:
        yield f"{name}: licence {package['licence']} may not go into a page"
    text = folder / package["licence_text"]
    if not text.is_file() or not text.read_text(encoding="utf-8").strip():
        yield f"{name}: no text of its licence"
    for file, digest in package["files"].items():
        path = folder / file
        if not path.is_file():
            yield f"{file}: missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{file}: not the bytes of the manifest"
