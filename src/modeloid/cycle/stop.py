"""How a run is asked to stop: SIGTERM, SIGINT, a STOP file or a time limit."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, Self

_POLL_S = 0.5


class Stop:
    """Remembers the first wish to stop; a context manager that stands before anything heavy is imported.

    The first signal is noted and the run finishes its turn. A second one takes its usual effect at once. Handlers
    are installed in the main thread only and put back at the end.

    Parameters
    ----------
    limit_s
        Stop after so many seconds of this run.
    """

    def __init__(self, limit_s: float = math.inf) -> None:
        self.reason = ""
        self.file: Path | None = None
        self._deadline = time.monotonic() + limit_s
        self._next_poll = 0.0
        self._before: dict[int, Any] = {}
        self._signalled = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._noted)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        self._before.clear()

    def poll(self) -> str:
        """Why to stop, or "". The STOP file is looked for twice a second and removed when it was seen."""
        now = time.monotonic()
        if self.reason or now < self._next_poll:
            return self.reason
        self._next_poll = now + _POLL_S
        if now >= self._deadline:
            self.reason = "time limit"
        elif self.file is not None and self.file.exists():
            self.reason = "STOP file"
            self.file.unlink(missing_ok=True)
        return self.reason

    def _noted(self, number: int, _: FrameType | None) -> None:
        if self._signalled:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self._signalled = True
        self.reason = self.reason or signal.Signals(number).name
