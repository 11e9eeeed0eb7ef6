"""Strikes a training process at random moments of its whole life until it is done; looks at what is left each time."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle.errors import DONE, RESUMABLE
from toys import end, journal

CHILD = Path(__file__).with_name("child.py")
PATIENCE_S = 60


def start(directory, writer):
    command = [sys.executable, str(CHILD), str(directory), writer]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def undisturbed(directory, writer="durable"):
    """What every life must end with, and how long one takes, in seconds."""
    begin = time.monotonic()
    process = start(directory, writer)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == DONE, errors
    return end(directory), time.monotonic() - begin


def where(directory, starts_before):
    """What a kill interrupted, by what it left."""
    if len(starts(directory)) == starts_before:
        return "before the run began"
    written = {found.step for found in checkpoints.existing(directory / "state")}
    left = [path.name.removeprefix("tmp-step-")[:9] for path in (directory / "state").glob("tmp-step-*")]
    if any(int(name) > max(written, default=-1) for name in left):
        return "in a save"
    if left:
        return "in the removal of an old one"
    if list((directory / "record").rglob("tmp-*")):
        return "in a stage's files"
    return "elsewhere in the run"


def starts(directory):
    return journal(directory, "start") if (directory / "record" / "journal.jsonl").exists() else []


def unreadable(directory):
    """Checkpoints by name that do not verify, or that a run has put aside."""
    state = directory / "state"
    faults = {found.path.name: checkpoints.fault(found, directory / "record") for found in checkpoints.existing(state)}
    return [f"{name}: {fault}" for name, fault in faults.items() if fault] + [p.name for p in state.glob("bad-*")]


def newest_turn(directory):
    """The last turn that is safe."""
    found = checkpoints.existing(directory / "state")
    sound = [one.step for one in found if not checkpoints.fault(one, directory / "record")]
    return max(sound, default=-1)


class Life:
    """One modeloid from nothing to done."""

    def __init__(self, directory, number, writer, dice, span_s):
        self.directory, self.number, self.writer, self.dice, self.span_s = directory, number, writer, dice, span_s
        self.places, self.problems, self.done = Counter(), [], False

    def step(self):
        """Start the process, strike it at a random moment, look at what is left."""
        before, safe = len(starts(self.directory)), newest_turn(self.directory)
        process = start(self.directory, self.writer)
        try:
            output, errors = process.communicate(timeout=self.dice.uniform(0, self.span_s))
        except subprocess.TimeoutExpired:
            process.send_signal(self.number)
            output, errors = process.communicate(timeout=PATIENCE_S)
            self.places[where(self.directory, before)] += 1
        self.done = process.returncode == DONE
        if not self._fine(process.returncode, output):
            self.problems.append(f"exit {process.returncode}: {errors.strip().splitlines()[-1:]}")
        self.problems += unreadable(self.directory)
        if newest_turn(self.directory) < safe:
            self.problems.append(f"turn {safe} was durable and is lost")

    def _fine(self, code, output):
        if code == DONE or code == (RESUMABLE if self.number == signal.SIGTERM else -self.number):
            return True
        outside = "standing" not in output or "leaving" in output
        return code == -self.number and outside


def fuzz(folder, number, strikes, writer="durable", seed=0, give_up=False):
    """Live one life after the other until so many strikes have fallen; `give_up` ends it at the first problem.

    Returns
    -------
    dict with the numbers of strikes, of lives, of strikes by place, and the problems in words.
    """
    begin, dice = time.monotonic(), random.Random(seed)
    expected, whole_s = undisturbed(folder / "undisturbed")
    if writer != "durable":
        assert undisturbed(folder / "same", writer)[0] == expected, "undisturbed, every writer must do"
    places, problems, lives = Counter(), [], 0
    while places.total() < strikes and not (give_up and problems):
        life = Life(folder / f"life-{lives}", number, writer, dice, 0.8 * whole_s)
        while not life.done and not (life.problems and give_up) and len(life.problems) < 10:
            life.step()
        if life.done and end(life.directory) != expected:
            life.problems.append("other bytes than the undisturbed run")
        places, problems, lives = places + life.places, problems + life.problems, lives + 1
        if life.problems and not give_up:
            break
    return {
        "signal": signal.Signals(number).name,
        "writer": writer,
        "strikes": places.total(),
        "lives": lives,
        "places": dict(places.most_common()),
        "problems": problems[:10],
        "seconds": round(time.monotonic() - begin, 1),
        "seconds_of_an_undisturbed_life": round(whole_s, 2),
    }
