"""The PDF, read back with pypdf, and its pages, looked at as pixels."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modeloid.report import story as stories
from modeloid.report.drawing.numbers import short
from modeloid.report.format import Format, check
from modeloid.report.formats.pdf import Pdf
from modeloid.report.paper import blocks, report, typeset

from .. import records

typst = pytest.importorskip("typst")
pypdf = pytest.importorskip("pypdf")
HOSTILE = (
    '#import "/etc/passwd": *',
    "$x^2$ \\ #panic()",
    "`code` ``` <label> @ref *bold* _under_",
    "// comment /* and */ [block] {set}",
    "x" * 400,
    "Ünïcode Straße № 5 → ♯♭",
    "Привет, мир",
    "日本語の名前",
    "👩‍🎼🎹 emoji",
    "שלום",
    "tab\tand\x00bell\x07\ud800",
)


def text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def joined(words: str) -> str:
    """Without spaces and line ends: where lines break is not what is compared."""
    return "".join(words.split())


def pdf(found: list[stories.Story], target: Path) -> Path:
    target.mkdir(exist_ok=True)
    (path,) = Pdf().write(found, target)
    return path


def pages(found: list[stories.Story], ppi: int = 50) -> list[np.ndarray]:
    """The pages as pixels, shape (height, width, 3)."""
    return shown(report.content(found), ppi)


def shown(content: dict[str, Any], ppi: int = 50) -> list[np.ndarray]:
    import io

    import matplotlib.image

    template = Path(typeset.__file__).with_name("paper.typ").read_bytes()
    data = json.dumps(typeset.clean(content))
    drawn = typst.compile(template, sys_inputs={"data": data}, ignore_system_fonts=True, format="png", ppi=ppi)
    several = drawn if isinstance(drawn, list) else [drawn]
    return [matplotlib.image.imread(io.BytesIO(page))[:, :, :3] for page in several]


def renamed(found: stories.Story, words: str) -> stories.Story:
    """The same story with these words everywhere that a user may write."""
    card = {
        **found.card,
        "name": words,
        "doc": words,
        "authors": [words],
        "model": {words: [words], "deep": {words: 1}},
    }
    return dataclasses.replace(found, card=card, label=words)


@pytest.fixture(scope="module")
def one(tmp_path_factory) -> tuple[stories.Story, Path]:
    """A story a little off real music, and its PDF."""
    directory = tmp_path_factory.mktemp("one")
    found = records.tell(directory / "one", shift=0.25)
    return found, pdf([found], directory / "out")


def test_it_is_a_format():
    assert isinstance(Pdf(), Format)
    check("pdf", Pdf())


def test_figures_are_the_records(one):
    found, path = one
    told = joined(text(path))
    for each in found.comparison["metrics"]:
        for key in ("made", "made_low", "made_high", "real_low", "wasserstein", "wasserstein_high", "floor_high"):
            assert joined(short(each[key])) in told, (each["name"], key)
        assert each["name"] in told
        assert joined(each["verdict"]) in told
    for row in found.tested:
        assert joined(f"{row.name}{short(row.made)}") in told or row.kind == "judge"
    low = found.tested[0].made - 1.96 * found.tested[0].error
    assert f"{short(low)}to" in told
    for event in found.events:
        assert joined(event.text) in told or event.what in ("save", "validate", "generate")
    for each in (found.card["id"], "CC-BY-4.0", "broken.mid", "noheader", "c0ffee" * 6, "modeloidtrainone-again"):
        assert each in told
    assert "0.123456" not in told


def test_passages_have_the_notes_and_places_of_the_record(one):
    told = joined(text(one[1]))
    assert joined("piece 3, bar 4, beat 1") in told
    assert joined("chorale 7, bar 3, beat 2") in told
    assert joined("C4 D4 E4 F4 G4 A4") in told
    assert joined("B♭3 C4 D4 E♭4 F4 G4") in told


def test_sections_come_in_the_order_of_the_page(one):
    titles = [entry.title.partition(" ")[2] for entry in pypdf.PdfReader(one[1]).outline]
    assert titles[:5] == [
        "What it plays",
        "How it did in the test",
        "How original it is",
        "How it learned",
        "Speed and memory",
    ]
    assert titles[5:] == [
        "What happened",
        "Card and recipe",
        "What it learned from: data and licences",
        "Refused files",
    ]


def test_several_stand_side_by_side_and_have_a_chapter_each(tmp_path):
    told = [records.tell(tmp_path / name, shift=shift) for name, shift in (("first", 0.0), ("second", 0.5))]
    path = pdf(stories.apart(told), tmp_path / "out")
    words = joined(text(path))
    assert "firstandsecond" in words
    assert "Sidebyside" in words
    assert joined(f"judge pitch_range {short(31.0)} {short(31.5)}") in words
    top = [entry.title for entry in pypdf.PdfReader(path).outline if not isinstance(entry, list)]
    assert top == ["1 Side by side", "2 first", "3 second"]


def test_seven_stories_go_into_several_tables(tmp_path):
    told = [records.tell(tmp_path / f"m{number}", turns=8, pieces=1, seed=number) for number in range(7)]
    blocks = report.content(stories.apart(told))["blocks"]
    found = [block for block in blocks if block.get("caption") == "Where they stand."]
    assert [len(block["columns"]) for block in found] == [6, 3]
    assert [column["title"] for column in found[1]["columns"]] == ["", "m5", "m6"]


def test_the_same_story_gives_the_same_bytes(one, tmp_path):
    found, path = one
    first = path.read_bytes()
    assert pdf([found], tmp_path / "b").read_bytes() == first
    assert b"CreationDate" not in first
    assert str(path.parent).encode() not in first


def test_another_process_gives_the_same_bytes(one, tmp_path):
    found, path = one
    code = (
        "import sys; from pathlib import Path; from report import records; from modeloid.report.formats.pdf import Pdf;"
        "Pdf().write([records.tell(Path(sys.argv[1]))], Path(sys.argv[2]))"
    )
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", code, found.directory, tmp_path], check=True, env=place)
    assert (tmp_path / "report.pdf").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("words", HOSTILE)
def test_what_users_write_is_never_read_as_markup(tmp_path, words):
    found = renamed(records.tell(tmp_path / "one", turns=8, pieces=1), words)
    told = joined(text(pdf([found], tmp_path / "out")))
    if words.isprintable() and typeset.carried(words):
        assert told.count(joined(words)) >= 4
    else:
        assert told.count("Cardandrecipe") == 1


def test_hostile_words_in_every_place_of_a_record_are_set(tmp_path):
    directory = records.make(tmp_path / "one", turns=8, pieces=2)
    odd = " ".join(HOSTILE[:7])
    for path in sorted((directory / "record").rglob("*.json*")):
        path.write_text(_spoiled(path.read_text(), odd))
    told = joined(text(pdf([records.tell(directory)], tmp_path / "out")))
    assert told.count(joined(HOSTILE[0])) > 10


def _spoiled(content: str, odd: str) -> str:
    """The record's free texts, with odd words in their place."""
    for plain in ("no header", "A. Nobody", "melody", "chorale 7", "CC-BY-4.0", "SIGTERM", "last turn", "Synthetic"):
        content = content.replace(json.dumps(plain), json.dumps(odd))
    return content


