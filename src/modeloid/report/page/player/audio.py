"""A few of the newest pieces as recorded sound, rendered with whatever soundfont the machine has."""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from modeloid.music.errors import MusicError
from modeloid.music.render import ogg

from .entry import Entry

if TYPE_CHECKING:
    from symusic.core import ScoreSecond

MOST_BYTES = 150_000
_MOST_PIECES = 3
_LONGEST_S = 45.0
_QUALITY = 0.1
_HALF = 2


def embed(entries: Sequence[Entry], most_bytes: int = MOST_BYTES) -> str:
    """HTML with the sound of the first entries that fit; marks them with ``audio`` (the block's id) and ``rendered``.

    Nothing where there is no soundfont, or soundfile is not installed. A soundfont's samples are never embedded, only
    what it plays.
    """
    if importlib.util.find_spec("soundfile") is None:
        return ""
    found: list[str] = []
    left = most_bytes
    for made in entries[:_MOST_PIECES]:
        if made.about["kind"] != "music" or not made.about["pitch"]:
            continue
        rendered = _rendered(made)
        if rendered is None or len(rendered[0]) > left:
            break
        data, font = rendered
        left -= len(data)
        place = f"sound-of-{len(found)}"
        made.about |= {"audio": place, "rendered": font}
        found.append(f'<script type="text/plain" id="{escape(place)}">{base64.b64encode(data).decode()}</script>')
    return "".join(found)


def _rendered(made: Entry) -> tuple[bytes, str] | None:
    from symusic import core

    from modeloid.music.render.soundfont import soundfont
    from modeloid.music.render.wav import SAMPLE_RATE_HZ, sound

    piece = core.ScoreTick.from_midi(made.parts["midi"])
    try:
        font = soundfont()
        if cast("ScoreSecond", piece.to("second")).end() > _LONGEST_S:
            return None
        wave = sound(piece, font.path, 1)[0]
        # half the rate keeps all below 10 kHz, and takes half the room
        halved = np.convolve(wave, _low_pass(), "same")[::_HALF].astype(np.float32)
        return ogg.encode(halved, SAMPLE_RATE_HZ // _HALF, _QUALITY), f"{font.name} ({font.licence})"
    except (MusicError, OSError, RuntimeError, ImportError):
        return None


def _low_pass(taps: int = 63) -> NDArray[np.float64]:
    """A windowed sinc that lets pass what lies below nine tenths of the halved rate's highest frequency."""
    at = np.arange(taps) - taps // 2
    shape = np.sinc(0.45 * at) * np.hanning(taps + 2)[1:-1]
    found: NDArray[np.float64] = shape / shape.sum()
    return found
