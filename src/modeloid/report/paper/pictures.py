"""Every picture of a story: its curves, and the rolls and scores of the pieces to show first."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from ..drawing import curve
from ..drawing.chart import Chart
from ..drawing.frame import LETTER
from ..drawing.theme import LIGHT
from ..story import Story
from . import charts

if TYPE_CHECKING:
    from symusic.core import ScoreTick

    from ..record import Piece

THEME = replace(LIGHT, paper="#ffffff")
SLIDE_PX = (480.0, 270.0)
"""A curve's own size: letters are a twenty-fifth of its height, to be read from the last row."""
PRINTED_PITCH_PX = 3.5
_SHOWN = 2.0
_BOTTOM_PX = 3.0
_KEYS_PX = 40.0
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="([\d.]+)"')
_PAGE = re.compile(r'^<svg viewBox="0 0 ([\d.]+) ([\d.]+)"')
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Drawing:
    """A picture that stands alone.

    Parameters
    ----------
    folder, name
        Where it belongs: "curves", "rolls" or "scores", and what it is called there: "loss", "test-00".
    title
        What it shows, in words.
    svg
        The picture.
    """

    folder: str
    name: str
    title: str
    svg: str


def drawings(story: Story) -> Iterator[Drawing]:
    """All of one story."""
    for chart in (*charts.charts(story), *charts.speed(story)):
        yield Drawing("curves", chart.title, chart.title, slide(chart))
    for piece in shown(story):
        name = f"{called(piece)}-{piece.number:02d}"
        drawn = roll(piece)
        if drawn:
            yield Drawing("rolls", name, f"piece {name}", drawn)
        engraved = score(piece)
        if engraved:
            yield Drawing("scores", name, f"score of {name}", engraved)


def together(stories: Sequence[Story]) -> Iterator[Drawing]:
    """Curves with all stories in one picture."""
    for chart in charts.shared(stories):
        yield Drawing("curves", chart.title, chart.title, slide(chart))


def slide(chart: Chart) -> str:
    """A chart with a size of its own, no ground, and its name above."""
    width, height = SLIDE_PX
    top = 2 * LETTER
    size = f'width="{width * _SHOWN:g}" height="{(height + top) * _SHOWN:g}" viewBox="0 0 {width:g} {height + top:g}"'
    inner = curve.svg(chart, THEME, width=width, height=height)
    inner = inner.replace("<svg ", f'<svg y="{top:g}" width="{width:g}" height="{height:g}" ', 1)
    look = f'font-family="{THEME.font}" font-weight="bold" font-size="{LETTER * 1.2:g}" fill="{THEME.ink}"'
    words = f'<text x="8" y="{top * 0.7:g}" {look}>{escape(printed(chart.title))}</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{words}{inner}</svg>\n'


def shown(story: Story) -> list[Piece]:
    """The pieces of the test and those of the last turn that has some."""
    samples = story.record.samples
    return [*story.record.tested, *(samples[max(samples)] if samples else ())]


def called(piece: Piece) -> str:
    """Where a piece comes from: "test" or "step-000001200"."""
    return "test" if piece.step is None else f"step-{piece.step:09d}"


def roll(piece: Piece, beats: float | None = None, width_px: float | None = None) -> str:
    """A piece as a picture: the piano roll of music, the picture itself where it is one; "" where there is neither.

    Parameters
    ----------
    piece
        With a "mid" or a "png" file.
    beats
        Draw so many quarters from its beginning; all where not given.
    width_px
        As wide as this, if quarters of 4 to 24 px make that possible.
    """
    if "png" in piece.files:
        return framed(_bytes(piece, "png"))
    music = load(piece, beats)
    if music is None:
        return ""
    if width_px is None:
        from modeloid.music.render.roll_svg import roll_svg

        return _deeper(roll_svg(music))
    svg = _narrow(music, width_px)
    wide = _SIZE.search(svg)
    # the names of many tracks may need more than that; then the notes get as much
    return _deeper(_narrow(music, float(wide[1])) if wide and float(wide[1]) > width_px else svg)


def _narrow(music: ScoreTick, width_px: float) -> str:
    """A roll whose notes have this width, as far as quarters of 4 to 24 px allow."""
    from modeloid.music.render.roll_svg import roll_svg

    beat_px = (width_px - _KEYS_PX) / max(1.0, _quarters(music))
    return roll_svg(music, beat_px=min(24.0, max(4.0, beat_px)), pitch_px=PRINTED_PITCH_PX)


def quarters(piece: Piece) -> float:
    """How long a piece is; 0 where it is no music."""
    music = load(piece)
    return 0.0 if music is None else _quarters(music)


def _quarters(music: ScoreTick) -> float:
    return float(music.end() / music.ticks_per_quarter)


def score(piece: Piece, beats: float | None = None) -> str:
    """A piece as an engraved score; "" where it cannot be written as one, or verovio is not there."""
    import importlib.util

    music = load(piece, beats) if importlib.util.find_spec("verovio") else None
    if music is None:
        return ""
    from modeloid.music.errors import MusicError
    from modeloid.music.score.engrave import score_svg

    try:
        return _sized(score_svg(music))
    except MusicError:
        return ""


def load(piece: Piece, beats: float | None = None) -> ScoreTick | None:
    """The music of a piece, or its first quarters; None where it has none that can be read."""
    path = piece.files.get("mid")
    if path is None:
        return None
    from symusic.core import ScoreTick

    try:
        music = ScoreTick.from_midi(path.read_bytes())
    except (RuntimeError, ValueError, IndexError, OSError):
        return None
    if beats is not None and music.end() > beats * music.ticks_per_quarter:
        music = music.clip(0, round(beats * music.ticks_per_quarter), clip_end=True)
    return music


def framed(png: bytes) -> str:
    """A PNG as an SVG, three pixels for each of its own where it is small; "" where it is no PNG."""
    if png[:8] != _PNG or len(png) < 24:
        return ""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    if not 0 < width <= 20_000 or not 0 < height <= 20_000:
        return ""
    times = max(1, 96 // max(width, height))
    size = f'width="{width * times}" height="{height * times}"'
    link = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    # small pictures, such as digits of 8 x 8, are squares, not clouds
    look = ' style="image-rendering:pixelated"' if times > 1 else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size}{look} href={quoteattr(link)}/></svg>\n'


def _sized(svg: str) -> str:
    """An engraved score with a size of its own, as long as its page is."""
    return _PAGE.sub(r'<svg width="\1" height="\2" viewBox="0 0 \1 \2"', svg, count=1)


def _bytes(piece: Piece, suffix: str) -> bytes:
    try:
        return piece.files[suffix].read_bytes()
    except OSError:
        return b""


def _deeper(svg: str) -> str:
    """A roll with room below for the lowest label."""
    found = _SIZE.search(svg)
    if found is None:
        return svg
    width, height = found[1], float(found[2]) + _BOTTOM_PX
    svg = svg.replace(found[0], f'viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}"', 1)
    return svg.replace(f'height="{found[3]}" fill="#ffffff"', f'height="{height:g}" fill="#ffffff"', 1)


def printed(text: str) -> str:
    """Text without what may not stand in XML."""
    return "".join(letter for letter in text if letter.isprintable())