def test_nothing_runs_over_the_margins(tmp_path):
    long = "W" * 300 + " " + "-".join(["word"] * 90)
    found = renamed(records.tell(tmp_path / "one"), long)
    found.record.journal.append({"time": 1.7e9, "step": 1, "what": "notice", "text": long})
    found.record.data["refused"] = [{"file": long, "reason": long}]
    found.record.data["sets"][0].update(licence=long, citation=long, name=long)
    for page in pages([found, renamed(found, long + "2")]):
        height, width, _ = page.shape
        edge = round(1.9 / 21.0 * width)
        assert (page[:, -edge:] > 0.98).all()
        assert (page[:, :edge] > 0.98).all()
        assert (page[-round(0.9 / 29.7 * height) :] > 0.98).all()


def test_a_picture_taller_than_a_page_is_made_smaller():
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="4000"><rect width="100" height="4000"/></svg>'
    block = blocks.pictures("Tall.", [blocks.picture(tall, 400)])
    (page,) = shown({"title": "t", "running": "t", "under": [], "contents": False, "blocks": [block]})
    height = len(page)
    dark = np.flatnonzero((page < 0.5).all(axis=2).sum(axis=1) > 4)
    assert 0.6 * height < dark.max() - dark.min() < 0.9 * height
    assert (page[-round(0.9 / 29.7 * height) :] > 0.98).all()


