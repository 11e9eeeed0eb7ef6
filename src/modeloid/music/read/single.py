"""One piece that a user names: a score as it is, a path read as a file that nobody knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..columns import Columns, to_score
from ..errors import ReadError

if TYPE_CHECKING:
    from symusic.core import ScoreTick


def read_piece(given: Any) -> ScoreTick:
    """The score itself, or the one in the file at a path, read in a guarded child.

    Raises
    ------
    ReadError
        It is neither a score nor a path, there is no such file, or it holds no music that can be read; says why.
    """
    if hasattr(given, "tracks"):
        score: ScoreTick = given
        return score
    if not isinstance(given, (str, Path)):
        do = "Give a path; quote one that reads as a number."
        raise ReadError(f"{given!r:.80} is neither a path nor a piece", "reading", do)
    from .guarded import read_files

    path = Path(given)
    do = "Give the path of a file of music."
    if not path.is_file():
        raise ReadError("no such file", path, do)
    (piece,) = read_files([path], workers=1)
    if not isinstance(piece, Columns):
        raise ReadError(f"cannot be read ({piece.reason})", path, do)
    return to_score(piece)
