"""What `create` starts from: small ones that are heard after minutes on a processor, and the published sizes."""

from __future__ import annotations

from typing import Any

_PAIR = {"classical": ["asap-scores"], "pop": ["pop909"]}
_JAZZ = {"jazz": ["weimar"], "pop": ["pop909"]}


def _data(sets: dict[str, list[str]], low: int, high: int) -> dict[str, Any]:
    roll = {"kind": "multitrack", "tracks": "one", "steps_per_beat": 4, "window_bars": 4, "low": low, "high": high}
    return {"sets": sets, "split": "groups", "representation": {**roll, "other_meters": "cut"}}


def _cycle(turns: int, batch: int, looks: int) -> dict[str, Any]:
    often = f"{max(1, turns // looks)}t"
    run = {"seed": 0, "batch": batch, "last": f"{turns}t", "log": "10t", "pieces": 16}
    seldom = f"{max(1, turns // 2)}t"
    return {**run, "validate": often, "generate": seldom, "save": often, "best": "min valid/apart"}


def _small(doc: str, sets: dict[str, list[str]]) -> dict[str, Any]:
    learnt = {"shortcut": 1.0, "difference": "entropy", "veil": 0.1, "cycle": 3.0, "noise": 0.1}
    extra = {"scores": "phrases", "extra": "partial", "pool": 50}
    sizes = {"width": 8, "blocks": 3, "critic_width": 16, "learning_rate": 0.002, "average": 0.99}
    turns = 800
    return {
        "doc": doc,
        "parameters": {**sizes, **learnt, **extra, "steady_turns": turns // 2, "planned_turns": turns},
        "data": _data(sets, 36, 100),
        "cycle": _cycle(turns, 8, 6),
    }


def _published(doc: str, **parameters: Any) -> dict[str, Any]:
    # 830 turns are about one epoch of the larger genre at a batch of 16: it falls from epoch 10 to epoch 100
    plan = {"steady_turns": 8_300, "planned_turns": 83_000}
    return {
        "doc": doc,
        "parameters": {**plan, **parameters},
        "data": _data(_PAIR, 24, 108),
        "cycle": {**_cycle(83_000, 16, 50), "log": "100t"},
    }


PRESETS: dict[str, dict[str, Any]] = {
    "default": _small("Piano scores and pop songs, small networks: ten minutes on a processor.", _PAIR),
    "jazz-pop": _small("Jazz solos with bass and pop songs, the same small networks.", _JAZZ),
    "paper": _published(
        "The published sizes, further discriminators that the generators learn from as the paper means it; for a GPU.",
        extra="partial", noise=0.0, pool=50,
    ),
    "base": _published("The published sizes without further discriminators; for a GPU.", noise=1.0),
    "legacy": _published(
        "As released: the further discriminators never reach the generators; for a GPU.",
        extra="legacy_partial", noise=0.0, pool=50,
    ),
}  # fmt: skip
