"""The pairs of genres that presets learn between: their sets, on which grid they meet, and what makes a turn best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Pair(NamedTuple):
    """Two genres.

    Parameters
    ----------
    sets
        Genre -> its set; pieces usually go from the first to the second.
    low, high
        The lowest pitch, and the one above the highest; whole octaves.
    bars
        Bars of an item, of one meter; 0: the genres have different meters, and items are stretches of the grid.
    doc
        What it is, for people.
    """

    sets: Mapping[str, str]
    low: int
    high: int
    bars: int
    doc: str


PAIRS: Mapping[str, Pair] = {
    "classical-pop": Pair(
        {"classical": "style-piano-classical", "pop": "style-piano-pop"}, 36, 96, 4, "Piano scores and pop songs"
    ),
    "jazz-pop": Pair({"jazz": "style-melody-jazz", "pop": "style-melody-pop"}, 44, 92, 4, "Jazz solos and sung lines"),
    "folk-pop": Pair({"folk": "style-melody-folk", "pop": "style-melody-pop"}, 44, 92, 4, "Folk tunes and sung lines"),
    "jigs-reels": Pair(
        {"jigs": "style-jigs", "reels": "style-reels"}, 53, 89, 0, "Jigs (6/8) and reels (4/4), twelve quarters each"
    ),
}
"""Name -> pair."""
_STRETCH = 48


def data(pair: str, **changes: Any) -> dict[str, Any]:
    """The ``data`` of a modeloid of a pair; `changes` are to its representation."""
    known = PAIRS[pair]
    grid = {"steps_per_beat": 4, "low": known.low, "high": known.high}
    if known.bars:
        spec = {"kind": "multitrack", "tracks": "one", "window_bars": known.bars, "other_meters": "cut", **grid}
    else:
        spec = {"kind": "roll", "window_steps": _STRETCH, **grid}
    sets = {genre: [name] for genre, name in known.sets.items()}
    return {"sets": sets, "split": "published", "representation": {**spec, **changes}}


def cycle(pair: str, turns: int, batch: int, looks: int) -> dict[str, Any]:
    """The ``cycle`` of a modeloid of a pair.

    Best is the turn whose samples lie nearest to the held-out pieces of the genre that they go to, see
    `modeloid.music.judge.Judge`.

    Parameters
    ----------
    turns, batch
        How many, and items of each genre in one.
    looks
        How often it is sampled from and saved; it is validated twice, which takes longer than to sample.
    """
    often, to = f"{max(1, turns // looks)}t", list(PAIRS[pair].sets)[1]
    when = {"validate": f"{max(1, turns // 2)}t", "generate": often, "save": often}
    best = {"pieces": 32, "wishes": {"to": to}, "best": f"min judge/group/{to}/wasserstein"}
    return {"seed": 0, "batch": batch, "last": f"{turns}t", "log": "12t", **when, **best}