def test_the_look_at_the_margins_sees_what_runs_over(tmp_path, monkeypatch):
    found = renamed(records.tell(tmp_path / "one", turns=8, pieces=1), "W" * 300)
    template = Path(typeset.__file__).with_name("paper.typ").read_text()
    broken = "\n".join(line for line in template.splitlines() if not line.startswith("#show regex"))
    (tmp_path / "paper.typ").write_text(broken)
    monkeypatch.setattr(typeset, "__file__", str(tmp_path / "typeset.py"))
    assert any((page[:, -round(1.9 / 21.0 * page.shape[1]) :] < 0.5).any() for page in pages([found]))


def test_long_tables_break_over_pages_with_their_heads(tmp_path):
    found = records.tell(tmp_path / "one", turns=8, pieces=1)
    found.record.data["refused"] = [{"file": f"file-{number}.mid", "reason": "why"} for number in range(60)]
    reader = pypdf.PdfReader(pdf([found], tmp_path / "out"))
    with_rows = [page.extract_text() for page in reader.pages if "file-" in page.extract_text()]
    assert len(with_rows) > 1
    assert all("file reason" in words for words in with_rows)
    assert all(f"file-{number}.mid" in "".join(with_rows) for number in range(60))


def test_pages_are_numbered(one):
    reader = pypdf.PdfReader(one[1])
    last = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"{number} / {last}" in page.extract_text()
    assert reader.metadata.title == "one"


def test_a_record_that_is_empty(tmp_path):
    (tmp_path / "none").mkdir()
    told = text(pdf([stories.tell(tmp_path / "none", {})], tmp_path / "out"))
    for words in ("whether it was trained is not known", "No piece was generated", "not tested", "Nothing was logged"):
        assert words in told


def test_digits_without_annotations_or_comparison(tmp_path):
    found = records.tell(tmp_path / "digits", music=False, annotated=False, compared=False)
    told = text(pdf([found], tmp_path / "out"))
    assert "piece 3" in told
    assert "does not say what the pieces share" in told


def test_without_a_loss_of_that_name(tmp_path):
    found = records.tell(tmp_path / "gan", quantities=("critic", "generator"))
    assert "critic over turns" in text(pdf([found], tmp_path / "out"))


def test_a_damaged_piece_is_left_out(tmp_path):
    directory = records.make(tmp_path / "one", turns=8)
    for path in (directory / "record" / "samples").rglob("*.mid"):
        path.write_bytes(b"MThd damaged")
    assert "seconds" in text(pdf([records.tell(directory)], tmp_path / "out"))


def test_paths_of_the_machine_are_cut(tmp_path):
    found = records.tell(tmp_path / "one", turns=8)
    found.card["data"]["folder"] = "/home/somebody/private/tunes"
    told = joined(text(pdf([found], tmp_path / "out")))
    assert "…/tunes" in told
    assert "somebody" not in told


def test_curves_are_vectors_not_pixels(one):
    reader = pypdf.PdfReader(one[1])
    kinds = Counter(len(page.images) for page in reader.pages)
    assert set(kinds) == {0}


def test_pictures_that_are_pieces_are_shown(tmp_path):
    from modeloid.music.render.roll_png import png

    directory = records.make(tmp_path / "digits", turns=8, music=False, pieces=1)
    for index in sorted((directory / "record" / "samples").rglob("index.json")):
        index.write_text(index.read_text().replace(".txt", ".png"))
        (index.parent / "00.png").write_bytes(png(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)))
    reader = pypdf.PdfReader(pdf([records.tell(directory)], tmp_path / "out"))
    assert sum(len(page.images) for page in reader.pages) >= 1


def test_typst_warns_of_nothing(one):
    found, _ = one
    template = Path(typeset.__file__).with_name("paper.typ").read_bytes()
    data = json.dumps(typeset.clean(report.content([found])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, told = typst.compile_with_warnings(template, sys_inputs={"data": data}, ignore_system_fonts=True)
    assert told == []


@pytest.mark.long
def test_a_million_turns_take_seconds(tmp_path):
    import time

    directory = records.make(tmp_path / "long", turns=10**6, quantities=("loss",))
    began = time.process_time()
    path = pdf([records.tell(directory)], tmp_path / "out")
    assert time.process_time() - began < 20
    assert path.stat().st_size < 2_000_000
