from __future__ import annotations

import json

import pytest

from modeloid.music.columns import to_score
from modeloid.music.datasets import data_set
from modeloid.music.errors import DataError
from modeloid.music.store import report
from modeloid.music.store.build import open_corpus

from ..pieces import piece


@pytest.fixture
def name(tmp_path, home):
    place = tmp_path / "music"
    place.mkdir()
    for number in range(3):
        (place / f"{number}.mid").write_bytes(to_score(piece([(0, 2, 60 + number)])).dumps_midi())
    (place / "bad.mid").write_bytes(b"junk")
    return f"folder:{place}"


def test_building_says_what_became_of_every_file(name):
    built = report.build(name)
    assert [(file["path"], file["verdict"]) for file in built["files"]] == [
        ("0.mid", "read"),
        ("1.mid", "read"),
        ("2.mid", "read"),
        ("bad.mid", "refused"),
    ]
    assert built["files"][3]["reason"]
    assert built["pieces"] == built["notes"] == 3
    assert built["hours"] == pytest.approx(3 / 3600, abs=1e-6)
    assert json.loads(json.dumps(built)) == built


def test_a_mended_file_is_called_repaired(tmp_path, home):
    (tmp_path / "m").mkdir()
    whole = to_score(piece([(beat, 1, 60) for beat in range(8)])).dumps_midi()
    (tmp_path / "m" / "cut.mid").write_bytes(whole[:-6])
    [file] = report.build(f"folder:{tmp_path / 'm'}")["files"]
    assert file["verdict"] == "repaired"
    assert file["reason"]


def test_what_is_shown_is_what_was_built(name):
    built = report.build(name)
    shown = report.show(name)
    assert {key: shown[key] for key in ("pieces", "notes", "hours", "digest")} == {
        key: built[key] for key in ("pieces", "notes", "hours", "digest")
    }
    assert shown["licence"] == {"term": "unknown", "text": data_set(name).licence.text}
    assert [file["path"] for file in shown["refused"]] == ["bad.mid"]
    assert shown["parts"] == {"train": 0, "valid": 0, "test": 0}
    assert json.loads(json.dumps(shown)) == shown


def test_what_is_not_built_is_not_shown(name):
    for ask in (report.show, report.check):
        with pytest.raises(DataError, match=r"not built.*modeloid data build"):
            ask(name)


def test_a_flipped_bit_is_found_and_building_puts_it_right(name):
    report.build(name)
    assert report.check(name)["ok"]
    column = open_corpus(data_set(name)).directory / "notes.velocity.npy"
    content = column.read_bytes()
    column.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    checked = report.check(name)
    assert not checked["ok"]
    assert checked["bad"] == ["notes.velocity.npy"]
    report.build(name)
    assert report.check(name)["ok"]


def test_a_store_can_be_named_by_its_place(name):
    built = report.build(name)
    by_place = f"store:{built['directory']}"
    assert report.show(by_place)["digest"] == built["digest"]
    assert report.check(by_place)["ok"]
    assert open_corpus(data_set(by_place)).digest == built["digest"]
    with pytest.raises(DataError, match="no store here"):
        data_set(f"store:{built['directory']}/none")
