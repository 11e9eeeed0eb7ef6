"""What installed distributions offer: entry points that no file below the working directory or a modeloid can forge.

A distribution counts when its metadata lie neither below the working directory nor below the modeloid. The site
directories of the running interpreter count even below the working directory: whoever runs ``.venv/bin/python`` has
trusted what is installed there. The modules themselves are held to the same rule, except that an editable
distribution's source may lie where its own installed files say.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from .errors import ShadowedError
from .places import (
    absolute,
    identity,
    lies_below,
    named_by,
    own_sites,
    same,
    without_working_directory,
    working_directory,
)

MODELS, DOMAINS, FORMATS = "modeloid.models", "modeloid.domains", "modeloid.formats"


@dataclass(frozen=True)
class Entry:
    """An entry point of a distribution that counts.

    Parameters
    ----------
    name
        What users call it.
    module, attribute
        The module that it names, and what is meant in it; "" is the module itself.
    distribution, version
        Who offers it.
    roots
        Where the source of an editable distribution lies, by its own installed files.
    """

    name: str
    module: str
    distribution: str
    version: str
    roots: tuple[Path, ...] = ()
    attribute: str = ""


def entries(group: str, directory: Path | None = None) -> list[Entry]:
    """All entry points of a group, from distributions that lie below neither the working directory nor `directory`.

    The interpreter's own site directories come first, then the module search path in its order.
    """
    seen: set[str] = set()
    return [entry for found in _distributions(directory) for entry in _entries_of(found, group, seen)]


def find(group: str, module: str, directory: Path | None = None) -> Entry | None:
    """The entry point that names a whole module, or None where no distribution that counts has one."""
    found = (entry for entry in entries(group, directory) if not entry.attribute)
    return next((entry for entry in found if entry.module == module), None)


def load(entry: Entry, directory: Path | None = None) -> Any:
    """What an entry point names, imported once it is sure where that would come from.

    Raises
    ------
    ShadowedError
        Where another file would be imported in its place, or none.
    ImportError
        What the module itself raises, e.g. when a framework is missing.
    AttributeError
        Where the module lacks what is meant in it.
    """
    check_origin(entry, directory)
    with without_working_directory():
        module = importlib.import_module(entry.module)
    return getattr(module, entry.attribute) if entry.attribute else module


def check_origin(entry: Entry, directory: Path | None = None) -> None:
    """Raise ShadowedError where the module, or a package around it, would come from where its distribution is not.

    Looks files up as an import would, and imports nothing.
    """
    for spec in _specs(entry):
        if spec.has_location and spec.origin and not _may_come_from(Path(spec.origin), entry, directory):
            raise ShadowedError(
                f"{spec.name} would be imported from here, but belongs to the distribution {entry.distribution}",
                spec.origin,
                "Remove or rename this file, or run from another directory",
            )


def _distributions(directory: Path | None) -> Iterator[metadata.Distribution]:
    cwd, sites = working_directory(), {identity(path) for path in own_sites()} - {None}
    own, other = [], []
    for name in dict.fromkeys(absolute(name) for name in sys.path if name or cwd):
        path = Path(name)
        if lies_below(path, directory):
            continue
        if identity(path) in sites:
            own.append(name)
        elif not lies_below(path, cwd):
            other.append(name)
    return iter(metadata.distributions(path=[*own, *other]))


def _entries_of(found: metadata.Distribution, group: str, seen: set[str]) -> Iterator[Entry]:
    try:
        if group not in (found.read_text("entry_points.txt") or ""):
            return
        name, version = found.metadata["Name"], found.version
    except (TypeError, KeyError, ValueError, metadata.PackageNotFoundError):
        return  # what an interrupted uninstallation leaves behind has no metadata
    if not name or name in seen:
        return
    seen.add(name)
    roots = _roots(found)
    for point in found.entry_points.select(group=group):
        module, _, attribute = point.value.partition(":")
        yield Entry(point.name, module.strip(), name, version, roots, attribute.strip())


def _roots(found: metadata.Distribution) -> tuple[Path, ...]:
    """Where an editable distribution in one of our own site directories says that its source is."""
    place = Path(str(found.locate_file("")))
    if not any(same(place, own) for own in own_sites()):
        return ()
    files = [place / file.name for file in found.files or () if file.suffix == ".pth" and len(file.parts) == 1]
    named = [path for file in files for path in named_by(file)]
    return tuple(named or _project(found))


def _project(found: metadata.Distribution) -> list[Path]:
    """The project of an editable distribution that is found through an import hook (PEP 660, PEP 610)."""
    try:
        origin = json.loads(found.read_text("direct_url.json") or "{}")
        editable = origin.get("dir_info", {}).get("editable") is True
        return [Path(url2pathname(urlparse(origin["url"]).path))] if editable else []
    except (ValueError, KeyError, AttributeError):
        return []


def _specs(entry: Entry) -> Iterator[ModuleSpec]:
    """The specification of the module and of each package around it, outermost first."""
    path, name = None, ""
    for part in entry.module.split("."):
        name = f"{name}.{part}" if name else part
        loaded = getattr(sys.modules.get(name), "__spec__", None)
        spec = loaded or _look_up(name, path)
        if spec is None:
            raise ShadowedError(
                f"offers {entry.module}, but {name} is not to be found", entry.distribution, "Install it again"
            )
        yield spec
        path = list(spec.submodule_search_locations or ())


def _look_up(name: str, path: list[str] | None) -> ModuleSpec | None:
    finders = (getattr(finder, "find_spec", None) for finder in sys.meta_path)
    return next((spec for find_spec in finders if find_spec and (spec := find_spec(name, path))), None)


def _may_come_from(origin: Path, entry: Entry, directory: Path | None) -> bool:
    if lies_below(origin, directory):
        return False
    if not lies_below(origin, working_directory()):
        return True
    return any(lies_below(origin, root) for root in (*own_sites(), *entry.roots))
