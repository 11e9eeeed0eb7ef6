from __future__ import annotations

import csv
import zipfile

import pytest

from modeloid.music.read.guarded import read_files
from modeloid.music.read.verdict import VERDICTS, import_folder, verdict_of

from ..shared_data import archive


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The unpacked archive and what is expected of each file: accept, reject or either."""
    place = tmp_path_factory.mktemp("hostile")
    with zipfile.ZipFile(archive("hostile")) as packed:
        packed.extractall(place)
    with (place / "hostile" / "results.csv").open(newline="") as file:
        return place / "hostile", list(csv.DictReader(file))


def test_every_file_gets_the_expected_verdict(hostile):
    folder, expected = hostile
    answers = read_files([folder / row["path"] for row in expected], workers=2)
    wrong = []
    for row, answer in zip(expected, answers, strict=True):
        verdict = verdict_of(row["path"], answer).verdict
        allowed = {"accept": ("read",), "reject": ("refused",)}.get(row["expect"], VERDICTS)
        wrong += [(row["path"], verdict)] if verdict not in allowed else []
    assert not wrong
    assert sum(row["expect"] in ("accept", "reject") for row in expected) == 27


def test_a_folder_import_names_every_file_and_takes_no_silent_ones(hostile):
    folder, expected = hostile
    verdicts = {verdict.path: verdict for verdict in import_folder(folder, workers=2)}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert verdicts.keys() == files
    assert all(verdict.reason for verdict in verdicts.values() if verdict.verdict != "read")
    accepted = {row["path"] for row in expected if row["expect"] == "accept"}
    assert {verdicts[path].verdict for path in accepted} == {"read"}
    silent = {path for path in accepted if verdicts[path].reason}
    assert silent == {"made/all_velocity_0.mid", "made/note_off_no_on.mid", "made/pitch_bends_only.mid"}
    assert all(verdicts[path].reason == "holds no notes." for path in silent)
    assert not any("crashed" in verdict.reason or "longer than" in verdict.reason for verdict in verdicts.values())
    wrapped = verdicts["found/verovio_beethoven_opus59no2_mvt1_310hours.mid"]
    assert (wrapped.verdict, "268435455 ticks at byte 41" in wrapped.reason) == ("refused", True)


def test_what_other_readers_refuse_for_one_bad_byte_is_mended(hostile):
    folder, _ = hostile
    names = ["found/openmsx_dfb673e0_little_blue_box_car.mid", "symusic/ValueError_Control168.mid"]
    for answer in read_files([folder / name for name in names], workers=1):
        (repair,) = answer.about["repairs"]
        assert "above 127, was left out" in repair
        assert len(answer) > 1000
