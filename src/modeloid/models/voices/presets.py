"""What `create` starts from: chorales in minutes, with patience, at best, and in seconds."""

from __future__ import annotations

from typing import Any


def _preset(doc: str, batch: int, turns: int, **parameters: Any) -> dict[str, Any]:
    looks = max(1, turns // 5)
    return {
        "doc": doc,
        "parameters": {"planned_turns": turns, **parameters},
        "data": {
            "sets": ["jsb-chorales"],
            "split": "published",
            # longer than any chorale: what is learned from are whole ones
            "representation": {"kind": "grid", "steps_per_beat": 4, "window_steps": 1024, "low": 36, "high": 84},
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


PRESETS: dict[str, dict[str, Any]] = {
    "default": _preset("Bach chorales in sixteenths: some minutes on a processor.", 16, 300),
    "jsb": _preset("Bach chorales in sixteenths, with more patience.", 16, 650),
    "together": _preset(
        "Bach chorales in sixteenths: three networks, the mean of their probabilities, from the bass up.",
        16, 650, members=3, order="up", motion=8.0,
    ),
    "small": _preset(
        "Bach chorales by a tiny network, in seconds: to try things out.",
        4, 20, width=16, channels=4, layers=0, frames=64, notes=2, warm_turns=5,
    ),
}  # fmt: skip
