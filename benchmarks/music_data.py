"""Real data for the music benchmarks: read from the archives of a folder; and what machine this is."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any


def read_set(archive: Path) -> tuple[list[str], list[Any]]:
    """Names and pieces of an archive: its MIDI files, or the chorales of jsb.zip (16th grid, voices apart)."""
    if archive.stem == "jsb":
        return _chorales(archive)
    from symusic import Score

    from modeloid.music.columns import from_score

    names, pieces = [], []
    with zipfile.ZipFile(archive) as packed, tempfile.TemporaryDirectory() as place:
        for member in sorted(name for name in packed.namelist() if name.endswith(".mid")):
            pieces.append(from_score(Score(Path(packed.extract(member, place)))))
            names.append(member.partition("/")[2])
    return names, pieces


def machine() -> dict[str, Any]:
    """What ran this."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def rounded(value: Any) -> Any:
    """Five digits are enough of any figure."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list | tuple) else value


def _chorales(archive: Path) -> tuple[list[str], list[Any]]:
    import numpy as np

    from modeloid.music.columns import NOTE_COLUMNS, Columns

    with zipfile.ZipFile(archive) as packed:
        parts = json.loads(packed.read("jsb/Jsb16thSeparated.json"))
    names, pieces = [], []
    for part in ("train", "valid", "test"):
        for number, steps in enumerate(parts[part]):
            grid = np.array(steps).astype(int)
            rows = []
            for voice, line in enumerate(grid.T):
                edges = np.flatnonzero(np.diff(line, prepend=-9, append=-9) != 0)
                rows += [(a * 120, (b - a) * 120, line[a], 80, voice) for a, b in pairwise(edges) if line[a] > 0]
            columns = np.array(rows)
            about = {
                "tpq": 480,
                "tracks": [[name, 0, False] for name in "SATB"],
                "tempos": [],
                "meters": [[0, 4, 4]],
                "keys": [],
            }
            notes = {name: columns[:, at].astype(kind) for at, (name, kind) in enumerate(NOTE_COLUMNS.items())}
            pieces.append(Columns(notes, about))
            names.append(f"{part}/{number}")
    return names, pieces
