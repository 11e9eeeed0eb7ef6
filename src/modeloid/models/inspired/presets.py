"""What `create` starts from: songs for piano in three parts, a band, classical piano, and something to try out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_SONG = ["MELODY", "BRIDGE", ["piano", 0, 127]]
_BAND = [
    "drums",
    ["bass", 32, 39],
    ["keys", 0, 23],
    ["guitar", 24, 31],
    ["strings", 40, 55],
    ["winds", 56, 79],
    ["synth", 80, 127],
]
_PIANO = [["piano", 0, 127]]


def _preset(
    doc: str,
    sets: Any,
    parts: list[Any],
    batch: int,
    turns: int,
    best: str = "min valid/loss",
    looks: int = 6,
    split: str = "groups:52/28/20",
    bars: Mapping[str, Any] = MappingProxyType({}),
    **parameters: Any,
) -> dict[str, Any]:
    each = max(1, turns // looks)
    return {
        "doc": doc,
        "parameters": {"planned_turns": turns, **parameters},
        "data": {
            "sets": sets,
            # as many songs to judge with and to be inspired by as can be spared
            "split": split,
            "representation": {"kind": "parts", "window_bars": 32, "parts": parts, "at_ends": 0.25, **bars},
        },
        "cycle": {
            "seed": 0,
            "batch": batch,
            "last": f"{turns}t",
            "validate": f"{each}t",
            "save": f"{each}t",
            "generate": f"{turns}t",
            "log": f"{max(1, turns // 200)}t",
            "best": best,
            "pieces": 4,
        },
    }


PRESETS: dict[str, dict[str, Any]] = {
    "default": _preset("Pop songs for piano in three parts (POP909): half an hour.", ["pop909"], _SONG, 64, 1200),
    "band": _preset(
        "Bands of seven parts with drums (multi): half an hour.", ["multi-free", "multi-nc"], _BAND, 48, 700, looks=4
    ),
    "roll": _preset(
        "Pop songs as rolls, by a DCGAN over an LSTM with a critic and ideas that must return: an experiment.",
        ["pop909"], _SONG, 64, 4800, best="max valid/returned", looks=3,
        generator="roll", dose=2.5, roll_features=128, roll_excerpts=8, plan_excerpts=1, note_excerpts=1,
        line_pairs=100,
    ),
    "piano": _preset(
        "Classical piano music in any meter, with the velocities of pianists (ASAP); performs scores: half an hour.",
        ["asap-played"], _PIANO, 32, 600, looks=4, split="published", bars={"other_meters": "pad"},
        idea_turns=120, members=3, plan_width=192, plan_excerpts=16, note_width=256, note_excerpts=4,
        touch_excerpts=10, line_pairs=100,
    ),
    "small": _preset(
        "Pop songs by tiny networks, in seconds: to try things out.",
        ["pop909"], _SONG, 8, 20,
        idea_turns=8, idea_width=8, members=3, plan_width=16, note_width=16, note_excerpts=2,
        warm_turns=2, kept_bars=2000, line_pairs=10, usual_bars=8,
    ),
}  # fmt: skip
