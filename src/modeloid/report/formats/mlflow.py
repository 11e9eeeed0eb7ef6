"""MLflow: each modeloid as a run, in a database of its own with the pieces beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReportError
from ..record import Curve, plain
from ..story import Story
from ..words import compared, words
from .clock import seconds
from .folders import folders, turn_folder
from .mlflow_child import MARK
from .summary import parameters, results
from .texts import texts

POINTS = 5_000
"""A longer curve is thinned to so many: the least and the greatest of each stretch."""
_LONGEST_NAME, _LONGEST_PARAMETER, _LONGEST_TAG = 250, 6_000, 8_000
_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_LOGGING_LEVEL": "ERROR"}
_STATUS = {"done": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}


class MLflow:
    """`mlflow/mlflow.db` and `mlflow/artifacts/LABEL`: one experiment, one run a modeloid.

    A curve is a metric by turn, what was chosen a parameter, a text or piece an artifact. mlflow runs in a process of
    its own: no tracking address stays behind in this one, no telemetry is sent, no network is used.
    """

    doc = "an MLflow database with a run for each modeloid: parameters, metrics, tags, pieces"
    needs: Sequence[str] = ("mlflow", "sqlalchemy", "alembic")
    extra = "modeloid[mlflow]"

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write ``target/mlflow``; one that an earlier rendering wrote is replaced.

        Raises
        ------
        ReportError
            There is another folder of that name, or mlflow failed.
        """
        place = target / "mlflow"
        _check(place)
        runs = [_run(story, folder) for story, folder in zip(stories, folders(stories), strict=True)]
        with tempfile.TemporaryDirectory(prefix="mlflow-", dir=target) as beside:
            new = Path(beside) / "mlflow"
            new.mkdir()
            for story, run in zip(stories, runs, strict=True):
                _artifacts(story, new / "artifacts" / run["folder"])
            _log(runs, " ".join(compared(stories))[:_LONGEST_TAG], new)
            if place.exists():
                shutil.rmtree(place)
            new.rename(place)
        return sorted(path for path in place.rglob("*") if path.is_file())


def _check(place: Path) -> None:
    if not place.exists():
        return
    try:
        with closing(sqlite3.connect(f"{(place / 'mlflow.db').absolute().as_uri()}?mode=ro", uri=True)) as base:
            ours = base.execute("select 1 from experiment_tags where key = ?", (MARK,)).fetchone()
    except sqlite3.Error:
        ours = None
    if ours is None:
        raise ReportError(
            "is no MLflow database that modeloid wrote", f"{place.name}/", "Move it away, or choose another folder"
        )


def _run(story: Story, folder: str) -> dict[str, Any]:
    """What `mlflow_child` writes, as data for JSON."""
    journal = story.record.journal
    metrics = {name: _metric(curve, journal) for name, curve in story.record.curves.items() if len(curve)}
    for name, result in results(story).items():
        metrics[name] = _metric(Curve(np.array([result.turn]), np.array([result.value])), journal)
    begin_s, end_s = seconds(journal, np.array([0, story.turns]))
    return {
        "name": story.label,
        "folder": folder,
        "begin_ms": round(begin_s * 1000),
        "end_ms": round(end_s * 1000),
        "status": _status(story),
        "parameters": _named({name: plain(value) for name, value in parameters(story).items()}, _LONGEST_PARAMETER),
        "tags": _named(_tags(story), _LONGEST_TAG),
        "metrics": dict(zip(_names(metrics), metrics.values(), strict=True)),
    }


def _metric(curve: Curve, journal: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    kept = _thinned(curve.values)
    times_ms = np.rint(seconds(journal, curve.turns[kept]) * 1000).astype(np.int64)
    return {
        "values": curve.values[kept].tolist(),
        "times_ms": times_ms.tolist(),
        "turns": curve.turns[kept].tolist(),
    }


def _thinned(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which points to keep: the first, the last, and the least and the greatest of stretches of equal length."""
    if len(values) <= POINTS:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), POINTS // 2).astype(np.int64)
    inner = [
        begin + int(pick(values[begin:end]))
        for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        for pick in (np.argmin, np.argmax)
    ]
    return np.unique(np.array([0, *inner, len(values) - 1], np.int64))


def _status(story: Story) -> str:
    for entry in reversed(story.record.journal):
        if entry["what"] == "failed":
            return "FAILED"
        if entry["what"] == "end":
            return _STATUS.get(str(entry.get("status")), "FINISHED")
        if entry["what"] == "start":
            return "RUNNING"
    return "FINISHED"


def _tags(story: Story) -> dict[str, str]:
    about = {key: story.card.get(key) for key in ("id", "name", "doc", "authors", "parent")}
    data = {"licence": story.record.data.get("licence")}
    known = {f"modeloid.{key}": value for key, value in {**about, **story.recipe, **data}.items()}
    thin = [
        f"{name}: {POINTS:,} of {len(curve):,}" for name, curve in story.record.curves.items() if len(curve) > POINTS
    ]
    note = {"mlflow.note.content": " ".join([str(story.card.get("doc") or ""), *words(story)]).strip()}
    points = {"modeloid.points": "at most " + "; ".join(thin)} if thin else {}
    said = {name: plain(value) for name, value in known.items() if value not in (None, "", [], {})}
    return {**note, **said, **points}


def _named(values: Mapping[str, str], longest: int) -> dict[str, str]:
    cut = (value if len(value) <= longest else value[: longest - 1] + "…" for value in values.values())
    return dict(zip(_names(values), cut, strict=True))


def _names(names: Mapping[str, Any]) -> list[str]:
    """Names as MLflow takes them: letters, digits and ``_-. :/``, a path without empty parts, all different."""
    found: dict[str, None] = {}
    for name in names:
        parts = [part.strip(".") for part in re.sub(r"[^\w\-. :/]", "_", name, flags=re.ASCII).split("/")]
        plain_name = ("/".join(part for part in parts if part) or "_")[: _LONGEST_NAME - 5]
        different, number = plain_name, 1
        while different in found:
            number += 1
            different = f"{plain_name}_{number}"
        found[different] = None
    return list(found)


def _artifacts(story: Story, folder: Path) -> None:
    folder.mkdir(parents=True)
    for title, text in texts(story).items():
        (folder / f"{title}.md").write_text(text, encoding="utf-8")
    for pieces in [*story.record.samples.values(), story.record.tested]:
        for piece in pieces:
            place = folder / "pieces" / turn_folder(piece.step)
            place.mkdir(parents=True, exist_ok=True)
            for path in piece.files.values():
                shutil.copyfile(path, place / path.name)


def _log(runs: list[dict[str, Any]], note: str, folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-m", f"{__package__}.mlflow_child"],
        cwd=folder,
        env={**os.environ, **_QUIET},
        input=json.dumps({"note": note, "runs": runs}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ended.returncode:
        words = ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"]
        raise ReportError(f"mlflow failed: {words[-1]}", "format mlflow")
