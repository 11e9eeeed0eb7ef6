"""The pictures as PNG: those of `svg`, twice as large, on white."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from modeloid.report import story as stories
from modeloid.report.format import Format, check
from modeloid.report.formats.png import Png
from modeloid.report.formats.svg import Svg
from modeloid.report.paper import typeset

from .. import records

pytest.importorskip("typst")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" font-family="sans-serif">{}</svg>'
SQUARE = '<rect width="10" height="10" fill="#ff0000"/>'


def written(found: list[stories.Story], target: Path) -> dict[str, Path]:
    target.mkdir(exist_ok=True)
    return {path.relative_to(target).as_posix(): path for path in Png().write(found, target)}


def pixels(data: bytes) -> np.ndarray:
    import matplotlib.image

    return matplotlib.image.imread(io.BytesIO(data))


def test_it_is_a_format():
    assert isinstance(Png(), Format)
    check("png", Png())


def test_each_picture_of_svg_is_there(tmp_path):
    told = stories.apart([records.tell(tmp_path / name, turns=8, pieces=2) for name in "ab"])
    names = set(written(told, tmp_path / "out"))
    svgs = {path.relative_to(tmp_path / "out").as_posix() for path in Svg().write(told, tmp_path / "out")}
    assert names == {name.replace("svg/", "png/", 1).removesuffix("svg") + "png" for name in svgs}
    assert len(names) > 16


def test_they_are_twice_as_large_and_on_white():
    first, second = (pixels(made) for made in typeset.png([SVG.format(40, 30, SQUARE), SVG.format(100, 20, SQUARE)]))
    assert first.shape[:2] == (60, 80)
    assert second.shape[:2] == (40, 200)
    assert (first[5, 5, :3] == [1, 0, 0]).all()
    assert (first[30:, :, :3] == 1).all()


def test_none_is_made_of_none():
    assert typeset.png([]) == []


def test_a_curve_is_drawn_in_its_colours(tmp_path):
    drawn = pixels(written([records.tell(tmp_path / "one")], tmp_path / "out")["png/one/curves/loss.png"].read_bytes())
    # the validation curve's: #c2541c
    near = np.abs(drawn[:, :, :3] - np.array([0xC2, 0x54, 0x1C]) / 255).max(axis=2) < 0.02
    assert near.sum() > 500
    assert (drawn[:, :, :3].max(axis=2) < 0.3).sum() > 200


def test_letters_are_drawn():
    drawn = typeset.png([SVG.format(90, 20, f'<text y="15">{words}</text>') for words in ("♩ 5 → ü", "")])
    some, none = (pixels(made) for made in drawn)
    assert (some[:, :, 0] < 0.5).sum() > 50
    assert (none == 1).all()


def test_the_same_story_gives_the_same_bytes(tmp_path):
    found = records.tell(tmp_path / "one", turns=8, pieces=1)
    first, second = (written([found], tmp_path / name) for name in "ab")
    assert first.keys() == second.keys()
    assert all(first[name].read_bytes() == second[name].read_bytes() for name in first)


def test_an_empty_record_has_no_pictures(tmp_path):
    (tmp_path / "none").mkdir()
    assert written([stories.tell(tmp_path / "none", {})], tmp_path / "out") == {}


def test_what_cannot_be_drawn_is_said():
    from modeloid.report.errors import ReportError

    with pytest.raises(ReportError, match="typst cannot set it"):
        typeset.png(["<svg"])
