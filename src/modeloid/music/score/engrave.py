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
    "svgViewBox": True,
    "xmlIdSeed": 1,
}


def write_score_svg(piece: ScoreTick, path: Path, quantise: bool = True) -> Path:
    """Write a piece as an engraved score, see `score_svg`."""
    path.write_text(score_svg(piece, quantise), encoding="utf-8")
    return path


def score_svg(piece: ScoreTick, quantise: bool = True) -> str:
    """Engrave a piece on one page as long as it needs to be.

    Raises
    ------
    MusicError
        As `musicxml.to_musicxml` does; or verovio is not installed.
    """
    toolkit = engraver(to_musicxml(piece, quantise=quantise))
    pages = [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]
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


def _stacked(pages: list[str]) -> str:
    """Pages under one another in one picture."""
    sizes = [tuple(float(size) for size in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', page)[0]) for page in pages]
    width, height = max(width for width, _ in sizes), sum(height for _, height in sizes)
    top, placed = 0.0, []
    for page, (_, own) in zip(pages, sizes, strict=True):
        placed.append(page.replace("<svg ", f'<svg y="{top:g}" height="{own:g}" ', 1))
        top += own
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
    return "\n".join([head, *placed, "</svg>", ""])
