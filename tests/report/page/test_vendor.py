"""What others made and the page carries is what the manifest says; a changed, added or unlicensed file is found."""

import json
import shutil

import pytest

from modeloid.report.page.player import bank
from modeloid.report.page.vendor.check import FOLDER, MANIFEST, problems


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "vendor", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "vendor"


def package(copy, **changed):
    content = json.loads((copy / MANIFEST).read_text())
    content["packages"][0] |= changed
    (copy / MANIFEST).write_text(json.dumps(content))


def test_every_vendored_file_is_listed_licensed_and_unchanged():
    assert problems() == []


def test_the_manifest_says_where_each_is_from():
    for entry in json.loads((FOLDER / MANIFEST).read_text())["packages"]:
        assert {"name", "version", "licence", "licence_text", "from", "files"} <= set(entry)
        assert len(entry["source_sha256"]) == 64


def test_the_licence_is_the_one_that_is_claimed():
    text = (FOLDER / "fluidr3mono" / "LICENCE.txt").read_text()
    assert "Fluid (R3) Mono GM soundfont (MIT)" in text
    assert "The above copyright notice and this permission notice shall be" in text


def test_one_changed_byte_is_found(copy):
    file = copy / "fluidr3mono" / "piano.ogg"
    data = bytearray(file.read_bytes())
    data[1000] ^= 1
    file.write_bytes(data)
    assert problems(copy) == ["fluidr3mono/piano.ogg: not the bytes of the manifest"]


def test_a_missing_and_an_unlisted_file_are_found(copy):
    (copy / "fluidr3mono" / "piano.ogg").rename(copy / "fluidr3mono" / "other.ogg")
    assert problems(copy) == ["fluidr3mono/other.ogg: not in the manifest", "fluidr3mono/piano.ogg: missing"]


@pytest.mark.parametrize("licence", ["GPL-2.0-only", "CC-BY-NC-4.0", ""])
def test_a_licence_that_does_not_allow_it_is_found(copy, licence):
    package(copy, licence=licence)
    assert any("may not go into a page" in line for line in problems(copy))


def test_a_missing_text_of_the_licence_is_found(copy):
    (copy / "fluidr3mono" / "LICENCE.txt").write_text("\n")
    assert any("no text of its licence" in line for line in problems(copy))


def test_every_instrument_has_its_sound_and_every_key_a_sample():
    about = json.loads((bank.FOLDER / "bank.json").read_text())
    assert {f"{name}.ogg" for name in about} == {path.name for path in bank.FOLDER.glob("*.ogg")}
    for name, entry in about.items():
        keys = [key for low, high, *_ in entry["zones"] for key in range(low, high + 1)]
        assert len(keys) == len(set(keys)), name
        assert name == "drums" or keys == list(range(128)), name


def test_the_notice_goes_with_the_samples_and_only_with_them():
    assert "Permission is hereby granted" in bank.notice(["piano"])
    assert bank.notice([]) == ""
