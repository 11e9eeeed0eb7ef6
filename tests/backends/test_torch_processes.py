"""Two processes on the processor: they act as one, stop together, and go on after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

DRIVER = Path(__file__).with_name("drive_torch.py")
TESTS = DRIVER.parents[1]
SGD = {"hidden": 32, "optimiser": "sgd", "learning_rate": 0.01, "dropout": 0.0, "milestones": [10]}
QUIET = {"validate": "never", "generate": "never", "save": "5t", "pieces": 0, "batch": 7}


def start(directory, wanted, *launcher):
    directory.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"}
    command = [*(launcher or (sys.executable,)), str(DRIVER), str(directory), json.dumps(wanted)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process, expected=0):
    said, errors = process.communicate(timeout=120)
    assert process.returncode == expected, errors
    return said, errors


def run(directory, wanted, *launcher, expected=0):
    return finish(start(directory, wanted, *launcher), expected)


def recipe(devices, model=SGD, last="20t", **more):
    return {"devices": devices, "model": model, "cycle": {**QUIET, "last": last}, **more}


def weights(directory):
    states = directory / "modeloid" / "state"
    return states / (states / "last").read_text().strip()


def read(path):
    return json.loads(path.read_text())


def seen(directory, rank):
    path = directory / f"seen-{rank}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Twenty turns of two processes that nobody disturbs."""
    directory = tmp_path_factory.mktemp("two")
    run(directory, recipe(2))
    return directory


def test_two_processes_train_as_one(tmp_path, two):
    run(tmp_path / "one", recipe(1))
    whole = [line["indices"] for line in seen(tmp_path / "one", 0)]
    halves = [[line["indices"] for line in seen(two, rank)] for rank in (0, 1)]
    assert len(whole) == 20
    assert [left + right for left, right in zip(*halves, strict=True)] == whole
    assert {(len(left), len(right)) for left, right in zip(*halves, strict=True)} == {(4, 3)}
    one, both = (load_file(weights(path) / "net.safetensors") for path in (tmp_path / "one", two))
    begin = load_file(tmp_path / "one" / "modeloid" / "state" / "step-000000015" / "net.safetensors")
    for name, value in one.items():
        assert np.abs(value - both[name]).max() <= 1e-10
    assert max(np.abs(value - begin[name]).max() for name, value in one.items()) > 1e-3


def test_a_signal_to_one_stops_both_at_the_same_turn(tmp_path):
    process = start(tmp_path, recipe(2, last="100000t", turn_s=0.02))
    other = wait_for_turns(tmp_path, 1, 5)
    os.kill(other, signal.SIGTERM)
    finish(process, expected=75)
    endings = [read(tmp_path / f"end-{rank}.json") for rank in (0, 1)]
    assert endings[0] == endings[1]
    assert endings[0]["exit_code"] == 75
    assert weights(tmp_path).name == f"step-{endings[0]['step']:09d}"


def test_killed_and_resumed_ends_as_undisturbed(tmp_path, two):
    process = start(tmp_path, recipe(2, turn_s=0.05))
    other = wait_for_turns(tmp_path, 0, 8)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while alive(seen(tmp_path, 1)[0]["pid"]):
        assert time.monotonic() < deadline, "the second process outlives the first"
        time.sleep(0.1)
    assert other == process.pid
    run(tmp_path, recipe(2))
    for name in ("net.safetensors", "optimiser.optimiser.safetensors", "net.average.safetensors", "counters.json"):
        assert (weights(tmp_path) / name).read_bytes() == (weights(two) / name).read_bytes()
    log = Path("modeloid", "record", "log.jsonl")
    assert (tmp_path / log).read_bytes() == (two / log).read_bytes()


@pytest.mark.parametrize("rank", [pytest.param(0, marks=pytest.mark.long), 1])
def test_what_is_not_a_number_on_one_process_ends_both(tmp_path, rank):
    run(tmp_path, recipe(2, nan_rank=rank), expected=3)
    assert [read(tmp_path / f"end-{rank}.json")["exit_code"] for rank in (0, 1)] == [3, 3]


def test_parts_of_a_world_under_torchrun(tmp_path):
    """Under torchrun its number of processes counts, not ours; all parts give the same on both."""
    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    run(tmp_path, {"parts": True, "devices": 1, "precision": "64"}, *torchrun)
    check_parts(tmp_path)


@pytest.mark.parametrize("crash", [pytest.param(0, marks=pytest.mark.long), 1])
def test_a_crash_of_one_is_noticed_by_the_other(tmp_path, crash):
    run(tmp_path, {"parts": True, "devices": 2, "precision": "64", "crash": crash}, expected=0 if crash else 9)
    check_parts(tmp_path)
    if crash:
        noted = read(tmp_path / "lost-0.json")
        assert "lost contact" in noted["error"]
        assert noted["seconds"] < 10


@pytest.mark.long
def test_an_orderly_end_of_the_other_does_not_kill(tmp_path):
    """Rank 1 leaves with 75 while rank 0 is still at work: rank 0 ends by itself, with its own code."""
    run(tmp_path, {"parts": True, "devices": 2, "precision": "64", "leave": 1, "code": 75})
    assert "lost contact" in read(tmp_path / "lost-0.json")["error"]


def check_parts(directory):
    left, right = (read(directory / f"said-{rank}.json") for rank in (0, 1))
    assert (left.pop("rank"), right.pop("rank")) == (0, 1)
    assert left == right
    assert left["size"] == 2
    assert left["agree"] == [3, 0, 1 << 62]
    assert left["sum"] == [0.2, 11.0]
    assert left["share"] == {"from": 0, "text": "ä", "none": None}
    assert left["environment"]["processes"] == 2
    assert left["gradients"] == [[1.75, 3.5], [0.75, 0.75], None, [0.75], [5.0, 5.0]]
    assert left["ddp"] == [2.5, 1.5]


def wait_for_turns(directory, rank, turns):
    """Wait until a process has made some turns; returns its id."""
    deadline = time.monotonic() + 60
    while len(seen(directory, rank)) < turns:
        assert time.monotonic() < deadline, "it does not begin"
        time.sleep(0.02)
    return seen(directory, rank)[0]["pid"]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or " Z " not in Path(f"/proc/{pid}/stat").read_text()
