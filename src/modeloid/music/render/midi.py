"""A piece as a MIDI file that carries its recipe: the modeloid, seed and wishes it was made from, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MusicError, ReadError

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_HEAD = "modeloid recipe "
"""What the text begins with; JSON in ASCII follows."""


def write_midi(piece: ScoreTick, path: Path, recipe: Mapping[str, Any] | None = None) -> Path:
    """Write a standard MIDI file.

    Parameters
    ----------
    piece
        Left as it is.
    recipe
        Plain data for JSON, such as ``modeloid``, ``id``, ``seed``, ``address``, ``wishes``, ``checkpoint`` and
        ``version``. It becomes one marker at tick 0 (meta event 6, a text event of the standard): of all text events
        these are the ones that symusic keeps, so the recipe is still there after reading and writing again. A recipe
        that the piece already has is replaced; None leaves it.

    Raises
    ------
    MusicError
        The recipe holds what JSON cannot.
    """
    path.write_bytes((piece if recipe is None else with_recipe(piece, recipe)).dumps_midi())
    return path


def with_recipe(piece: ScoreTick, recipe: Mapping[str, Any]) -> ScoreTick:
    """A copy of a piece that carries a recipe, see `write_midi`."""
    from symusic import core

    try:
        text = _HEAD + json.dumps(dict(recipe), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise MusicError(f"cannot be written as JSON ({error})", "recipe", "Give plain data.") from error
    marked = piece.copy()
    kept = [marker for marker in piece.markers if not marker.text.startswith(_HEAD)]
    marked.markers = core.TextMetaTickList([core.TextMetaTick(0, text), *kept])
    return marked


def recipe_of(source: Path | ScoreTick) -> dict[str, Any] | None:
    """The recipe that a piece or a MIDI file carries; None where it carries none.

    Raises
    ------
    ReadError
        The file is not MIDI, or its recipe is damaged.
    """
    from symusic import core

    try:
        piece = source if isinstance(source, core.ScoreTick) else core.ScoreTick.from_midi(Path(source).read_bytes())
    except (RuntimeError, ValueError, IndexError) as error:
        raise ReadError(f"is not MIDI that can be read ({error})", source) from error
    where = "piece" if source is piece else source
    found = [marker.text for marker in piece.markers if marker.text.startswith(_HEAD)]
    if not found:
        return None
    try:
        recipe = json.loads(found[0].removeprefix(_HEAD))
    except ValueError as error:
        raise ReadError(f"carries a damaged recipe ({error})", where) from error
    if not isinstance(recipe, dict):
        raise ReadError("carries a recipe that is no dict", where)
    return recipe
