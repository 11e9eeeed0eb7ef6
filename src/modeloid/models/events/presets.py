"""What `create` starts from."""

from __future__ import annotations

from typing import Any

_CHORALES = {
    "kind": "events",
    "steps_per_beat": 4,
    "window_tokens": 512,
    "low": 36,
    "high": 88,
    "drums": [],
    "tracks": ["Soprano", "Alto", "Tenor", "Bass", ["others", 0, 127]],
    "infill": 0.25,
    "accompany": 0.25,
    "velocities": 0,
    "durations": [[8, 4]],
    "tempos": 0,
    "meters": [[n, 4] for n in (1, 2, 3, 4, 5, 6)] + [[n, 2] for n in (2, 3)] + [[12, 8]],
    "ends": True,
}
_POP = {
    "kind": "events",
    "steps_per_beat": 4,
    "window_tokens": 512,
    "drums": [],
    "tracks": ["MELODY", "BRIDGE", "PIANO"],
    "infill": 0.25,
    "accompany": 0.25,
    "velocities": 16,
    "durations": [[4, 4], [16, 2]],
    "tempos": 32,
    "ends": True,
}


def _preset(
    doc: str, data: dict[str, Any], batch: int, turns: int, looks: int = 20, **parameters: Any
) -> dict[str, Any]:
    every = f"{max(1, turns // looks)}t"
    return {
        "doc": doc,
        "parameters": {"planned_turns": turns, **parameters},
        "data": {"split": "groups", "transpose": [-5, 6], **data},
        "cycle": {
            "seed": 0,
            "batch": batch,
            "last": f"{turns}t",
            "validate": every,
            "save": every,
            "generate": f"{turns}t",
            "best": "min valid/loss",
        },
    }


_BACH = {"sets": ["bach-chorales"], "representation": _CHORALES}
_PIANO = {"sets": ["pop909"], "representation": _POP}

_PLAIN = {"kind": "events", "window_tokens": 512, "drums": [], "programs": False, "ends": True}
_POP909 = {**_PLAIN, "steps_per_beat": 4, "velocities": 16, "durations": [[4, 4], [16, 2]], "tempos": 32}
# Performances know no bars: their grid is one of time, 31 ms at the 120 quarters a minute that they are written in.
_ASAP = {**_PLAIN, "steps_per_beat": 16, "durations": [[1, 16], [4, 4], [16, 1]], "tempos": 0, "meters": []}
_BENCH = {"width": 192, "layers": 3, "learning_rate": 0.002, "warm_turns": 50}

PRESETS: dict[str, dict[str, Any]] = {
    "default": _preset(
        "Bach chorales by an LSTM, bars and voices beside given ones too: less than ten minutes on a processor.",
        _BACH, 8, 2000, network="lstm", width=192, layers=2, learning_rate=0.003,
    ),
    "transformer": _preset(
        "Bach chorales by a Transformer: on a processor it learns more slowly than the default.",
        _BACH, 8, 1200, width=128, learning_rate=0.003,
    ),
    "small": _preset(
        "Bach chorales in a few bars at a time, a very small network: to try things out.",
        {"sets": ["bach-chorales"], "representation": {**_CHORALES, "window_tokens": 128}},
        16, 200, width=64, layers=2, learning_rate=0.003,
    ),
    "pop": _preset("POP909, three tracks with velocities, by a small Transformer.", _PIANO, 8, 3000, width=256),
    "full": _preset(
        "POP909, 6 layers of 512 features: for a GPU.",
        {"sets": ["pop909"], "representation": {**_POP, "window_tokens": 1024}},
        16, 20_000, width=512, layers=6, heads=8, learning_rate=0.0006, warm_turns=500, average=0.999,
    ),
    "pop909": _preset(
        "POP909, all tracks as one, by a small Transformer: as `modeloid bench events` has it.",
        {"sets": ["pop909"], "representation": _POP909}, 8, 400, looks=2, **_BENCH,
    ),
    "asap": _preset(
        "Piano performances of ASAP by a small Transformer: as `modeloid bench events` has it.",
        {"sets": ["asap"], "split": "published", "representation": _ASAP}, 8, 400, looks=2, **_BENCH,
    ),
}  # fmt: skip
