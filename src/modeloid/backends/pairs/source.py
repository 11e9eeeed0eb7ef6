"""The piece that is to be brought into the other group: its roll, and what stays of it beside the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import WishError
from .items import Grid, Items

if TYPE_CHECKING:
    from modeloid.music.columns import Columns

_WHERE = "wish piece"


@dataclass(frozen=True)
class Source:
    """A piece on the grid.

    Parameters
    ----------
    roll
        Shape (channels, steps, pitches), uint8 of 0 and 1.
    struck
        Shape (notes, 3), int64, in order: step, row and velocity of every note's beginning.
    about
        Of the piece: ``tpq``, ``tempos``, ``meters``, ``program`` and ``name``; empty where pieces are arrays.
    """

    roll: NDArray[np.uint8]
    struck: NDArray[np.int64]
    about: Mapping[str, Any] = field(default_factory=dict)


def read(given: Any, items: Items, any_meter: bool = False) -> Source:
    """A piece that somebody gives: a score, the path of a file, or an array where pieces are arrays.

    Parameters
    ----------
    any_meter
        Take a piece of another meter as it lies on the grid.

    Raises
    ------
    WishError
        It is too short, in another meter, has no note in range, or is an array of another shape.
    ReadError
        It cannot be read.
    """
    if items.representation is None or isinstance(given, (np.ndarray, list)):
        source = of_image(_array(given, items), _about(items))
    else:
        from modeloid.music.columns import from_score
        from modeloid.music.read.single import read_piece

        columns = from_score(read_piece(given))
        if not any_meter:
            _same_meter(columns, items.grid)
        source = _of_columns(columns, items)
    return _long_enough(source, items)


def of_image(image: NDArray[np.uint8], about: Mapping[str, Any]) -> Source:
    """An image (channels, steps, pitches) of velocities as a source: notes begin where a pitch comes in."""
    loud = image[0]
    before = np.concatenate([np.zeros_like(loud[:1]), loud[:-1]])
    begins = (loud > 0) & (before == 0)
    if len(image) > 1:
        begins |= (loud > 0) & (image[1] > 0)
    step, row = np.nonzero(begins)
    struck = np.stack([step, row, loud[step, row].astype(np.int64)], axis=1)
    return Source((image > 0).astype(np.uint8), struck, about)


def of_kept(image: NDArray[np.uint8], items: Items) -> Source:
    """An item of the data as a source; where nothing is known of its velocities, they are as the usual ones."""
    return of_image(image, _about(items))


def _array(given: Any, items: Items) -> NDArray[np.uint8]:
    array = np.asarray(given)
    fits = array.ndim == len(items.shape) and array.shape[1:] == items.shape[1:] and len(array)
    if not fits:
        wanted = " x ".join(["any number", *map(str, items.shape[1:])])
        shape = " x ".join(map(str, array.shape)) or "a single thing"
        raise WishError(f"the array is {shape}", _WHERE, f"Give one of {wanted}, or the path of a file of music")
    if array.dtype.kind == "f":
        array = np.where(array > 0, np.clip(np.rint(array * 127), 1, 127), 0)
    return np.asarray(items.images(array[None])[0], np.uint8)


def _of_columns(columns: Columns, items: Items) -> Source:
    from modeloid.music.represent import representation
    from modeloid.music.represent.bars import drum_notes, quantised

    grid = items.grid
    spec = {"low": grid.low, "high": grid.high, "steps_per_beat": grid.steps_per_beat}
    roll, _ = representation({"kind": "roll", "onset": items.image[0] == 2, **spec}).encode_columns(columns)
    notes = columns.notes
    pitch = notes["pitch"].astype(np.int64)
    seen = (pitch >= grid.low) & (pitch < grid.high) & ~drum_notes(columns)
    if not seen.any():
        do = f"It needs a note of the pitches {grid.low} to {grid.high - 1} that is no drum's"
        raise WishError(f"the piece has no note to transfer, of {len(columns)}", _WHERE, do)
    step = quantised(notes["onset"].astype(np.int64), columns.about["tpq"], grid.steps_per_beat)
    struck = np.stack([step, pitch - grid.low, notes["velocity"].astype(np.int64)], axis=1)[seen]
    image = np.moveaxis(roll, -1, 0) if roll.ndim == 3 else roll[None]
    name, program, _ = columns.about["tracks"][int(np.bincount(notes["track"][seen]).argmax())]
    about = {key: columns.about[key] for key in ("tpq", "tempos", "meters")}
    return Source(image, struck[np.lexsort([struck[:, 1], struck[:, 0]])], {**about, "name": name, "program": program})


def _same_meter(columns: Columns, grid: Grid) -> None:
    """Refuse a piece most of which is in another meter than the items: bars would be taken for what they are not."""
    from modeloid.music.represent.bars import sections

    if grid.meter is None:
        return
    found, _ = sections(columns.about, grid.steps_per_beat)
    last = columns.end_tick * grid.steps_per_beat / columns.about["tpq"]
    lengths: dict[tuple[int, int], float] = {}
    for section, end in zip(found, [*(one.step for one in found[1:]), last], strict=True):
        lengths[section.meter] = lengths.get(section.meter, 0.0) + max(0.0, end - section.step)
    most = max(lengths, key=lambda meter: lengths[meter])
    if most != grid.meter:
        own = "{}/{}".format(*grid.meter)
        do = f"Give a piece in {own}, or wish meter=ignored where the file is wrong about it"
        raise WishError(f"the piece is in {most[0]}/{most[1]}, this modeloid knows {own}", _WHERE, do)


def _about(items: Items) -> dict[str, Any]:
    """What is said of pieces that say nothing of it themselves."""
    if items.representation is None:
        return {}
    grid = items.grid
    return {
        "tpq": 120 * grid.steps_per_beat,
        "tempos": [[0, round(6e7 / grid.tempo_bpm)]],
        "meters": [[0, *(grid.meter or (4, 4))]],
        "name": "piano",
        "program": 0,
    }


def _long_enough(source: Source, items: Items) -> Source:
    steps, window = source.roll.shape[1], items.image[1]
    fewest = -(-window // 4)
    if steps < fewest:
        do = f"It needs at least {fewest}: a quarter of what the modeloid sees at once"
        raise WishError(f"the piece is too short to transfer: {steps} steps", _WHERE, do)
    if not len(source.struck):
        raise WishError("the piece is silent", _WHERE, "Give one with notes")
    return source
