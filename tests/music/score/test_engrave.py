"""An engraved score is drawn whole: it carries no font, asks for none, and shows its tempo."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from symusic import core

from modeloid.music.score import engrave
from modeloid.music.score.engrave import engraver, score_svg
from modeloid.music.score.musicxml import to_musicxml

pytest.importorskip("verovio")
SPACE = "{http://www.w3.org/2000/svg}"


def song(*tempos):
    """Sixteen quarters; tempos are (quarter, quarters a minute)."""
    score = core.ScoreTick(48)
    score.tracks.append(core.TrackTick("a", 0, False))
    for place in range(16):
        score.tracks[0].notes.append(core.NoteTick(48 * place, 48, 60 + place % 5, 80))
    for quarter, tempo in tempos:
        score.tempos.append(core.TempoTick(48 * quarter, tempo))
    return score


def asked(svg):
    """Fonts it carries or fetches, and signs that only a music font has."""
    return re.findall(r"@font-face|@import|Leipzig|url\(|[\ue000-\uf8ff]", svg)


def test_it_carries_no_font_and_needs_none():
    bare = to_musicxml(song((0, 96), (8, 130)), quantise=True)
    whole = engraver(bare)
    assert "\ueca5" in asked(whole.renderToSVG(1))
    whole.setOptions({"smuflTextFont": "embedded"})
    assert "@font-face" in asked(whole.renderToSVG(1))
    svg = score_svg(song((0, 96), (8, 130)))
    assert asked(svg) == []
    assert len(svg) < len(whole.renderToSVG(1)) - 40_000


def test_the_tempo_is_a_drawn_note_and_its_number():
    root = ElementTree.fromstring(score_svg(song((0, 96))))
    (mark,) = (each for each in root.iter(f"{SPACE}g") if each.get("class") == "tempo")
    note, words = list(mark)
    assert (note.get("class"), words.tag) == ("beat", f"{SPACE}text")
    assert "".join(words.itertext()).split() == ["=", "96"]
    left, top = map(float, re.match(r"M([\d.]+) ([\d.]+)", note.get("d")).groups())
    # where nothing with a size stands before them, the words need a place of their own
    place = next(each for each in words.iter() if (each.text or "").strip())
    assert float(place.get("y")) == top
    width = float(re.search(r"0 1 0 ([\d.]+) 0", note.get("d"))[1])
    assert left + width < float(place.get("x")) < left + 2 * width


def test_where_no_tempo_is_written_no_note_is_drawn():
    assert 'class="beat"' not in score_svg(song())
    assert 'class="beat"' not in score_svg(song((8, 130)))
    assert score_svg(song((0, 96))).count('class="beat"') == 1


def test_pages_stand_under_one_another(monkeypatch):
    single = score_svg(song((0, 96)))
    monkeypatch.setitem(engrave._OPTIONS, "pageHeight", 600)
    monkeypatch.setitem(engrave._OPTIONS, "pageWidth", 700)
    stacked = score_svg(song((0, 96)))
    assert stacked.startswith('<svg viewBox="0 0 ') and single.startswith('<svg viewBox="0 0 ')
    assert stacked.count("<svg y=") > 1 and single.count("<svg y=") == 0
    root = ElementTree.fromstring(stacked)
    assert float(root.get("viewBox").split()[3]) == sum(float(page.get("height")) for page in root)
    assert stacked.count('class="beat"') == 1
