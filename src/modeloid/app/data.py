"""Data sets and their stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def data_sets() -> list[dict[str, Any]]:
    """The music data sets that are known by name: doc, licence, citation, and where they lie on this machine."""
    from ..music.datasets import listing

    return listing()


def data_build(
    name: str, workers: int | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Read a data set's files into its store; says of each file whether it was read, repaired or refused."""
    from ..music.store import report as stores

    return stores.build(name, workers, progress)


def data_show(name: str) -> dict[str, Any]:
    """What is in a data set's store."""
    from ..music.store import report as stores

    return stores.show(name)


def data_check(name: str) -> dict[str, Any]:
    """Compare every byte of a data set's store with its checksums."""
    from ..music.store import report as stores

    return stores.check(name)
