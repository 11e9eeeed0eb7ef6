import importlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.report import story as stories
from modeloid.report.errors import ReportError
from modeloid.report.formats import mlflow as tested
from modeloid.report.formats.mlflow import POINTS, MLflow
from report import records

if any(find_spec(module) is None for module in MLflow.needs):
    pytest.skip("modeloid[mlflow] is not installed", allow_module_level=True)

WATCH = """
import os, socket
def refused(self, address):
    open(os.environ["WATCHED"], "a").write(f"{address}\\n")
    raise OSError("no network in this test")
socket.socket.connect = refused
"""
"""A process that finds this as sitecustomize writes down every connection it tries, and gets none."""


@pytest.fixture(scope="module", autouse=True)
def silent():
    """The tests' own mlflow, which is imported by none of them before this, sends nothing either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    singer = records.make(place / "singer", turns=POINTS + 100, quantities=("loss",))
    return [records.tell(singer), records.tell(place / "fiddler", seed=1, shift=0.5)]


@pytest.fixture(scope="module")
def rendered(told, tmp_path_factory):
    """Rendered by a process whose connections are refused, in a home of its own."""
    place = tmp_path_factory.mktemp("rendered")
    watch, home, target = (place / name for name in ("watch", "home", "target"))
    for folder in (watch, home, target):
        folder.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(watch))
        patch.setenv("WATCHED", str(place / "tried"))
        patch.setenv("HOME", str(home))
        for name in ("PYTEST_CURRENT_TEST", "CI", "GITHUB_ACTIONS", "MLFLOW_DISABLE_TELEMETRY"):
            # mlflow sends nothing from tests: it must not notice that this is one
            patch.delenv(name, raising=False)
        for name in [name for name in sys.modules if name.partition(".")[0] == "mlflow"]:
            patch.delitem(sys.modules, name)
        before = dict(os.environ)
        paths = MLflow().write(told, target)
        assert dict(os.environ) == before
        assert not [name for name in sys.modules if name.partition(".")[0] == "mlflow"]
        subprocess.run([sys.executable, "-c", "import socket; socket.socket().connect(('localhost', 9))"], check=False)
    return {"target": target, "paths": paths, "tried": place / "tried", "home": home}


@pytest.fixture
def client(rendered, monkeypatch):
    monkeypatch.chdir(rendered["target"] / "mlflow")
    from mlflow.tracking import MlflowClient

    return MlflowClient(tracking_uri="sqlite:///mlflow.db", registry_uri="sqlite:///mlflow.db")


@pytest.fixture
def runs(client):
    (experiment,) = [found for found in client.search_experiments() if found.name == "modeloid"]
    return {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}


def test_no_network_no_home_no_global(rendered):
    assert rendered["tried"].read_text() == "('localhost', 9)\n"  # the last line of the fixture: the watch does watch
    assert list(rendered["home"].iterdir()) == []


def test_one_run_a_story_with_its_parameters(told, runs):
    assert set(runs) == {"singer", "fiddler"}
    for story in told:
        run = runs[story.label]
        assert run.data.params["cycle.seed"] == str(story.card["cycle"]["seed"])
        assert run.data.params["model.hidden"] == "[8]"
        assert run.data.tags["modeloid.id"] == story.card["id"]
        assert run.data.tags["modeloid.seed"] == str(story.card["cycle"]["seed"])
        assert run.info.status == "FINISHED"
        assert run.info.start_time == round(story.record.journal[0]["time"] * 1000)


def test_metrics_are_the_curves(told, client, runs):
    for story in told:
        for key, curve in story.record.curves.items():
            found = client.get_metric_history(runs[story.label].info.run_id, key)
            points = {(point.step, point.value) for point in found}
            record = set(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))
            if len(curve) <= POINTS:
                assert points == record
                continue
            assert points < record
            assert len(points) <= POINTS
            assert {curve.turns[0], curve.turns[-1]} <= {step for step, _ in points}
            assert {curve.values.min(), curve.values.max()} <= {value for _, value in points}
            assert f"{key}: {POINTS:,} of {len(curve):,}" in runs[story.label].data.tags["modeloid.points"]


def test_results_are_metrics(told, runs):
    for story in told:
        for row in story.tested:
            assert runs[story.label].data.metrics[f"test/{row.kind}/{row.name}"] == row.made


def test_pieces_and_texts_are_artifacts(told, client, runs):
    for story in told:
        run_id = runs[story.label].info.run_id
        assert "card.md" in {item.path for item in client.list_artifacts(run_id)}
        for piece in story.pieces:
            turn = "test" if piece.step is None else f"step-{piece.step:09d}"
            path = client.download_artifacts(run_id, f"pieces/{turn}/{piece.files['mid'].name}")
            assert Path(path).read_bytes() == piece.files["mid"].read_bytes()


def test_the_folder_may_be_moved(rendered, told, tmp_path, monkeypatch):
    from mlflow.tracking import MlflowClient

    shutil.copytree(rendered["target"] / "mlflow", tmp_path / "moved")
    data = (tmp_path / "moved" / "mlflow.db").read_bytes()
    assert str(rendered["target"]).encode() not in data
    assert str(told[0].directory).encode() not in data
    monkeypatch.chdir(tmp_path / "moved")
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'moved' / 'mlflow.db'}")
    run = client.search_runs(["1"], "attributes.run_name = 'singer'")[0]
    assert {item.path for item in client.list_artifacts(run.info.run_id, "pieces")}


def test_a_folder_that_is_not_ours_is_left_alone(told, tmp_path):
    theirs = tmp_path / "mlflow" / "mlflow.db"
    theirs.parent.mkdir()
    theirs.write_bytes(b"precious")
    with pytest.raises(ReportError, match="no MLflow database that modeloid wrote"):
        MLflow().write(told, tmp_path)
    assert theirs.read_bytes() == b"precious"


def test_a_folder_beside_it_is_left_alone(told, tmp_path, monkeypatch):
    theirs = tmp_path / "mlflow-new" / "mine.txt"
    theirs.parent.mkdir()
    theirs.write_bytes(b"precious")
    monkeypatch.setattr(tested, "_log", lambda runs, note, folder: (folder / "mlflow.db").touch())
    paths = MLflow().write(told, tmp_path)
    assert tmp_path / "mlflow" / "mlflow.db" in paths
    assert theirs.read_bytes() == b"precious"
    assert {path.name for path in tmp_path.iterdir()} == {"mlflow", "mlflow-new"}


def test_nothing_stays_of_one_that_failed(told, tmp_path, monkeypatch):
    monkeypatch.setattr(tested, "__package__", "modeloid.report.nowhere")
    with pytest.raises(ReportError):
        MLflow().write(told, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_rendered_again_it_holds_the_same(told, tmp_path):
    def content():
        MLflow().write(told, tmp_path)
        lines = subprocess.run(
            [sys.executable, "-c", DUMP], cwd=tmp_path / "mlflow", capture_output=True, text=True, check=True
        ).stdout
        files = {path: path.read_bytes() for path in (tmp_path / "mlflow" / "artifacts").rglob("*") if path.is_file()}
        return json.loads(lines), files

    first = content()
    assert len(first[0]) == 2
    assert content() == first


@pytest.mark.long
def test_what_switches_telemetry_off_is_what_we_do(told, tmp_path, monkeypatch):
    """Without it mlflow writes an identifier into the home: what the first test does not find is really looked for."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PYTEST_CURRENT_TEST", "CI", "GITHUB_ACTIONS", "MLFLOW_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "new").mkdir()
    monkeypatch.setattr(tested, "_QUIET", {})
    tested._log([], "", tmp_path / "new")
    assert list(tmp_path.rglob("*telemetry*"))


