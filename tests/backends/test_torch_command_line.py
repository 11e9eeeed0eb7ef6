"""`modeloid train --devices 2`, however it was started: the command line itself is run once more for each process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modeloid.cycle.lock import Lock

TESTS = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
MODULE = (sys.executable, "-m", "modeloid")
SETTINGS = ("optimiser=sgd", "dropout=0.0", "cycle.last=4t", "cycle.validate=2t", "cycle.generate=4t", "cycle.pieces=2")


@pytest.fixture
def command(tmp_path):
    """Runs a command line in an environment where the digits are installed, from a directory of its own."""
    site, here = tmp_path / "site", tmp_path / "here"
    info = site / "digits-0.dist-info"
    for directory in (info, here):
        directory.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: digits\nVersion: 0\n")
    (info / "entry_points.txt").write_text(
        "[modeloid.models]\nmade = digits.made\n[modeloid.domains]\ndigits = digits.domain\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{TESTS}", "OMP_NUM_THREADS": "1"}

    def run(*words):
        return subprocess.run(
            [str(word) for word in words], cwd=here, env=environment, capture_output=True, text=True, timeout=120
        )

    made = run(*MODULE, "create", "made", "m", *SETTINGS)
    assert made.returncode == 0, made.stderr
    return run, here / "m"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param((BIN / "modeloid",), id="script"),
        pytest.param(MODULE, id="module", marks=pytest.mark.long),
        pytest.param(
            (BIN / "torchrun", "--standalone", "--nproc-per-node", "2", "-m", "modeloid"),
            id="torchrun",
            marks=pytest.mark.long,
        ),
    ],
)
def test_two_devices(command, start):
    run, directory = command
    devices = () if "torchrun" in str(start[0]) else ("--devices", "2")
    ended = run(*start, "train", "m", *devices, "--precision", "32", "--json")
    assert ended.returncode == 0, ended.stderr
    if devices:
        assert json.loads(ended.stdout)["step"] == 4
    starts = (directory / "record" / "runs.jsonl").read_text().splitlines()
    assert len(starts) == 1
    assert json.loads(starts[0])["environment"]["processes"] == 2
    assert (directory / "record" / "test.json").exists()


def test_a_mistake_is_one_line(command):
    run, _ = command
    ended = run(*MODULE, "train", "m", "--devices", "many")
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith("modeloid: devices: 'many' devices. Take 1 to")
    assert "Traceback" not in ended.stderr


@pytest.mark.long
def test_a_fault_of_the_first_process_is_told_once(command):
    run, directory = command
    with Lock(directory):
        ended = run(*MODULE, "train", "m", "--devices", "2")
    assert ended.returncode == 2
    assert len([line for line in ended.stderr.splitlines() if line.startswith("modeloid:")]) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
