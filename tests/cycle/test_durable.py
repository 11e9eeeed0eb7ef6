"""The order of writing: logs, then files beside, then the rename, then the parent; old ones only after that."""

import os
import shutil
from pathlib import Path

import pytest

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle.loop import run
from toys import Points, card


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Every fsync, rename, replace and rmtree below `tmp_path`, in order, as (verb, relative path)."""
    seen = []
    rename, replace, rmtree = Path.rename, Path.replace, shutil.rmtree

    def note(verb, path):
        seen.append((verb, str(Path(path).relative_to(tmp_path))))

    def fsync(descriptor):
        note("sync", Path(f"/proc/self/fd/{descriptor}").readlink())

    def renamed(path, target):
        note("rename", target)
        return rename(path, target)

    def replaced(path, target):
        note("rename", target)
        return replace(path, target)

    def removed(path, **more):
        if Path(path).exists():
            note("remove", path)
        return rmtree(path, **more)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(shutil, "rmtree", removed)
    return seen


def test_a_checkpoint_is_durable_before_it_has_its_name_and_before_old_ones_go(calls, tmp_path):
    run(card(tmp_path, last="3t", save="1t", validate="never", generate="never", pieces=0), Points())
    name, old = "state/step-000000003", "state/tmp-step-000000001"
    done = calls.index(("rename", name))
    before, after = calls[:done], calls[done + 1 :]
    since = len(before) - before[::-1].index(("sync", "record/log.jsonl"))
    beside = "state/tmp-step-000000003"
    files = {f"{beside}/{file}" for file in ("weights.npz", "turns.json", "cycle.json", "MANIFEST.json")}
    assert {path for verb, path in before[since:] if verb == "sync"} == {*files, beside}
    assert after[0] == ("sync", "state")
    assert ("rename", old) in after and ("remove", old) in after
    assert ("rename", "state/last") in after and not any(verb == "remove" for verb, _ in after[:1])


def test_new_directories_and_the_log_are_durable_before_the_first_checkpoint(calls, tmp_path):
    run(card(tmp_path, last="1t", validate="never", generate="never", pieces=0), Points())
    first = calls.index(("rename", "state/step-000000000"))
    assert {("sync", "."), ("sync", "record"), ("sync", "record/log.jsonl")} <= set(calls[:first])


def test_a_save_that_fails_leaves_nothing(tmp_path):
    def save(directory):
        (directory / "half").write_text("x")
        raise MemoryError

    with pytest.raises(MemoryError):
        checkpoints.write(tmp_path, 1, save, {}, {})
    assert list(tmp_path.iterdir()) == []


def test_best_and_the_last_two_stay(tmp_path):
    directory = tmp_path / "toy"
    run(card(directory, {"learning_rate": 0.0}, last="4e", save="1t"), Points())
    names = {path.name for path in (directory / "state").iterdir()}
    assert names == {"last", "best", "step-000000005", "step-000000019", "step-000000020"}
    assert (directory / "state" / "best").read_text() == "step-000000005\n"


def test_the_same_turn_saved_again_gets_a_revision(tmp_path):
    save = lambda directory: (directory / "x").write_text("x")  # noqa: E731
    written = [checkpoints.write(tmp_path, 7, save, {}, {}) for _ in range(3)]
    assert [one.path.name for one in written] == ["step-000000007", "step-000000007-r1", "step-000000007-r2"]
    assert checkpoints.existing(tmp_path) == written