DUMP = """
import json
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri="sqlite:///mlflow.db")
found = [
    [run.info.run_name, run.info.status, run.info.start_time, run.info.end_time, run.data.params, run.data.tags,
     {name: sorted((p.step, p.timestamp, p.value) for p in client.get_metric_history(run.info.run_id, name))
      for name in run.data.metrics}]
    for run in client.search_runs(["1"], order_by=["attributes.run_name"])
]
print(json.dumps(found))
"""


@pytest.mark.long
def test_nothing_is_needed_of_a_record(tmp_path):
    (tmp_path / "empty").mkdir()
    digits = records.tell(tmp_path / "digits", music=False, compared=False)
    paths = MLflow().write([stories.tell(tmp_path / "empty", {}), digits], tmp_path)
    assert tmp_path / "mlflow" / "artifacts" / "digits" / "pieces" / "test" / "00.txt" in paths


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "FINISHED"),
        ([{"what": "start"}], "RUNNING"),
        ([{"what": "start"}, {"what": "end", "status": "done"}], "FINISHED"),
        ([{"what": "start"}, {"what": "end", "status": "stopped"}], "KILLED"),
        ([{"what": "start"}, {"what": "failed", "text": "disk full"}], "FAILED"),
        ([{"what": "end", "status": "stopped"}, {"what": "start"}, {"what": "save"}], "RUNNING"),
    ],
)
def test_how_it_ended_is_the_status(told, events, status):
    story = stories.Story(told[0].directory, {}, stories.Record(journal=events), "x")
    assert tested._status(story) == status


def test_a_long_curve_keeps_its_extremes():
    values = np.sin(np.arange(100_000) / 50.0)
    values[[12_345, 67_890]] = 7.0, -7.0
    kept = tested._thinned(values)
    assert len(kept) <= POINTS
    assert {0, 12_345, 67_890, len(values) - 1} <= set(kept.tolist())
    assert tested._thinned(values[:POINTS]).tolist() == list(range(POINTS))


@pytest.fixture(scope="module")
def validation():
    return importlib.import_module("mlflow.utils.validation")


@settings(deadline=None)
@given(names=st.lists(st.text(max_size=300), unique=True))
def test_any_names_become_different_names_that_mlflow_takes(validation, names):
    found = tested._names(dict.fromkeys(names))
    assert len(set(found)) == len(names)
    for name in found:
        validation._validate_metric_name(name)
        validation._validate_param_name(name)
        validation._validate_tag_name(name)


def test_good_names_stay():
    assert tested._names({"train/loss": 0, "a b": 0, "data/ä": 0}) == ["train/loss", "a b", "data/_"]


def test_mlflow_failing_is_one_line(told, tmp_path, monkeypatch):
    monkeypatch.setattr(tested, "__package__", "modeloid.report.nowhere")
    with pytest.raises(ReportError, match="format mlflow: mlflow failed: "):
        tested._log([], "", tmp_path)
