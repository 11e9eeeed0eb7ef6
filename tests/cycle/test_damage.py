"""Damaged state: fall back to what verifies, say so, go on from there; never start over silently."""

import dataclasses
import errno
import json
import shutil

import pytest

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle.errors import StateError, StorageError
from modeloid.cycle.loop import run
from toys import Points, Softmax, card, end, journal

LAST, BEFORE = "step-000000010", "step-000000005"


def truncate(directory, name="weights.npz"):
    path = directory / name
    path.write_bytes(path.read_bytes()[:-2])


def edit(directory, name="weights.npz"):
    path = directory / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def manifest(directory, **changes):
    path = directory / "MANIFEST.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def directory_instead(directory):
    (directory / "turns.json").unlink()
    (directory / "turns.json").mkdir()


DAMAGES = {
    "truncated": (truncate, "weights.npz"),
    "edited": (edit, "weights.npz"),
    "empty": (lambda d: (d / "weights.npz").write_bytes(b""), "weights.npz"),
    "missing": (lambda d: (d / "turns.json").unlink(), "turns.json"),
    "extra": (lambda d: (d / "more.txt").write_text("x"), "more.txt"),
    "cycle edited": (lambda d: edit(d, "cycle.json"), "cycle.json"),
    "manifest edited": (lambda d: manifest(d, step=11), "edited"),
    "manifest with other logs": (lambda d: manifest(d, logs={}), "edited"),
    "manifest truncated": (lambda d: truncate(d, "MANIFEST.json"), "MANIFEST.json"),
    "manifest no dict": (lambda d: (d / "MANIFEST.json").write_text("[]"), "MANIFEST.json"),
    "manifest missing": (lambda d: (d / "MANIFEST.json").unlink(), "MANIFEST.json"),
    "a directory in a file's place": (directory_instead, "turns.json"),
}


@pytest.fixture
def trained(tmp_path):
    run(card(tmp_path), Points())
    return tmp_path


@pytest.fixture(scope="module")
def longer(tmp_path_factory):
    directory = tmp_path_factory.mktemp("longer")
    run(card(directory, last="3e"), Points())
    return end(directory)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_checkpoint_is_put_aside_and_the_one_before_taken(name, trained, longer):
    damage, found = DAMAGES[name]
    damage(trained / "state" / LAST)
    told = []
    outcome = run(card(trained, last="3e"), Points(), watchers=[lambda event, view: told.append((event, view.text))])
    (notice,) = [text for event, text in told if event == "notice"]
    assert LAST in notice and found in notice and f"bad-{LAST}" in notice
    assert journal(trained, "notice")[-1]["text"] == notice
    assert (trained / "state" / f"bad-{LAST}").is_dir()
    assert outcome.turns == 10, "it trains over the same turns again"
    assert (trained / "state" / LAST).is_dir() and not checkpoints.fault(
        checkpoints.find(trained / "state", LAST), trained / "record"
    )
    assert end(trained) == longer


def test_the_same_checkpoint_may_go_bad_again(trained, longer):
    for _ in range(2):
        edit(trained / "state" / LAST)
        run(card(trained), Points())
    assert {path.name for path in (trained / "state").glob("bad-*")} == {f"bad-{LAST}", f"bad-{LAST}.1"}
    run(card(trained, last="3e"), Points())
    assert end(trained) == longer


def test_a_log_shorter_than_its_offset_makes_a_checkpoint_invalid(trained, longer):
    log = trained / "record" / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-3])
    run(card(trained, last="3e"), Points())
    assert "shorter" in journal(trained, "notice")[0]["text"] and end(trained) == longer


def test_a_log_longer_than_its_offset_is_cut(trained, longer):
    with (trained / "record" / "log.jsonl").open("a") as file:
        file.write('{"step":11,"train":{"loss":9}}\n{"half')
    run(card(trained, last="3e"), Points())
    assert end(trained) == longer and not journal(trained, "notice")


def test_only_bad_ones_is_an_error_again_and_again(trained):
    for name in (LAST, BEFORE):
        edit(trained / "state" / name)
    log = (trained / "record" / "log.jsonl").read_bytes()
    for _ in range(2):
        with pytest.raises(StateError, match=r"no checkpoint verifies.*Repair"):
            run(card(trained), Points())
    assert {path.name for path in (trained / "state").glob("bad-*")} == {f"bad-{LAST}", f"bad-{BEFORE}"}
    assert (trained / "record" / "log.jsonl").read_bytes() == log
    edit(trained / "state" / f"bad-{LAST}")
    (trained / "state" / f"bad-{LAST}").rename(trained / "state" / LAST)
    assert run(card(trained), Points()).turns == 0, "a repaired one that is renamed back is taken"


def test_a_state_that_is_gone_does_not_start_over_silently(trained):
    shutil.rmtree(trained / "state")
    before = (trained / "record" / "log.jsonl").read_bytes()
    with pytest.raises(StateError, match="there is no checkpoint"):
        run(card(trained), Points())
    assert (trained / "record" / "log.jsonl").read_bytes() == before
    shutil.rmtree(trained / "record")
    assert run(card(trained), Points()).turns == 10


