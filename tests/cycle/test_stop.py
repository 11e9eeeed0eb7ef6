"""Signals, the STOP file and the time limit: the turn is finished, everything is saved, the run can be resumed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from modeloid.cycle.loop import run
from modeloid.cycle.stop import Stop
from toys import Points, card, end, journal

TESTS = Path(__file__).parents[1]
CHILD = """
import sys, time
sys.path.insert(0, {tests!r})
from modeloid.cycle.stop import Stop
from pathlib import Path
with Stop() as stop:
    from toys import Points, card
    from modeloid.cycle.loop import run
    print("standing", flush=True)
    tell = lambda event, view: print(event, flush=True)
    toy = card(Path({directory!r}), {{"turn_s": {turn_s}}}, last="2000t")
    sys.exit(run(toy, Points(), stop=stop, watchers=[tell]).exit_code)
"""


def child(directory, turn_s):
    code = CHILD.format(tests=str(TESTS), directory=str(directory), turn_s=turn_s)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def until(process, line):
    for found in process.stdout:
        if found.strip() == line:
            return
    raise AssertionError(f"the child never said {line!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_turn_saves_and_leaves_resumable(number, tmp_path):
    with child(tmp_path, 0.05) as process:
        until(process, "turn")
        process.send_signal(number)
        process.communicate(timeout=20)
    assert process.returncode == 75
    (entry,) = journal(tmp_path, "end")
    assert entry["reason"] == number.name and 1 <= entry["step"] < 2000
    assert journal(tmp_path, "save")[-1]["step"] == entry["step"]


def test_a_second_signal_leaves_at_once(tmp_path):
    with child(tmp_path, 30) as process:
        until(process, "save")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == -signal.SIGTERM


def test_handlers_are_put_back():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with Stop() as stop:
        assert all(signal.getsignal(number) != handler for number, handler in before.items())
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.poll() == "SIGTERM"
    assert {number: signal.getsignal(number) for number in before} == before


def test_a_run_puts_them_back_when_it_fails(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError):
        run(card(tmp_path), Points(), watchers=[lambda event, view: 1 / 0 if event == "turn" else None])
    assert signal.getsignal(signal.SIGTERM) is before


def test_no_handlers_outside_the_main_thread(tmp_path):
    before, seen = signal.getsignal(signal.SIGTERM), []

    def elsewhere():
        look = lambda event, view: seen.append(signal.getsignal(signal.SIGTERM))  # noqa: E731
        seen.append(run(card(tmp_path), Points(), watchers=[look]).status)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen.pop() == "done" and set(seen) == {before}


def test_a_first_signal_after_another_reason_is_not_a_second_one():
    """A time limit and then the SIGTERM of a batch system: the save that goes on must not be killed."""
    with Stop(limit_s=0) as stop:
        assert stop.poll() == "time limit"
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.poll() == "time limit"


def test_the_stop_file_is_seen_and_removed(tmp_path):
    (tmp_path / "STOP").touch()
    outcome = run(card(tmp_path), Points())
    assert (outcome.status, outcome.reason, outcome.step) == ("stopped", "STOP file", 0)
    assert not (tmp_path / "STOP").exists()
    assert run(card(tmp_path), Points()).status == "done"


def test_a_stop_file_in_the_middle_of_a_run(tmp_path):
    def touch(event, view):
        if event == "turn" and view.state.step == 3:
            (tmp_path / "STOP").touch()

    outcome = run(card(tmp_path, {"turn_s": 0.02}, last="1000t"), Points(), watchers=[touch])
    assert outcome.reason == "STOP file" and 3 <= outcome.step < 100


def test_a_time_limit(tmp_path):
    begin = time.monotonic()
    outcome = run(card(tmp_path, {"turn_s": 0.01}, last="10000t"), Points(), stop=Stop(limit_s=0.3))
    assert (outcome.status, outcome.reason, outcome.exit_code) == ("stopped", "time limit", 75)
    assert 0.3 <= time.monotonic() - begin < 3 and outcome.step > 0


def test_a_limit_by_the_clock_counts_the_modeloids_life(tmp_path):
    timed = card(tmp_path, {"turn_s": 0.01}, last="1s")
    first = run(timed, Points(), stop=Stop(limit_s=0.5))
    assert first.status == "stopped"
    second = run(timed, Points())
    assert second.status == "done" and second.turns < first.turns * 3
    assert run(timed, Points()).turns == 0


def test_saving_by_the_clock(tmp_path):
    run(card(tmp_path, {"turn_s": 0.01}, last="1.2s", save="0.3s", validate="never", generate="never"), Points())
    assert 3 <= len(journal(tmp_path, "save")) <= 7


def test_stopped_before_the_first_turn_keeps_the_first_save(tmp_path):
    stop = Stop()
    stop.reason = "early"
    assert run(card(tmp_path), Points(), stop=stop).step == 0
    run(card(tmp_path), Points())
    run(card(tmp_path / "whole"), Points())
    assert end(tmp_path) == end(tmp_path / "whole")


def test_a_stop_while_testing_leaves_the_test_for_later(tmp_path):
    class Late(Points):
        def batch(self, part, indices, rng):
            if part == "test":
                stop.reason = "late"
            return super().batch(part, indices, rng)

    stop = Stop()
    outcome = run(card(tmp_path), Late(), stop=stop)
    assert (outcome.exit_code, outcome.test) == (75, None) and not (tmp_path / "record" / "test.json").exists()
    again = run(card(tmp_path), Points())
    assert (again.status, again.turns) == ("done", 0) and again.test["loss"]
