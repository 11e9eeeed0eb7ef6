"""The music of a piece of the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modeloid.music.errors import ReadError

if TYPE_CHECKING:
    from symusic.core import ScoreTick


def score(path: Path) -> ScoreTick:
    """Read the MIDI file of a piece.

    Raises
    ------
    ReadError
        It is absent or damaged.
    """
    from symusic.core import ScoreTick

    try:
        return ScoreTick.from_midi(path.read_bytes())
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ReadError(f"cannot be read as MIDI ({reason})", f"{path.parent.name}/{path.name}") from error
