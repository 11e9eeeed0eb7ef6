"""A piece as an engraved score: our MusicXML, drawn by verovio as one SVG."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MusicError
from .musicxml import to_musicxml

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_OPTIONS = {
    "adjustPageHeight": True,
    "breaks": "auto",
    "footer": "none",
    "header": "none",
    "pageHeight": 60000,
    "pageMarginBottom": 60,
    "pageMarginLeft": 60,
    "pageMarginRight": 60,
    "pageMarginTop": 60,
    "pageWidth": 2100,
    "scale": 40,
    # else every score carries 60 kB of a music font for the one note of its tempo, or fetches it from the network
    "smuflTextFont": "none",
    "svgViewBox": True,
    "xmlIdSeed": 1,
}
_TEMPO = re.compile(
    r'(?P<before><text x="(?P<x>[\d.-]+)" y="(?P<y>[\d.-]+)"[^>]*>(?:\s*<tspan[^>]*>)*?\s*)'
    r'<tspan font-family="Leipzig" font-size="(?P<size>[\d.]+)px">\ueca5</tspan>'
    r"(?P<between>(?:\s|</?tspan(?! font)[^>]*>)*<tspan )"
)
"""A text that begins with the quarter note of a music font (SMuFL 1.4, U+ECA5), up to its words."""
_HEAD_WIDTH, _HEAD_HEIGHT, _STEM_WIDTH, _STEM_HEIGHT, _ROOM = 0.3, 0.21, 0.04, 0.7, 0.33
"""Of that note, in sizes of its letters."""


def write_score_svg(piece: ScoreTick, path: Path, quantise: bool = True) -> Path:
    """Write a piece as an engraved score, see `score_svg`."""
    path.write_text(score_svg(piece, quantise), encoding="utf-8")
    return path


def score_svg(piece: ScoreTick, quantise: bool = True) -> str:
    """Engrave a piece on one page as long as it needs to be. It needs no music font: all its signs are drawn.

    Raises
    ------
    MusicError
        As `musicxml.to_musicxml` does; or verovio is not installed.
    """
    toolkit = engraver(to_musicxml(piece, quantise=quantise))
    pages = [_TEMPO.sub(_drawn, toolkit.renderToSVG(number)) for number in range(1, toolkit.getPageCount() + 1)]
    return pages[0] if len(pages) == 1 else _stacked(pages)


def engraver(musicxml: str) -> Any:
    """The toolkit of verovio with a score loaded.

    Raises
    ------
    MusicError
        verovio is not installed, or cannot load the score.
    """
    try:
        verovio = importlib.import_module("verovio")
    except ImportError as error:
        raise MusicError("verovio is needed to engrave", "score.svg", "pip install 'modeloid[score]'.") from error
    # how tightly a line is set is nothing to warn a reader of
    verovio.enableLog(verovio.LOG_ERROR)
    toolkit = verovio.toolkit()
    toolkit.setOptions(_OPTIONS)
    if not toolkit.loadData(musicxml) or toolkit.getPageCount() < 1:
        raise MusicError("verovio cannot engrave it", "score.svg")
    return toolkit


def _drawn(found: re.Match[str]) -> str:
    """The quarter note of a tempo as a drawing, and the words moved to the right of it.

    The words get a place of their own: what stands before them has letters of no size, with which some programs lose
    the place of the whole text.
    """
    x, y, size = (float(found[name]) for name in ("x", "y", "size"))
    width, height = _HEAD_WIDTH * size, _HEAD_HEIGHT * size
    right, stem = x + width, _STEM_WIDTH * size
    half = f"a{width / 2:g} {height / 2:g} 0 1 0"
    head = f"M{x:g} {y:g}{half} {width:g} 0{half} {-width:g} 0z"
    line = f"M{right - stem:g} {y:g}h{stem:g}v{-_STEM_HEIGHT * size:g}h{-stem:g}z"
    place = f'x="{x + _ROOM * size:g}" y="{y:g}" '
    return f'<path class="beat" d="{head}{line}"/>{found["before"]}{found["between"]}{place}'


def _stacked(pages: list[str]) -> str:
    """Pages under one another in one picture."""
    sizes = [tuple(float(size) for size in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', page)[0]) for page in pages]
    width, height = max(width for width, _ in sizes), sum(height for _, height in sizes)
    top, placed = 0.0, []
    for page, (_, own) in zip(pages, sizes, strict=True):
        placed.append(page.replace("<svg ", f'<svg y="{top:g}" height="{own:g}" ', 1))
        top += own
    head = f'<svg viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *placed, "</svg>", ""])
