"""The watchdog dumps the stacks when nothing moves, and only then."""

import threading
import time

from modeloid.cycle.loop import run
from modeloid.cycle.watchdog import Watchdog
from toys import Points, card, journal


def test_it_barks_once_for_each_halt(tmp_path):
    barks = []
    with Watchdog(0.05, tmp_path / "stacks.txt", lambda: barks.append(1)) as dog:
        time.sleep(0.5)
        assert len(barks) == 1
        dog.beats += 1
        time.sleep(0.5)
    assert len(barks) == 2
    assert "test_it_barks_once_for_each_halt" in (tmp_path / "stacks.txt").read_text()


def test_it_keeps_quiet_while_things_move(tmp_path):
    barks = []
    with Watchdog(0.2, tmp_path / "stacks.txt", lambda: barks.append(1)) as dog:
        for _ in range(60):
            time.sleep(0.01)
            dog.beats += 1
    assert not barks and not (tmp_path / "stacks.txt").exists()


def test_never_starts_no_thread(tmp_path):
    with Watchdog(float("inf"), tmp_path / "stacks.txt", list):
        assert "watchdog" not in [thread.name for thread in threading.enumerate()]


def test_a_run_that_hangs_leaves_its_stacks(tmp_path):
    class Hanging(Points):
        def batch(self, part, indices, rng):
            if part == "valid":
                self.wait_for_something()
            return super().batch(part, indices, rng)

        def wait_for_something(self):
            time.sleep(0.25)

    run(card(tmp_path, last="5t", hang="0.06s"), Hanging())
    assert "wait_for_something" in (tmp_path / "record" / "stacks.txt").read_text()
    assert journal(tmp_path, "hang")


def test_a_run_that_moves_leaves_none(tmp_path):
    run(card(tmp_path, {"turn_s": 0.01}, last="60t", hang="0.3s"), Points())
    assert not (tmp_path / "record" / "stacks.txt").exists() and not journal(tmp_path, "hang")


def test_its_thread_is_gone_after_a_run(tmp_path):
    run(card(tmp_path), Points())
    assert "watchdog" not in [thread.name for thread in threading.enumerate()]
