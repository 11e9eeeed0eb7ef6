"""What `create` starts from: a preset for each of the four polyphonic sets, one of three networks, a small one."""

from __future__ import annotations

from typing import Any

_ROLL = {"kind": "roll", "steps_per_beat": 1, "low": 21, "high": 109, "whole": True}


def _preset(doc: str, data_set: str, window: int, batch: int, turns: int, **parameters: Any) -> dict[str, Any]:
    looks = max(1, turns // 10)
    return {
        "doc": doc,
        "parameters": {"planned_turns": turns, **parameters},
        "data": {
            "sets": [data_set],
            "split": "published",
            "representation": {**_ROLL, "window_steps": window},
        },
        "cycle": {
            "seed": 0,
            "batch": batch,
            "last": f"{turns}t",
            "validate": f"{looks}t",
            "save": f"{looks}t",
            "generate": f"{turns}t",
            "best": "min valid/loss",
        },
    }


_FEW = {"dropout": 0.5, "near_dropout": 0.3, "noise": 0.1}
"""Against learning few pieces by heart."""

PRESETS: dict[str, dict[str, Any]] = {
    "default": _preset(
        "Chorales in quarters, a small network: some minutes on a processor.",
        "poly-jsb", 128, 8, 600, width=128, head=128, depth=0, **_FEW,
    ),
    "jsb": _preset("Bach chorales, quarters.", "poly-jsb", 128, 8, 700, **_FEW),
    "jsb-together": _preset(
        "Bach chorales, quarters: three networks and the mean of their probabilities.",
        "poly-jsb", 128, 8, 700, members=3, **_FEW,
    ),
    "nottingham": _preset("Folk tunes with chords, eighths.", "poly-nottingham", 256, 4, 4000, dropout=0.1),
    "musedata": _preset("Orchestral and piano classics, eighths.", "poly-musedata", 256, 4, 6000, dropout=0.1),
    "piano-midi": _preset(
        "Classical piano, eighths.", "poly-piano-midi", 256, 4, 3000, dropout=0.3, near_dropout=0.1, noise=0.05,
    ),
}  # fmt: skip
