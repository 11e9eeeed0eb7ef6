"""What `create` starts from: a small one for a processor, the published one, its ablations."""

from __future__ import annotations

from typing import Any

_PAIR = {"classical": ["asap-scores"], "pop": ["pop909"]}
_JAZZ = {"jazz": ["weimar"], "pop": ["pop909"]}


def _data(sets: dict[str, list[str]], low: int, high: int) -> dict[str, Any]:
    roll = {"kind": "multitrack", "tracks": "one", "steps_per_beat": 4, "window_bars": 4, "low": low, "high": high}
    return {"sets": sets, "split": "groups", "representation": {**roll, "other_meters": "cut"}}


def _cycle(turns: int, batch: int, looks: int) -> dict[str, Any]:
    often = f"{max(1, turns // looks)}t"
    run = {"seed": 0, "batch": batch, "last": f"{turns}t", "log": "12t", "pieces": 16}
    seldom = f"{max(1, turns // 2)}t"
    return {**run, "validate": often, "generate": seldom, "save": often, "best": "min valid/apart"}


def _small(doc: str, sets: dict[str, list[str]]) -> dict[str, Any]:
    learnt = {"shortcut": 2.0, "difference": "entropy", "return_first": 0.5, "return_then": 0.8, "matching": 0.5}
    sizes = {"width": 16, "levels": 3, "learning_rate": 0.001, "curriculum_turns": 450}
    return {
        "doc": doc,
        "parameters": {**sizes, **learnt},
        "data": _data(sets, 36, 100),
        "cycle": _cycle(1800, 16, 6),
    }


def _published(doc: str, **parameters: Any) -> dict[str, Any]:
    cycle = {**_cycle(50_000, 64, 50), "log": "99t"}
    return {"doc": doc, "parameters": parameters, "data": _data(_PAIR, 24, 108), "cycle": cycle}


PRESETS: dict[str, dict[str, Any]] = {
    "default": _small("Piano scores and pop songs, small networks: ten minutes on a processor.", _PAIR),
    "jazz-pop": _small("Jazz solos with bass and pop songs, the same small networks.", _JAZZ),
    "paper": _published("The published sizes and weights; for a GPU."),
    "recongan": _published("The paper's ablation with one way and back; for a GPU.", ways="back"),
    "gan": _published("The paper's ablation with one way alone, nothing comes back; for a GPU.", ways="there"),
}
