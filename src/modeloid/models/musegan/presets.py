"""What `create` starts from: a small band for a processor; the three kinds at the paper's size, ours and its own."""

from __future__ import annotations

from typing import Any

from .kinds import KINDS

_BAND = ["drums", ["keys", 0, 23], ["guitar", 24, 31], ["bass", 32, 39], ["others", 40, 127]]
_PAPER_BAND = [["bass", 32, 39], "drums", ["guitar", 24, 31], ["strings", 40, 127], ["piano", 0, 23]]


def _data(steps_per_beat: int, bars: int, tracks: list[Any], **more: Any) -> dict[str, Any]:
    representation = {"kind": "multitrack", "steps_per_beat": steps_per_beat, "window_bars": bars, "low": 24}
    representation |= {"high": 108, "tracks": tracks, "other_meters": "cut"}
    return {"sets": ["multi-free", "multi-nc"], "split": "groups", "representation": representation, **more}


def _preset(doc: str, data: dict[str, Any], batch: int, turns: int, looks: int, **parameters: Any) -> dict[str, Any]:
    every = f"{turns // looks}t"
    return {
        "doc": doc,
        "parameters": {"planned_turns": turns, **parameters},
        "data": data,
        "cycle": {
            "seed": 0,
            "batch": batch,
            "last": f"{turns}t",
            "validate": every,
            "save": every,
            "generate": every,
            "log": f"{max(1, turns // 200)}t",
            "best": "min judge/wasserstein",
            "pieces": 16,
        },
    }


_SMALL = {
    "width": 96,
    "temporal_width": 64,
    "context_width": 32,
    "critic_width": 96,
    "latent": 64,
    "critic_steps": 3,
    "learning_rate": 0.0003,
    "critic_learning_rate": 0.001,
    "falling": 0.3,
    "own_context": 0.8,
}
_PUBLISHED = {
    "context_bars": 0,
    "notes": "cells",
    "gates": False,
    "neurons": "real",
    "velocities": False,
    "calibrated": False,
    "chords": False,
    "matching": 0.0,
    "norm": "batch",
    "streams": [],
    "average": 0.0,
    "falling": 0.0,
    "first_critic_steps": 100,
    "tries": 1,
}
"""What the paper has: no context, each cell decided alone and thresholded, no gates, batch norm, one stream."""

_SIZES = {"composer": "one generator", "jamming": "a generator and a critic a track", "hybrid": "a generator a track"}


def _full() -> dict[str, dict[str, Any]]:
    found = {}
    for kind in KINDS:
        own = {"kind": kind, "critics": "each" if kind == "jamming" else "one"}
        for given in ("", "-accompany"):
            beside = {"given": "piano"} if given else {}
            doc = f"{_SIZES[kind].capitalize()}, 96 steps a bar{', beside a given piano' if given else ''}: for a GPU."
            varied = _data(24, 5, _PAPER_BAND, transpose=[-5, 6])
            found[kind + given] = _preset(doc, varied, 64, 50_000, 20, **own, **beside)
            doc = f"As published: {doc[0].lower()}{doc[1:]}"
            found[f"{kind}{given}-paper"] = _preset(
                doc, _data(24, 4, _PAPER_BAND), 64, 50_000, 20, **own, **beside, **_PUBLISHED
            )
    return found


_BAND_16 = _data(4, 5, _BAND, transpose=[-5, 6])

PRESETS: dict[str, dict[str, Any]] = {
    "default": _preset("A band of five, 16 steps a bar: some minutes on a processor.", _BAND_16, 8, 1200, 4, **_SMALL),
    **_full(),
}
PRESETS["small"] = PRESETS["default"]
