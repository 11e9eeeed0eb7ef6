"""The piece in the other group: from what a network finds likely to notes with lengths, velocities and a tempo."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .items import Items
from .source import Source

_USUAL = 80
Ints = NDArray[np.int64]


def settled(likely: NDArray[np.float32], temperature: float, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Which cells sound.

    Parameters
    ----------
    likely
        From 0 to 1, any shape.
    temperature
        0: what is above one half; else logistic noise of this scale is added to the log-odds, which at 1 draws each
        cell with its own chance.
    """
    if temperature == 0:
        return np.asarray(likely > 0.5)
    held = np.clip(likely.astype(np.float64), 1e-6, 1 - 1e-6)
    uniform = np.clip(generator.random(likely.shape), 1e-12, 1 - 1e-12)
    noise = np.log(uniform) - np.log1p(-uniform)
    return np.asarray(np.log(held) - np.log1p(-held) + temperature * noise > 0)


def notes(on: NDArray[np.bool_], struck: Ints) -> Ints:
    """The notes of a roll.

    Parameters
    ----------
    on
        Shape (channels, steps, pitches); a second channel says where notes start. Without one, a note that goes on
        where the source strikes the same key is struck there as well.
    struck
        Shape (n, 3): the source's beginnings, see `Source`.

    Returns
    -------
    Shape (notes, 3): first step, step behind the last, row; by step, then row.
    """
    frames = on[0]
    before = np.concatenate([np.zeros_like(frames[:1]), frames[:-1]])
    begins = frames & ~before
    if len(on) > 1:
        begins |= frames & on[1]
    else:
        again = np.zeros_like(frames)
        inside = struck[struck[:, 0] < len(frames)]
        again[inside[:, 0], inside[:, 1]] = True
        begins |= frames & again
    goes_on = np.concatenate([frames[1:] & ~begins[1:], np.zeros_like(frames[:1])])
    row, first = np.nonzero(begins.T)
    _, last = np.nonzero((frames & ~goes_on).T)
    order = np.lexsort([row, first])
    return np.stack([first, last + 1, row], axis=1)[order].astype(np.int64)


def velocities(made: Ints, struck: Ints) -> Ints:
    """The velocity of each note: that of the source's note nearest in time, of several the nearest in pitch.

    Parameters
    ----------
    made
        Shape (notes, 3), see `notes`.
    struck
        Shape (n, 3), n at least 1, in order of steps.
    """
    steps, begin = np.unique(struck[:, 0], return_index=True)
    end = np.append(begin[1:], len(struck))
    right = np.searchsorted(steps, made[:, 0]).clip(0, len(steps) - 1)
    left = np.maximum(right - 1, 0)
    nearer = np.abs(steps[left] - made[:, 0]) <= np.abs(steps[right] - made[:, 0])
    chord = np.where(nearer, left, right)
    found = np.empty(len(made), np.int64)
    for note, (at, row) in enumerate(zip(chord.tolist(), made[:, 2].tolist(), strict=True)):
        there = struck[begin[at] : end[at]]
        found[note] = there[np.abs(there[:, 1] - row).argmin(), 2]
    return found


def transported(values: Ints, counts: Ints, to: int) -> Ints:
    """Velocities spread as another group's: each goes to the one of equal rank, the optimal transport of a line.

    Parameters
    ----------
    values
        1 to 127.
    counts
        How often each velocity was struck in each of two groups, shape (2, 128), each with a sum above 0.
    to
        The group they go to; they come from the other one.
    """
    share = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    here, there = share[1 - to], share[to]
    rank = (here[values] + here[values - 1]) / 2
    return np.asarray(np.searchsorted(there, rank, side="left").clip(1, 127), np.int64)


def piece(made: Ints, loud: Ints, source: Source, items: Items, tempo_bpm: float) -> Any:
    """A score with the made notes, in the source's tempo and meter; an array where pieces are arrays.

    Parameters
    ----------
    made, loud
        See `notes`; one velocity each.
    tempo_bpm
        Quarters a minute; 0: as the source has them.
    """
    if items.representation is None:
        return _array(made, source, items)
    from modeloid.music.columns import Columns, to_score

    about, grid = source.about, items.grid
    edges = np.rint(made[:, :2] * (about["tpq"] / grid.steps_per_beat)).astype(np.int64)
    columns = {
        "onset": edges[:, 0],
        "duration": np.maximum(1, edges[:, 1] - edges[:, 0]),
        "pitch": made[:, 2] + grid.low,
        "velocity": loud,
        "track": np.zeros(len(made), np.int64),
    }
    tempos = [[0, round(6e7 / tempo_bpm)]] if tempo_bpm else about["tempos"]
    tracks = [[about["name"], about["program"], False]]
    frame = {"tpq": about["tpq"], "tracks": tracks, "tempos": tempos, "meters": about["meters"], "keys": []}
    return to_score(Columns(columns, frame))


def loudness(made: Ints, source: Source, counts: Ints, to: int | None) -> Ints:
    """Velocities of the made notes, as the source has them or, with `to`, spread as that group's.

    Where the source says nothing of velocities (all are 1) each is 80.
    """
    if not len(made):
        return np.zeros(0, np.int64)
    if not len(source.struck) or source.struck[:, 2].max() <= 1:
        return np.full(len(made), _USUAL)
    found = np.clip(velocities(made, source.struck), 1, 127)
    return found if to is None else transported(found, counts, to)


def _array(made: Ints, source: Source, items: Items) -> NDArray[np.uint8]:
    """The notes as an array like the domain's items, of as many steps (or bars) as the source has."""
    channels, steps, pitches = source.roll.shape
    image = np.zeros((channels, steps, pitches), np.uint8)
    for first, end, row in made.tolist():
        image[0, first:end, row] = 1
        if channels > 1:
            image[1, first, row] = 1
    laid = np.moveaxis(image, 0, -1)
    return laid[..., 0] if len(items.shape) == 2 else laid.reshape(-1, *items.shape[1:])
