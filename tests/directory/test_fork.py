"""A fork is a copy under a new id; nothing of it runs."""

from __future__ import annotations

import hashlib

import pytest

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle.errors import StateError, StorageError
from modeloid.directory import plain, read
from modeloid.directory.errors import DirectoryError, MconfigError, NotTrustedError
from modeloid.directory.fork import fork, replaced
from modeloid.directory.layout import standing
from modeloid.directory.trust import trust, trusted


@pytest.fixture
def parented(make, plain_text):
    """A trained modeloid."""
    directory = make("old", plain_text.replace('name = "n"', 'name = "n"  # a comment'), helper="")
    (directory / "record").mkdir()
    (directory / "record" / "log.jsonl").write_bytes(b"x" * 10)
    (directory / "record" / "journal.jsonl").touch()
    (directory / "report").mkdir()
    (directory / ".lock").touch()
    for step in (1, 2):
        save = lambda path, step=step: (path / "weights.json").write_text(str(step))  # noqa: E731
        checkpoints.write(directory / "state", step, save, {}, {"log.jsonl": 5})
    (directory / "state" / "tmp-step-3").mkdir()
    return directory


def tree(directory):
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_copy_is_whole_and_differs_in_id_and_name_only(parented, work):
    before = tree(parented)
    made = fork(parented, work / "new")
    assert tree(parented) == before
    assert read.peek(work / "new")["id"] == made != "one"
    text = (work / "new" / "mconfig.py").read_text()
    assert text == (parented / "mconfig.py").read_text().replace('"one"', f'"{made}"').replace('"n"', '"new"')
    assert set(before) - set(tree(work / "new")) == {"record/journal.jsonl", ".lock"}
    told = standing(work / "new")
    assert (told["parent"]["id"], told["parent"]["name"]) == ("one", "n")
    assert told["checkpoints"] == ["step-000000001", "step-000000002"]
    assert standing(parented)["parent"] == {}
    assert [path.name for path in work.iterdir() if path.name.startswith("tmp-")] == []


def test_a_fork_without_state_begins_anew(parented, work):
    fork(parented, work / "new", state=False)
    told = standing(work / "new")
    assert (told["step"], told["checkpoints"], told["parent"]["id"]) == (0, [], "one")
    assert not (work / "new" / "record").exists()


def test_the_checkpoints_of_a_fork_verify(parented, work):
    fork(parented, work / "new")
    found = checkpoints.existing(work / "new" / "state")
    assert [(one.step, checkpoints.fault(one, work / "new" / "record")) for one in found] == [(1, ""), (2, "")]
    # the control: without the lines that they go on with they would not
    (work / "new" / "record" / "log.jsonl").unlink()
    assert checkpoints.fault(found[0], work / "new" / "record")


def test_a_name_can_be_given_and_a_wrong_one_is_refused(parented, work):
    fork(parented, work / "new", "child")
    assert read.peek(work / "new")["name"] == "child"
    assert "# a comment" in (work / "new" / "mconfig.py").read_text()
    with pytest.raises(MconfigError, match="name is empty"):
        fork(parented, work / "newer", " ")
    assert not (work / "newer").exists()


def test_a_fork_of_a_fork_remembers_the_nearer(parented, work):
    first = fork(parented, work / "new")
    fork(work / "new", work / "newer")
    assert standing(work / "newer")["parent"]["id"] == first


def test_code_is_forked_unrun_and_trusted_as_it_was(make, work):
    make("code", "open('MARK', 'w')\nid = 'x'\nname = 'n'\n")
    fork(work / "code", work / "a")
    with pytest.raises(NotTrustedError):
        read.open_card(work / "a")
    trust(work / "code")
    fork(work / "code", work / "b")
    assert trusted(work / "b")
    assert not trusted(work / "a")
    assert not (work / "MARK").exists()


@pytest.mark.parametrize("body", ["id = str(1)", "id = 'a'\nid = 'b'", "id, name = 'a', 'b'", "name = 'n'", "id = 1"])
def test_an_id_that_cannot_be_replaced_is_told(make, work, body):
    make("code", body + "\n")
    with pytest.raises(MconfigError, match="id is not given by one text"):
        fork(work / "code", work / "new")


@pytest.mark.parametrize(
    "source",
    [
        'x = "ö"; id = "old"; name = "n"\n',
        "id = (\n  'ol'\n  'd'\n)  # why\r\nname = 'n'\n",
        'a = """\r\n\r"""\r\rid = "old"\x0c\n',
        "\ufeffid = 'old'  # ü\n",
        "id: str = 'old'\n",
    ],
)
def test_only_the_value_is_replaced(source, work):
    path = work / "m.py"
    new = replaced(source.encode(), "id", 'n"ew', path)
    assert new.replace(b'"n\\"ew"', b"") != new
    rest = new.replace(b'"n\\"ew"', b"@").decode()
    old = source.replace("'ol'\n  'd'", "@").replace("'old'", "@").replace('"old"', "@")
    assert rest == old
    if ":" not in source:
        assert plain.loose(new, path)["id"] == 'n"ew'


def test_a_target_with_anything_in_it_is_refused(parented, work):
    (work / "taken").mkdir()
    (work / "taken" / "x").touch()
    for target in (work / "taken", parented, parented / "below"):
        with pytest.raises(DirectoryError):
            fork(parented, target)
    (work / "empty").mkdir()
    fork(parented, work / "empty")
    assert read.peek(work / "empty")["plain"]


def test_nothing_is_left_of_a_fork_that_failed(parented, work, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(StorageError, match="No space left"):
        fork(parented, work / "new")
    assert sorted(path.name for path in work.iterdir()) == ["old"]


def test_links_are_copied_by_what_they_lead_to_and_loops_end(parented, work, tmp_path):
    (tmp_path / "shared.py").write_text("shared")
    (parented / "shared.py").symlink_to(tmp_path / "shared.py")
    (parented / "loop").symlink_to(parented)
    fork(parented, work / "new")
    assert (work / "new" / "shared.py").read_text() == "shared"
    assert not (work / "new" / "shared.py").is_symlink()
    assert not (work / "new" / "loop").exists()


def test_a_linked_mconfig_stays_as_it_is(parented, work, tmp_path):
    text = (parented / "mconfig.py").read_bytes()
    (parented / "mconfig.py").rename(tmp_path / "far.py")
    (parented / "mconfig.py").symlink_to(tmp_path / "far.py")
    fork(parented, work / "new")
    assert (tmp_path / "far.py").read_bytes() == text


def test_a_checkpoint_that_is_removed_meanwhile_is_passed_over(parented, work, monkeypatch):
    real = checkpoints.existing
    gone = [*real(parented / "state")]

    def listed(state):
        checkpoints.remove(gone[0].path)
        return gone

    monkeypatch.setattr("modeloid.directory.fork.existing", listed)
    fork(parented, work / "new")
    assert [one.step for one in real(work / "new" / "state")] == [2]


def test_a_damaged_manifest_is_told(parented, work):
    (parented / "state" / "step-000000001" / "MANIFEST.json").write_text("{")
    with pytest.raises(StateError, match="manifest"):
        fork(parented, work / "new")
    assert not (work / "new").exists()


def test_a_computed_name_is_kept_unless_another_is_wanted(make, work):
    make("code", "id = 'x'\nname = str(1)\n")
    fork(work / "code", work / "new")
    assert "name = str(1)" in (work / "new" / "mconfig.py").read_text()
    with pytest.raises(MconfigError, match="name is not given by one text"):
        fork(work / "code", work / "newer", "child")
