"""What `create` writes is plain, readable, and read back as it was given."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.cycle.errors import StorageError
from modeloid.directory import plain, render
from modeloid.directory.create import create
from modeloid.directory.errors import DirectoryError, MconfigError, NotPlainError
from modeloid.directory.fields import json_fault
from modeloid.directory.identity import new_id
from modeloid.directory.read import open_card
from modeloid.directory.trust import trusted

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=30)
names = st.text(st.characters(categories=["L", "N", "P"]), min_size=1)


def given_values(offered, **changed):
    fixed = {"name": "n", "authors": ["a"], "doc": "d", "module": offered, "model": {}, "data": {}, "cycle": {}}
    return {**fixed, **changed}


@given(st.dictionaries(texts, values), st.dictionaries(texts, values), names, st.lists(names))
def test_any_values_that_json_can_hold_come_back(model, data, name, authors):
    fixed = {"id": "1", "name": name, "authors": authors, "doc": name, "model": model, "data": data, "cycle": {}}
    text = render.mconfig("a.b", fixed)
    found = plain.parse(text.encode(), Path("m.py"))
    # repr, since -0.0 == 0.0 and True == 1
    assert repr(found.values) == repr(fixed)
    assert found.module == "a.b"


def test_the_text_is_neat(offered, work):
    model = {"framework": "numpy", "hidden": [256], "learning_rate": 0.01}
    data = {"domain": "music", "sets": ["bach-chorales"], "representation": {"kind": "roll", "low": 36, "high": 84},
            "split": "groups", "more": list(range(40))}  # fmt: skip
    card = create(work / "m", **given_values(offered, doc='A "first" line.\nMore.', model=model, data=data))
    assert (work / "m" / "mconfig.py").read_text() == (
        '"""A \\"first\\" line."""\n\nfrom offered_pkg.model import load_model\n\n'
        f'id = "{card.id}"\nname = "n"\nauthors = ["a"]\ndoc = "A \\"first\\" line.\\nMore."\n'
        'model = {"framework": "numpy", "hidden": [256], "learning_rate": 0.01}\n'
        'data = {\n    "domain": "music",\n    "sets": ["bach-chorales"],\n'
        '    "representation": {"kind": "roll", "low": 36, "high": 84},\n    "split": "groups",\n    "more": [\n'
        + "".join(f"        {number},\n" for number in range(40))
        + "    ],\n}\ncycle = {}\n"
    )


def test_it_opens_is_trusted_and_leaves_nothing_else(offered, work):
    card = create(work / "deep" / "m", **given_values(offered, model={"sizes": (1, 2)}))
    assert card.model == {"sizes": [1, 2]}
    assert card.load_model is None
    assert open_card(card.directory).load_model(card, None, None) == "n"
    assert trusted(card.directory)
    assert [path.name for path in card.directory.iterdir()] == ["mconfig.py"]


def test_a_home_that_cannot_be_written_hinders_nothing(offered, work, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "file"))
    assert create(work / "m", **given_values(offered)).name == "n"


def test_a_directory_with_anything_in_it_is_refused(offered, work):
    create(work / "m", **given_values(offered))
    before = (work / "m" / "mconfig.py").read_bytes()
    (work / "other").mkdir()
    (work / "other" / "file").touch()
    for name, what in [("m", "is a modeloid already"), ("other", "is not empty"), ("other/file", "is not empty")]:
        with pytest.raises(DirectoryError, match=what):
            create(work / name, **given_values(offered))
    assert (work / "m" / "mconfig.py").read_bytes() == before


def test_an_empty_directory_and_what_a_kill_left_are_taken(offered, work):
    (work / "m").mkdir()
    (work / "m" / ".mconfig-0000").touch()
    assert create(work / "m", **given_values(offered)).name == "n"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"model": {"a": {"b": [0, float("nan")]}}}, r"model\.a\.b\[1\] is nan"),
        ({"model": {"a": {1}}}, r"model\.a is a set"),
        ({"data": {1: 2}}, "the key 1"),
        ({"cycle": {"x": "\ud800"}}, "surrogate"),
        ({"name": ""}, "name is empty"),
        ({"name": "a\nb"}, "cannot be printed"),
        ({"model": {"n": 10**5000}}, "4300 digits"),
    ],
)
def test_values_that_cannot_be_kept_are_named_and_nothing_is_made(offered, work, changed, wrong):
    with pytest.raises(MconfigError, match=wrong):
        create(work / "m", **given_values(offered, **changed))
    assert not (work / "m").exists()


def test_too_deep_too_long_and_unknown(offered, work):
    deep = []
    for _ in range(150):
        deep = [deep]
    with pytest.raises(MconfigError, match="deeper"):
        create(work / "m", **given_values(offered, model={"a": deep}))
    with pytest.raises(NotPlainError, match="more than"):
        create(work / "m", **given_values(offered, model={"a": "x" * plain.MOST_BYTES}))
    with pytest.raises(NotPlainError, match="json is no model"):
        create(work / "m", **given_values("json"))
    assert not (work / "m").exists()


def test_a_place_that_cannot_be_written_is_told(offered, work):
    (work / "file").touch()
    with pytest.raises((StorageError, DirectoryError)):
        create(work / "file" / "m", **given_values(offered))


def test_of_two_that_create_at_once_one_wins(offered, work, tmp_path):
    script = (
        "import sys; from pathlib import Path; from modeloid.directory.create import create\n"
        "from modeloid.directory.errors import DirectoryError\n"
        "try: print(create(Path(sys.argv[1]), name='n', authors=[], doc='d', module=sys.argv[2],"
        " model={}, data={}, cycle={}).id)\n"
        "except DirectoryError: pass\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "elsewhere")}
    command = [sys.executable, "-c", script, str(work / "m"), offered]
    workers = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [worker.communicate(timeout=60)[0].strip() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    won = [one for one in told if one]
    assert len(won) == 1
    assert f'id = "{won[0]}"' in (work / "m" / "mconfig.py").read_text()


def test_ids_are_new_and_sort_by_time(monkeypatch):
    now = [1_700_000_000_000_000_000]
    monkeypatch.setattr("time.time_ns", lambda: now.append(now[-1] + 1_000_000) or now[-1])
    made = [new_id() for _ in range(200)]
    assert made == sorted(set(made))
    one = uuid.UUID(made[0])
    assert (one.version, one.variant, one.int >> 80) == (7, uuid.RFC_4122, 1_700_000_000_001)


def test_what_json_cannot_hold_is_found_at_any_depth():
    assert json_fault({"a": [1, {"b": b""}]}, "model") == "model.a[1].b is a bytes, which JSON cannot hold"
    assert json_fault({"a": [1.5, (True, None)]}) == ""
