from __future__ import annotations

import zipfile

import pytest

from modeloid.music.columns import Columns
from modeloid.music.errors import ReadError
from modeloid.music.read.guarded import read_files
from modeloid.music.read.limits import Limits
from modeloid.music.read.musicxml import decode_xml, musicxml

from ..pieces import xml_note

pytest.importorskip("verovio")

BODY = "".join(
    [
        *(xml_note("C", 12, "quarter") for _ in range(2)),
        *(xml_note(step, 4, "eighth", mark) for step, mark in zip("DEF", ("start", "inside", "stop"), strict=True)),
        xml_note("G", 6, "eighth"),
        xml_note("A", 3, "16th"),
        xml_note("B", 3, "16th"),
    ]
)
TICKS = [(0, 120), (120, 120), (240, 40), (280, 40), (320, 40), (360, 60), (420, 30), (450, 30)]


def read_one(path):
    [answer] = read_files([path], workers=1)
    return answer


def ticks(columns):
    return list(zip(columns.notes["onset"].tolist(), columns.notes["duration"].tolist(), strict=True))


@pytest.mark.parametrize("name", ["a.musicxml", "a.xml", "a.mxl", "A.MXL"])
def test_every_wrapping_gives_the_same_notes_on_the_grid(make_score, name):
    columns = read_one(make_score(name, BODY))
    assert ticks(columns) == TICKS
    assert columns.notes["pitch"].tolist() == [60, 60, 62, 64, 65, 67, 69, 71]
    assert columns.about["meters"] == [[0, 4, 4]]
    assert columns.about["repeats"] == "written out"
    assert columns.about["reader"].startswith("verovio")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
@pytest.mark.parametrize("name", ["a.musicxml", "a.mxl"])
def test_other_encodings_are_decoded(make_score, name, encoding):
    columns = read_one(make_score(name, BODY, encoding))
    assert ticks(columns) == TICKS
    assert columns.about["tracks"][0][0] == "Flöte"


def test_repeats_are_written_out(make_score):
    repeat = '<barline location="right"><repeat direction="backward"/></barline>'
    once, twice = read_one(make_score("a.xml", BODY)), read_one(make_score("b.xml", BODY + repeat))
    assert len(twice) == 2 * len(once)
    assert twice.end_tick == 2 * once.end_tick


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot load"),
        (b"no music at all", "cannot load"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "klingon"),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xff\xff</a>", "utf-8"),
    ],
)
def test_what_is_no_score_is_refused(tmp_path, content, reason):
    path = tmp_path / "bad.xml"
    path.write_bytes(content)
    assert reason in read_one(path).reason


def test_a_score_without_notes_is_refused(make_score):
    rest = "<note><rest/><duration>48</duration><voice>1</voice><type>whole</type></note>"
    assert "no notes" in read_one(make_score("rest.xml", rest)).reason


def test_broken_archives_are_refused(tmp_path, make_score):
    whole = make_score("a.mxl", BODY).read_bytes()
    (tmp_path / "cut.mxl").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "empty.mxl", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    cut, empty, good = read_files([tmp_path / name for name in ("cut.mxl", "empty.mxl", "a.mxl")], workers=1)
    assert "no compressed MusicXML" in cut.reason
    assert "holds no score" in empty.reason
    assert isinstance(good, Columns)


def test_an_archive_that_grows_too_large_is_refused_before_it_is_parsed(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.mxl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b" " * (3 * 2**20))
    with pytest.raises(ReadError, match="larger than 2 MiB"):
        musicxml((tmp_path / "bomb.mxl").read_bytes(), tmp_path / "bomb.mxl", Limits(file_mib=2))


def test_the_old_declaration_goes():
    text = decode_xml("<?xml version='1.0' encoding='UTF-16'?><a>ö</a>".encode("utf-16"))
    assert text == '<?xml version="1.0" encoding="UTF-8"?><a>ö</a>'
