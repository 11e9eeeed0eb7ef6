"""The newest pieces as engraved scores, where modeloid[score] is installed."""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Sequence

from modeloid.music.errors import MusicError

from .entry import Entry

MOST_BYTES = 120_000
_MOST_PIECES = 24
_MOST_NOTES = 3_000


def engrave(entries: Sequence[Entry], most_bytes: int = MOST_BYTES) -> bytes:
    """Give the first entries that fit a part ``score``: an SVG. What cannot be engraved goes without.

    Returns
    -------
    The style that all scores share: empty, since they are drawn whole and need no font.
    """
    if importlib.util.find_spec("verovio") is None:
        return b""
    left = most_bytes
    for made in entries[:_MOST_PIECES]:
        drawn = _drawn(made)
        if drawn is None:
            continue
        left -= len(zlib.compress(drawn, 6))
        if left < 0:
            break
        made.parts["score"] = drawn
    return b""


def _drawn(made: Entry) -> bytes | None:
    from symusic import core

    from modeloid.music.score.engrave import score_svg

    if made.about["kind"] != "music" or not 0 < len(made.about["pitch"]) <= _MOST_NOTES:
        return None
    try:
        return score_svg(core.ScoreTick.from_midi(made.parts["midi"])).encode("utf-8")
    except (MusicError, RuntimeError, ValueError):
        return None
