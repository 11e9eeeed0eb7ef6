"""Runs the mconfig of a trusted directory, with the modules that lie beside it.

It becomes a package of its own: ``from . import helper`` works, and so does ``import helper``, whenever it is run and
whatever other modeloids call their helpers, since its modules get an `__import__` that looks beside them first. No
other module sees these names. Compiled files in ``__pycache__`` are neither read nor written: a stale one could run
instead of the source that was trusted, and a new one would change the digest.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, ModuleSpec
from importlib.machinery import SourceFileLoader as _SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import MconfigError
from .layout import Layout
from .places import without_working_directory


def execute(directory: Path, digest: str) -> ModuleType:
    """Run the mconfig of a directory as a module of its own; the working directory cannot be imported from meanwhile.

    Parameters
    ----------
    directory
        A modeloid's that is trusted.
    digest
        Of its code: the same code at the same place is run once in a process, changed code anew.

    Raises
    ------
    MconfigError
        Where it raises anything itself; the cause is kept.
    """
    path = Layout(directory.resolve()).mconfig
    package = "_modeloid_" + hashlib.sha256(f"{path}\0{digest}".encode()).hexdigest()[:16]
    if package in sys.modules:
        return sys.modules[package]
    finder = _Beside(package, directory.resolve())
    spec = importlib.util.spec_from_file_location(
        package, path, loader=_Source(package, str(path), finder), submodule_search_locations=[str(finder.directory)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    sys.meta_path.insert(0, finder)
    try:
        with without_working_directory():
            spec.loader.exec_module(module)
    except Exception as error:
        _forget(package, finder)
        raise MconfigError(f"raised {type(error).__name__}: {error}", Layout(directory).mconfig, "Mend it") from error
    except BaseException:
        _forget(package, finder)
        raise
    return module


class _Beside(MetaPathFinder):
    """Finds the modules of one modeloid's package, and nothing else."""

    def __init__(self, package: str, directory: Path) -> None:
        self.package, self.directory = package, directory
        self.builtins = {**vars(builtins), "__import__": self._import}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002  the face of a finder
    ) -> ModuleSpec | None:
        """The specification of a module of this package."""
        if not fullname.startswith(f"{self.package}."):
            return None
        kinds = [(ExtensionFileLoader, list(EXTENSION_SUFFIXES)), (self._source, list(SOURCE_SUFFIXES))]
        found = (FileFinder(place, *kinds).find_spec(fullname) for place in path or ())  # type: ignore[arg-type]
        return next((spec for spec in found if spec), None)

    def _source(self, fullname: str, path: str) -> _Source:
        return _Source(fullname, path, self)

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level or not self._has(top):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = importlib.import_module(f"{self.package}.{name}")
        if fromlist:
            return builtins.__import__(f"{self.package}.{name}", globals, locals, fromlist)
        return sys.modules[f"{self.package}.{top}"] if "." in name else module

    def _has(self, top: str) -> bool:
        """A folder without ``__init__.py`` does not count, as `data/` must not stand in for an installed `data`."""
        spec = self.find_spec(f"{self.package}.{top}", [str(self.directory)])
        return spec is not None and spec.loader is not None


class _Source(_SourceFileLoader):
    """Loads a source whose import statements look beside it first."""

    def __init__(self, fullname: str, path: str, finder: _Beside) -> None:
        super().__init__(fullname, path)
        self._finder = finder

    def path_stats(self, path: Any) -> Any:
        """No time of change: without one, Python neither reads nor writes compiled files."""
        raise OSError(f"compiled files of {path} are not used")

    def exec_module(self, module: ModuleType) -> None:
        """Run it."""
        vars(module)["__builtins__"] = self._finder.builtins
        super().exec_module(module)


def _forget(package: str, finder: _Beside) -> None:
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