def test_a_run_killed_before_its_first_save_begins_anew(tmp_path):
    run(card(tmp_path, last="1t"), Points())
    shutil.rmtree(tmp_path / "state")
    (tmp_path / "record" / "log.jsonl").write_bytes(b'{"schema":1,"what":"modeloid log"}\n')
    (tmp_path / "state" / "tmp-step-000000000").mkdir(parents=True)
    assert run(card(tmp_path), Points()).turns == 10


@pytest.mark.parametrize("name", ["last", "best"])
def test_missing_pointers_are_rebuilt(name, trained):
    pointer = trained / "state" / name
    before = pointer.read_text()
    pointer.unlink()
    assert checkpoints.find(trained / "state", name).path.name == before.strip(), "readers do without"
    run(card(trained), Points())
    assert pointer.read_text() == before == f"{LAST}\n"


def test_a_wrong_pointer_is_put_right(trained):
    (trained / "state" / "last").write_text("step-000000099\n")
    run(card(trained), Points())
    assert (trained / "state" / "last").read_text() == f"{LAST}\n"


def test_temporaries_are_swept(trained):
    left = [trained / "state" / "tmp-step-000000012", trained / "record" / "samples" / "tmp-step-000000010"]
    for path in left:
        path.mkdir()
        (path / "half").write_text("x")
    (trained / "record" / "tmp-test.json").write_text("{")
    run(card(trained), Points())
    assert not list(trained.rglob("tmp-*"))


def test_samples_of_turns_that_are_gone_are_cut(trained):
    edit(trained / "state" / LAST)
    samples = trained / "record" / "samples"
    (samples / "step-of-mine").mkdir()
    (samples / "step-000000007").mkdir()
    run(card(trained, last="6t"), Points())
    assert {path.name for path in samples.iterdir()} == {BEFORE, "step-of-mine", "test"}


def test_a_disk_that_fails_for_a_moment_costs_no_checkpoint(trained, monkeypatch):
    before = sorted(path.name for path in (trained / "state").iterdir())

    def fail(self):
        raise OSError(errno.EIO, "Input/output error", "state")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints.Checkpoint, "manifest", fail)
        with pytest.raises(StorageError, match="Input/output error"):
            run(card(trained), Points())
    assert sorted(path.name for path in (trained / "state").iterdir()) == before
    assert run(card(trained), Points()).turns == 0


def test_a_damaged_last_does_not_keep_from_the_best(tmp_path):
    run(card(tmp_path, {"learning_rate": 0.0}, last="2e", save="1t"), Points())
    states = tmp_path / "state"
    best, last = ((states / name).read_text().strip() for name in ("best", "last"))
    assert best != last
    edit(states / last)
    assert checkpoints.find(states, "best").path.name == best
    with pytest.raises(StateError, match="does not verify"):
        checkpoints.find(states, "last")
    (states / "best").unlink()
    with pytest.raises(StateError, match="does not verify"):
        checkpoints.find(states, "best")


def test_a_damaged_best_is_noticed_and_looked_for_anew(tmp_path):
    worse = card(tmp_path, {"learning_rate": 0.0}, last="2e", save="1t")
    run(worse, Points())
    best = (tmp_path / "state" / "best").read_text().strip()
    assert best == BEFORE
    edit(tmp_path / "state" / best)
    with pytest.raises(StateError, match="does not verify"):
        checkpoints.find(tmp_path / "state", "best")
    told = []
    watch = lambda event, view: told.append(view.text) if event == "notice" else None  # noqa: E731
    outcome = run(card(tmp_path, {"learning_rate": 0.0}, last="3e"), Points(), watchers=[watch])
    assert outcome.best["step"] == 15 and any("is gone" in text for text in told)


def test_a_checkpoint_of_another_format_is_refused_but_not_put_aside(trained):
    path = trained / "state" / LAST / "MANIFEST.json"
    values = json.loads(path.read_text())
    values.pop("digest")
    values["format"] = 99
    path.write_text(json.dumps({**values, "digest": checkpoints._digest_of(values)}))
    with pytest.raises(StateError, match="format is 99"):
        run(card(trained), Points())
    assert (trained / "state" / LAST).is_dir()


def test_find_by_name_by_turn_and_not_at_all(trained):
    state = trained / "state"
    assert checkpoints.find(state, "5").path.name == checkpoints.find(state, BEFORE).path.name == BEFORE
    with pytest.raises(StateError, match=f"no checkpoint '7'.*{BEFORE}, {LAST}"):
        checkpoints.find(state, "7")
    with pytest.raises(StateError, match="Train it first"):
        checkpoints.find(trained / "nowhere", "last")


def test_a_modeloid_copied_elsewhere_goes_on(trained, tmp_path, longer):
    shutil.copytree(trained, tmp_path / "copy")
    run(card(tmp_path / "copy", last="3e"), Points())
    assert end(tmp_path / "copy") == longer


def test_save_may_not_write_the_cycles_files(tmp_path):
    class Greedy(Softmax):
        def save(self, directory):
            (directory / "MANIFEST.json").write_text("{}")

    with pytest.raises(StateError, match="belongs to the cycle"):
        run(dataclasses.replace(card(tmp_path), load_model=Greedy), Points())
    assert not list((tmp_path / "state").iterdir())
