"""Opening a modeloid: statically, and by running trusted code."""

from __future__ import annotations

import json
import os
import sys
import threading

import pytest

from modeloid.directory import read
from modeloid.directory.errors import DirectoryError, MconfigError, NotPlainError, NotTrustedError
from modeloid.directory.trust import trust

CODE = """\
import helper
from . import helper as same
id, name, doc = "1", helper.NAME, "d"
authors = ("a",)
model = {"sizes": (1, 2)}
data = {}
assert same is helper

def load_model(card, state, world):
    import late.inner as inner
    from late.inner import VALUE
    from late import inner as again
    assert inner is again and VALUE == inner.VALUE
    return helper.NAME, VALUE
"""


@pytest.fixture
def coded(make, work):
    def write(name, text=CODE):
        directory = make(name, text, helper=f"NAME = {name!r}\n")
        (directory / "late").mkdir(exist_ok=True)
        (directory / "late" / "__init__.py").write_text("import helper\n")
        (directory / "late" / "inner.py").write_text(f"from helper import NAME\nVALUE = NAME + {name!r}\n")
        return directory

    return write


def test_read_gives_the_card_and_imports_nothing(make, plain_text, offered):
    card = read.read(make("m", plain_text))
    assert (card.id, card.name, card.authors, card.load_model) == ("one", "n", ("a",), None)
    assert card.source == {"module": offered, "distribution": "offered", "version": "1.5"}
    assert card.rng.seed == 3
    assert offered not in sys.modules


def test_open_gives_load_model(make, plain_text):
    card = read.open_card(make("m", plain_text))
    assert card.load_model(card, None, None) == "n"


def test_a_model_without_its_framework_is_a_message(make, plain_text, tmp_path):
    (tmp_path / "elsewhere" / "offered_pkg" / "model.py").write_text("import no_such_framework\n")
    with pytest.raises(MconfigError, match=r"no_such_framework.*Install what offered needs"):
        read.open_card(make("m", plain_text))


def test_a_model_without_load_model_is_a_message(make, plain_text, tmp_path):
    (tmp_path / "elsewhere" / "offered_pkg" / "model.py").write_text("")
    with pytest.raises(MconfigError, match="no function load_model"):
        read.open_card(make("m", plain_text))


def test_nothing_there(work):
    (work / "empty").mkdir()
    (work / "folder" / "mconfig.py").mkdir(parents=True)
    for name, reason in [("none", "no mconfig"), ("empty", "no mconfig"), ("folder", "is no file|cannot be read")]:
        with pytest.raises(DirectoryError, match=reason):
            read.peek(work / name)


def test_a_pipe_does_not_keep_the_reader_waiting(work):
    (work / "m").mkdir()
    os.mkfifo(work / "m" / "mconfig.py")
    with pytest.raises(DirectoryError, match="is no file"):
        read.read(work / "m")


def test_the_mistrust_says_what_to_do(make, offered):
    with pytest.raises(NotTrustedError, match=r"m/mconfig.py:1.*not run.*modeloid trust .*--trust"):
        read.open_card(make("m", "import os\n"))


def test_a_module_that_nobody_offers_is_not_plain(make, plain_text):
    with pytest.raises(NotPlainError, match="json is no model of an installed") as caught:
        read.read(make("m", plain_text.replace("offered_pkg.model", "json")))
    assert caught.value.line == 3


def test_peek_tells_what_it_can(make, plain_text, work, offered):
    peeked = read.peek(make("plain", plain_text))
    assert json.loads(json.dumps(peeked)) == peeked
    assert peeked == {
        "directory": str(work / "plain"),
        "id": "one",
        "name": "n",
        "authors": ["a"],
        "doc": "d",
        "model": {"hidden": [256], "rate": -1e-3},
        "data": {"domain": "music"},
        "cycle": {"seed": 3},
        "plain": True,
        "trusted": True,
        "fault": "",
        "source": {"module": offered, "distribution": "offered", "version": "1.5"},
    }
    peeked = read.peek(make("code", "import os\nid = 'x'\nname = '\\x1b[2J'\n"))
    assert (peeked["plain"], peeked["trusted"], peeked["id"], "name" in peeked) == (False, False, "x", False)
    assert "mconfig.py:1" in peeked["fault"]
    trust(work / "code")
    assert read.peek(work / "code")["trusted"]
    peeked = read.peek(make("wrong", plain_text.replace('id = "one"', "id = 1")))
    assert (peeked["plain"], peeked["trusted"]) == (True, False)
    assert "id is no text" in peeked["fault"]


def test_trust_for_one_call_is_not_remembered(coded):
    directory = coded("one")
    assert read.open_card(directory, trust=True).name == "one"
    with pytest.raises(NotTrustedError):
        read.open_card(directory)


def test_helpers_of_one_name_do_not_collide_however_late_they_are_imported(coded, monkeypatch, work):
    one, two = (read.open_card(coded(name), trust=True) for name in ("one", "two"))
    assert two.load_model(two, None, None) == ("two", "twotwo")
    assert one.load_model(one, None, None) == ("one", "oneone")
    in_thread = []
    worker = threading.Thread(target=lambda: in_thread.append(one.load_model(one, None, None)))
    worker.start()
    worker.join()
    assert in_thread == [("one", "oneone")]
    assert "helper" not in sys.modules
    assert one.model == {"sizes": [1, 2]}


def test_no_compiled_file_is_written_or_read(coded, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    directory = coded("one")
    trust(directory)
    card = read.open_card(directory)
    card.load_model(card, None, None)
    assert list(directory.rglob("*.pyc")) == []
    assert read.open_card(directory).name == "one"


def test_the_working_directory_cannot_be_imported_from(make, work, monkeypatch):
    (work / "stray.py").write_text("")
    for entry in ("", str(work), "."):
        monkeypatch.syspath_prepend(entry)
        sys.path[0] = entry
    directory = make("m", "import stray\n")
    with pytest.raises(MconfigError, match="No module named 'stray'"):
        read.open_card(directory, trust=True)
    assert sys.path[0] == "."
    (directory / "stray.py").write_text("")
    with pytest.raises(MconfigError, match="gives no 'id'"):
        read.open_card(directory, trust=True)


def test_a_folder_of_data_does_not_stand_in_for_a_module(coded):
    directory = coded("one", CODE.replace("import helper\n", "import helper, json\njson.dumps(1)\n", 1))
    (directory / "json").mkdir()
    assert read.open_card(directory, trust=True).name == "one"


def test_changed_code_is_run_anew_and_the_same_is_not(coded):
    directory = coded("one")
    first = read.open_card(directory, trust=True)
    assert read.open_card(directory, trust=True).load_model is first.load_model
    (directory / "helper.py").write_text("NAME = 'changed'\n")
    assert read.open_card(directory, trust=True).name == "changed"


def test_a_fault_of_the_code_is_told_and_leaves_nothing(make):
    def ours():
        return len(sys.meta_path), [name for name in sys.modules if name.startswith("_modeloid_")]

    before = ours()
    with pytest.raises(MconfigError, match="ZeroDivisionError") as caught:
        read.open_card(make("m", "1 / 0\n"), trust=True)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert ours() == before


def test_a_copied_modeloid_works_where_it_is(coded, tmp_path):
    directory = coded("one")
    trust(directory)
    moved = directory.rename(tmp_path / "moved")
    assert read.open_card(moved).name == "one"
