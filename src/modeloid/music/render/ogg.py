"""Sound as Ogg Vorbis, the same bytes for the same sound.

The serial number of a stream is drawn by chance when it is written, and is part of every page's checksum; both are set
here. Source: RFC 3533 (2003), section 6, the page header format.
"""

from __future__ import annotations

import importlib
import io
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

USUAL_QUALITY = 0.4
"""What libsndfile takes where nothing is asked for; about 120 kbit/s for 44.1 kHz in stereo."""
_BLOCK = 1 << 16
"""Frames handed over at once; the encoder overflows its stack on long arrays."""
_HEAD = 27
_SERIAL, _SUM, _LACES = 14, 22, 26
_ONES = 0xFFFFFFFF
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def encode(audio: NDArray[np.float32], rate_hz: int, quality: float = USUAL_QUALITY) -> bytes:
    """Compress sound.

    Parameters
    ----------
    audio
        Shape (frames,) or (channels, frames), -1 to 1.
    quality
        0 to 1; 0.1 is about 50 kbit/s for one channel at 32 kHz.

    Raises
    ------
    ImportError, OSError
        soundfile is not installed, or its library is missing.
    """
    soundfile: Any = importlib.import_module("soundfile")
    channels, stream = np.atleast_2d(audio), io.BytesIO()
    kind = {"format": "OGG", "subtype": "VORBIS", "compression_level": 1.0 - quality}
    with soundfile.SoundFile(stream, "w", rate_hz, len(channels), **kind) as file:
        for start in range(0, channels.shape[1], _BLOCK):
            file.write(channels[:, start : start + _BLOCK].T)
    return numbered(stream.getvalue())


def numbered(stream: bytes, serial: int = 1) -> bytes:
    """The same Ogg stream under the serial number that is given."""
    pages, at = bytearray(stream), 0
    while at + _HEAD <= len(pages):
        laces = pages[at + _LACES]
        end = at + _HEAD + laces + sum(pages[at + _HEAD : at + _HEAD + laces])
        pages[at + _SERIAL : at + _SERIAL + 4] = serial.to_bytes(4, "little")
        pages[at + _SUM : at + _SUM + 4] = bytes(4)
        pages[at + _SUM : at + _SUM + 4] = _checksum(pages[at:end])
        at = end
    return bytes(pages)


def _checksum(page: bytearray) -> bytes:
    """Of a page, as it stands in it.

    Ogg's polynomial is zlib's, run through from each byte's highest bit on, from zero and not inverted at the end: the
    mirror image of zlib's sum over mirrored bytes.
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), _ONES) ^ _ONES
    return mirrored.to_bytes(4, "big").translate(_MIRRORED)
