"""A process of its own that writes runs into an MLflow database: mlflow leaves nothing behind in ours.

Started by `mlflow.py` in the folder that gets ``mlflow.db``; reads the runs as JSON from its standard input. Its
environment switches telemetry off, which mlflow looks for when it is imported.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

EXPERIMENT = "modeloid"
MARK = "modeloid.report"
"""A tag of the experiment that says who wrote it."""
_TOGETHER = 1_000
"""MLflow takes at most so many metrics a call."""
_PARAMETERS = 100
"""And so many parameters or tags."""


def log(note: str, runs: list[dict[str, Any]], folder: Path) -> None:
    """Write runs into ``mlflow.db``, with what is said of all of them; what they are, `mlflow` says."""
    from mlflow.tracking import MlflowClient
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    # waiting for the disk would take most of the time, and what is half written is thrown away
    event.listen(Engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    about = {MARK: "1", "mlflow.note.content": note, "mlflow.experimentKind": "custom_model_development"}
    experiment = client.create_experiment(EXPERIMENT, tags=about)
    places = {_log(client, experiment, run): run["folder"] for run in runs}
    _relative(folder / "mlflow.db", places, min((run["begin_ms"] for run in runs), default=0))


def _log(client: Any, experiment: str, run: Mapping[str, Any]) -> str:
    from mlflow.entities import Metric, Param, RunTag

    made = client.create_run(experiment, start_time=run["begin_ms"], run_name=run["name"])
    run_id = str(made.info.run_id)
    for part in _parts(iter(run["parameters"].items()), _PARAMETERS):
        client.log_batch(run_id, params=[Param(*pair) for pair in part])
    for part in _parts(iter(run["tags"].items()), _PARAMETERS):
        client.log_batch(run_id, tags=[RunTag(*pair) for pair in part])
    points = (
        Metric(name, value, time_ms, turn)
        for name, curve in run["metrics"].items()
        for value, time_ms, turn in zip(curve["values"], curve["times_ms"], curve["turns"], strict=True)
    )
    for part in _parts(points, _TOGETHER):
        client.log_batch(run_id, metrics=part, synchronous=True)
    if run["status"] != "RUNNING":
        client.set_terminated(run_id, run["status"], run["end_ms"])
    return run_id


def _parts(values: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while part := list(islice(values, size)):
        yield part


def _relative(path: Path, places: Mapping[str, str], begin_ms: int) -> None:
    """Let the database point to artifacts beside itself, so that its folder can be moved; mlflow stores full paths."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "update experiments set artifact_location = 'artifacts', creation_time = ?, last_update_time = ?",
            (begin_ms, begin_ms),
        )
        for run_id, folder in places.items():
            base.execute("update runs set artifact_uri = ? where run_uuid = ?", (f"artifacts/{folder}", run_id))


if __name__ == "__main__":
    log(**json.load(sys.stdin), folder=Path.cwd())
