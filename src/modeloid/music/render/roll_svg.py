"""A piece as a picture: its piano roll in SVG, tracks in colour, velocity as shade, lines at bars and beats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ..columns import from_score
from .layout import Box, Label, picture

if TYPE_CHECKING:
    from symusic.core import ScoreTick


def write_svg(piece: ScoreTick, path: Path) -> Path:
    """Write the piano roll of a piece, see `roll_svg`."""
    path.write_text(roll_svg(piece), encoding="utf-8")
    return path


def roll_svg(piece: ScoreTick, beat_px: float = 24.0, pitch_px: float = 5.0) -> str:
    """Draw a piece.

    Parameters
    ----------
    piece
        May be empty: then one empty bar is drawn.
    beat_px, pitch_px
        How wide a quarter and how high a semitone is.

    Returns
    -------
    A complete SVG document; the same text for the same piece.
    """
    drawn = picture(from_score(piece), beat_px, pitch_px)
    width, height = _n(drawn.width), _n(drawn.height)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="9">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *map(_box, drawn.boxes),
            *map(_label, drawn.labels),
            "</svg>",
            "",
        ]
    )


def _box(box: Box) -> str:
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    shade = f' rx="1" fill-opacity="{_n(box.opacity)}"' if box.note else ""
    return f'<rect {place} fill="{box.colour}"{shade}/>'


def _label(label: Label) -> str:
    # control characters may not stand in XML
    text = escape("".join(letter for letter in label.text if letter.isprintable()))
    return f'<text x="{_n(label.x)}" y="{_n(label.y)}" fill="{label.colour}">{text}</text>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
