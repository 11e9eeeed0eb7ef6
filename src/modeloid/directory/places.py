"""Where files lie: below which directory, whatever their names, and what the running interpreter calls its own."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def lies_below(path: Path, root: Path | None) -> bool:
    """Whether a path is `root` or lies below it, by its name or by where its links lead; files need not exist."""
    mark = identity(root) if root is not None else None
    if mark is None:
        return False
    named, real = Path(absolute(path)), path.resolve()
    return any(identity(step) == mark for step in {named, *named.parents, real, *real.parents})


def own_sites() -> list[Path]:
    """The site directories of the running interpreter, the user's included where it is enabled."""
    paths = sysconfig.get_paths()
    names = [paths["purelib"], paths["platlib"], *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        names.append(site.getusersitepackages())
    return [Path(name) for name in dict.fromkeys(names)]


def working_directory() -> Path | None:
    """The working directory, or None where it was removed."""
    try:
        return Path.cwd()
    except OSError:
        return None


def linked() -> list[Path]:
    """The directories that the ``.pth`` files of our own site directories name: sources of editable distributions."""
    return [path for own in own_sites() for pth in sorted(own.glob("*.pth")) for path in named_by(pth)]


@contextmanager
def without_working_directory() -> Iterator[None]:
    """Import nothing from the working directory meanwhile, unless an own ``.pth`` file names it."""
    cwd, before = working_directory(), list(sys.path)
    kept = {str(path) for path in (*own_sites(), *linked())}
    sys.path[:] = [name for name in before if name and (name in kept or cwd is None or not same(Path(name), cwd))]
    try:
        yield
    finally:
        sys.path[:] = before


def same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file or directory that exists."""
    mark = identity(path)
    return mark is not None and mark == identity(other)


def named_by(pth: Path) -> list[Path]:
    """The directories that a ``.pth`` file adds to the module search path; its import hooks name none."""
    try:
        lines = pth.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    names = [line.strip() for line in lines if not line.startswith(("#", "import ", "import\t"))]
    return [Path(absolute(pth.parent / name)) for name in names if name]


def absolute(path: str | Path) -> str:
    """The absolute path without any ".."."""
    return os.path.abspath(path)  # noqa: PTH100  Path.absolute() keeps "..", behind which a name proves nothing


def identity(path: Path) -> tuple[int, int] | None:
    """What two names of one file or directory share; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
