"""Readers that do what no reader should, run in the guarded child by the tests."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from modeloid.music.columns import NOTE_COLUMNS, Columns

_HOARD = []


def read(path, limits):
    """What it does is in the file's name."""
    deeds = {
        "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "hang": lambda: time.sleep(60),
        "exit": lambda: sys.exit(7),
        "eat": lambda: np.empty(limits.memory_mib * 2**20, np.uint8),
        "hoard": lambda: _HOARD.append(np.empty(300 * 2**20, np.uint8)),
        "raise": lambda: 1 / 0,
        "warn": lambda: os.write(2, b"[Warning] odd\n"),
        "confess": lambda: os.write(1, b"[Error] bar 3 is broken\n"),
        "good": lambda: None,
    }
    path = Path(path)
    deeds[path.stem.partition("-")[0]]()
    notes = {name: np.ones(1, kind) for name, kind in NOTE_COLUMNS.items()}
    about = {"tpq": 480, "tracks": [["", 0, False]] * 2, "tempos": [], "meters": [], "keys": [], "path": path.name}
    return Columns(notes, about)
