"""Notices that nothing moves any more, and writes down where every thread stands."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self


class Watchdog:
    """A context manager; whoever works increases `beats`, which costs nothing.

    Parameters
    ----------
    patience_s
        Dump the stacks when `beats` has not changed for so long, once for each halt; infinite is never.
    path
        The file that the stacks are appended to.
    bark
        Called after a dump.
    """

    def __init__(self, patience_s: float, path: Path, bark: Callable[[], None]) -> None:
        self.beats = 0
        self._patience_s, self._path, self._bark = patience_s, path, bark
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        if self._patience_s != float("inf"):
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        seen, barked = -1, False
        while not self._over.wait(self._patience_s):
            if self.beats != seen:
                seen, barked = self.beats, False
                continue
            if not barked:
                with self._path.open("a") as file:
                    faulthandler.dump_traceback(file, all_threads=True)
                self._bark()
                barked = True
