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
        There is no such file, or it holds no music that can be read; says why.
    """
    if not isinstance(given, (str, Path)):
        score: ScoreTick = given
        return score
    from .guarded import read_files

    path = Path(given)
    do = "Give the path of a file of music."
    if not path.is_file():
        raise ReadError("no such file", path, do)
    (piece,) = read_files([path], workers=1)
    if not isinstance(piece, Columns):
        raise ReadError(f"cannot be read ({piece.reason})", path, do)
    return to_score(piece)
