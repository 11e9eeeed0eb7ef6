"""The pictures as SVG: each stands alone, none is missing, what users write stays text."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from modeloid.report import story as stories
from modeloid.report.format import Format, check
from modeloid.report.formats import svg as module
from modeloid.report.formats.svg import Svg
from modeloid.report.paper import pictures

from .. import records

SPACE = "{http://www.w3.org/2000/svg}"


def written(found: list[stories.Story], target: Path) -> dict[str, Path]:
    target.mkdir(exist_ok=True)
    paths = Svg().write(found, target)
    assert all(path.is_file() for path in paths)
    return {path.relative_to(target).as_posix(): path for path in paths}


def test_it_is_a_format():
    assert isinstance(Svg(), Format)
    check("svg", Svg())


def test_every_curve_and_every_roll_has_a_file(tmp_path):
    found = records.tell(tmp_path / "one", samples=2, pieces=3)
    names = set(written([found], tmp_path / "out"))
    curves = {name for name in names if "/curves/" in name}
    wanted = {f"svg/one/curves/{name}.svg" for name in found.quantities}
    assert curves == wanted | {"svg/one/curves/turns a second.svg", "svg/one/curves/memory, MB.svg"}
    rolls = {f"svg/one/rolls/{which}-{number:02d}.svg" for which in ("test", "step-000000040") for number in range(3)}
    assert {name for name in names if "/rolls/" in name} == rolls
    assert all(name.startswith("svg/") for name in names)


def test_every_piece_has_a_score_where_verovio_is(tmp_path, monkeypatch):
    pytest.importorskip("verovio")
    found = records.tell(tmp_path / "one", pieces=2)
    with_it = [name for name in written([found], tmp_path / "a") if "/scores/" in name]
    assert len(with_it) == 4
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not [name for name in written([found], tmp_path / "b") if "/scores/" in name]


def test_each_is_whole_has_a_size_and_asks_for_nothing(tmp_path):
    for path in written([records.tell(tmp_path / "one", pieces=1)], tmp_path / "out").values():
        root = ElementTree.parse(path).getroot()
        assert root.tag == f"{SPACE}svg"
        width, height = (float(root.get(side).removesuffix("px")) for side in ("width", "height"))
        assert width > 50 and height > 50
        content = path.read_text().replace("http://www.w3.org/", "")
        assert "http" not in content and "url(" not in content and "<script" not in content
        assert "@font-face" not in content


def test_a_curve_has_no_ground_and_its_words_are_text(tmp_path):
    path = written([records.tell(tmp_path / "one")], tmp_path / "out")["svg/one/curves/loss.svg"]
    root = ElementTree.parse(path).getroot()
    assert not list(root.iter(f"{SPACE}rect"))
    words = {"".join(each.itertext()) for each in root.iter(f"{SPACE}text")}
    assert {"loss", "training", "validation", "best"} <= words
    assert "real pieces" not in words


def test_a_judged_curve_shows_what_real_pieces_show(tmp_path):
    path = written([records.tell(tmp_path / "one")], tmp_path / "out")["svg/one/curves/polyphony.svg"]
    words = {"".join(each.itertext()) for each in ElementTree.parse(path).getroot().iter(f"{SPACE}text")}
    assert {"polyphony", "its pieces", "real pieces"} <= words


def test_letters_can_be_read_on_a_slide(tmp_path):
    path = written([records.tell(tmp_path / "one")], tmp_path / "out")["svg/one/curves/loss.svg"]
    content = path.read_text()
    height = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', content)[1])
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', content)]
    assert min(sizes) / height > 1 / 28


def test_several_stand_in_one_picture(tmp_path):
    told = stories.apart([records.tell(tmp_path / name, shift=shift) for name, shift in (("a", 0.0), ("b", 0.5))])
    files = written(told, tmp_path / "out")
    content = files["svg/together/curves/loss.svg"].read_text()
    assert ">a<" in content and ">b<" in content and ">best of b<" in content
    assert "svg/a/curves/loss.svg" in files and "svg/b/rolls/test-00.svg" in files


def test_a_modeloid_called_together_keeps_its_own(tmp_path):
    told = [records.tell(tmp_path / name, turns=8, pieces=1) for name in ("together", "b")]
    files = written(told, tmp_path / "out")
    assert "svg/together/rolls/test-00.svg" in files
    assert "svg/together-all/curves/loss.svg" in files


@pytest.mark.parametrize("label", ["../../up", "a/b\\c", "<script>alert(1)</script>", "x" * 500, "", "con:", "日本"])
def test_a_label_stays_below_the_target_and_is_no_markup(tmp_path, label):
    told = [dataclasses.replace(records.tell(tmp_path / name, turns=8, pieces=1), label=label) for name in "ab"]
    for path in written(told, tmp_path / "out").values():
        assert (tmp_path / "out" / "svg").resolve() in path.resolve().parents
        root = ElementTree.parse(path).getroot()
        assert not list(root.iter(f"{SPACE}script"))


def test_quantities_that_only_case_or_signs_tell_apart(tmp_path):
    found = records.tell(tmp_path / "one", quantities=("loss", "a/b", "a:b", "A_B", "<b>&", "x" * 200))
    names = [name.casefold() for name in written([found], tmp_path / "out")]
    assert len(names) == len(set(names))
    for path in (tmp_path / "out").rglob("*.svg"):
        ElementTree.parse(path)


def test_file_names_are_told_apart():
    taken: set[str] = set()
    assert [module.plain(name, "curves", taken) for name in ("a", "A", "a", "a/b", "a_b", "..")] == [
        "a",
        "A-2",
        "a-3",
        "a_b",
        "a_b-2",
        "_",
    ]
    assert module.plain("a", "rolls", taken) == "a"


def test_the_same_story_gives_the_same_bytes(tmp_path):
    found = records.tell(tmp_path / "one", pieces=1)
    first, second = (written([found], tmp_path / name) for name in "ab")
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in second.items()
    }


def test_an_empty_record_has_no_pictures(tmp_path):
    (tmp_path / "none").mkdir()
    assert written([stories.tell(tmp_path / "none", {})], tmp_path / "out") == {}


def test_a_tempo_is_drawn_and_needs_no_font(tmp_path):
    pytest.importorskip("verovio")
    content = written([records.tell(tmp_path / "one", pieces=1)], tmp_path / "out")["svg/one/scores/test-00.svg"]
    words = content.read_text()
    assert words.count('class="beat"') == 1
    assert not re.search("[\ue000-\uf8ff]", words)
    assert "Leipzig" not in words


def test_a_piece_that_is_a_picture_is_framed():
    from modeloid.music.render.roll_png import png

    drawn = pictures.framed(png(np.zeros((8, 8, 3), np.uint8)))
    root = ElementTree.fromstring(drawn)
    assert (root.get("width"), root.get("height")) == ("96", "96")
    assert pictures.framed(b"GIF89a") == ""
    assert pictures.framed(b"\x89PNG\r\n\x1a\n") == ""


def test_a_roll_has_room_for_its_lowest_label(tmp_path):
    from modeloid.music.render.roll_svg import roll_svg

    piece = records.tell(tmp_path / "one").newest[0]
    low = re.search(r'height="([\d.]+)" font', roll_svg(pictures.load(piece)))
    own = re.search(r'height="([\d.]+)" font', pictures.roll(piece))
    assert float(own[1]) == float(low[1]) + 3
