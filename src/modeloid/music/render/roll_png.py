"""A piece as a picture: its piano roll in PNG, drawn with numpy alone; the same bytes for the same piece."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..columns import from_score
from .glyphs import HEIGHT, line
from .layout import Picture, picture

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_WIDEST_PX = 8000
_SCALE = 2
"""Pixels for one of the layout: letters of 5 x 7 dots are drawn dot by dot."""


def write_png(piece: ScoreTick, path: Path) -> Path:
    """Write the piano roll of a piece as PNG."""
    path.write_bytes(png(roll_pixels(piece)))
    return path


def roll_pixels(piece: ScoreTick, beat_px: float = 24.0, pitch_px: float = 5.0) -> NDArray[np.uint8]:
    """Draw a piece.

    Parameters
    ----------
    piece
        May be empty: then one empty bar is drawn.
    beat_px, pitch_px
        How wide a quarter and how high a semitone is, in units of 2 pixels; long pieces are drawn narrower, so that the
        picture is at most about 8000 pixels wide.

    Returns
    -------
    Shape (height, width, 3), RGB.
    """
    columns = from_score(piece)
    quarters = max(1.0, columns.end_tick / columns.about["tpq"])
    return _raster(picture(columns, min(beat_px, _WIDEST_PX / _SCALE / quarters), pitch_px))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """RGB pixels as a PNG file (PNG specification, second edition, 2003): 8 bits, no filter."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _raster(drawn: Picture) -> NDArray[np.uint8]:
    pixels = np.full((_pixel(drawn.height), _pixel(drawn.width), 3), 255, np.uint8)
    for box in drawn.boxes:
        top, left = _pixel(box.y), _pixel(box.x)
        bottom, right = max(top + 1, _pixel(box.y + box.height)), max(left + 1, _pixel(box.x + box.width))
        part = pixels[max(0, top) : bottom, max(0, left) : right]
        if box.opacity == 1:
            part[:] = _rgb(box.colour)
        else:
            part[:] = np.rint(part * (1 - box.opacity) + _rgb(box.colour) * box.opacity)
    for label in drawn.labels:
        dots = line(label.text)
        top, left = _pixel(label.y) - HEIGHT - 1, _pixel(label.x)
        part = pixels[max(0, top) : top + HEIGHT, left : left + dots.shape[1]]
        part[dots[HEIGHT - part.shape[0] :, : part.shape[1]]] = _rgb(label.colour)
    return pixels


def _pixel(length: float) -> int:
    return round(length * _SCALE)


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)
