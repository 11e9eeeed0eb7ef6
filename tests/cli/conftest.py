"""A folder of small pieces, and the command line as a user meets it: a process of its own."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest


def write_piece(path, seed):
    from symusic import Note, Score, Track

    generator = np.random.default_rng(seed)
    score, track = Score(480), Track("piano")
    pitch = 60
    for beat in range(32):
        pitch = int(np.clip(pitch + generator.integers(-4, 5), 50, 76))
        track.notes.append(Note(beat * 480, 460, pitch, 80))
        track.notes.append(Note(beat * 480, 460, pitch - 12, 70))
    score.tracks.append(track)
    score.dump_midi(path)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("midi")
    for number in range(30):
        write_piece(path / f"piece{number:02d}.mid", number)
    return path


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def caller(home, here):
    """Runs commands in `here`: each returns the finished process; no traceback may ever show."""

    def call(*arguments, check=0):
        environment = {**os.environ, "MODELOID_HOME": str(home), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "modeloid", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=here, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert check is None or done.returncode == check, (done.returncode, done.stdout, done.stderr)
        return done

    return call


SMALL = ("--preset", "small", "cycle.generate=1e", "cycle.pieces=2", "ais_steps=20", "gibbs_steps=10")


@pytest.fixture
def modeloid(home, tmp_path):
    return caller(home, tmp_path)


@pytest.fixture(scope="session")
def trained_once(home, folder, tmp_path_factory):
    here = tmp_path_factory.mktemp("trained")
    run = caller(home, here)
    run("create", "rbm", "small", f"data.sets=[folder:{folder}]", *SMALL, "cycle.last=2e")
    run("train", "small")
    return here / "small"


@pytest.fixture
def trained(trained_once, tmp_path):
    shutil.copytree(trained_once, tmp_path / "small")
    return tmp_path / "small"
