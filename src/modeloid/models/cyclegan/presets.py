"""What `create` starts from: small ones that are heard after minutes on a processor, and the published sizes."""

from __future__ import annotations

from typing import Any

from modeloid.backends.pairs.genres import PAIRS, cycle, data


def _small(pair: str) -> dict[str, Any]:
    learnt = {"shortcut": 1.0, "difference": "entropy", "veil": 0.1, "round_trip": 1.5, "guide": 2.0, "noise": 0.1}
    sizes = {"width": 8, "blocks": 3, "critic_width": 16, "learning_rate": 0.002, "average": 0.99}
    turns = 700
    plan = {"steady_turns": turns // 2, "planned_turns": turns}
    return {
        "doc": f"{PAIRS[pair].doc}, small networks: ten minutes on a processor.",
        "parameters": {**sizes, **learnt, "scores": "phrases", "pool": 50, **plan},
        "data": data(pair),
        "cycle": cycle(pair, turns, 8, 6),
    }


def _published(doc: str, **parameters: Any) -> dict[str, Any]:
    # 830 turns are about one epoch of the larger genre at a batch of 16: it falls from epoch 10 to epoch 100
    plan = {"steady_turns": 8_300, "planned_turns": 83_000}
    return {
        "doc": doc,
        "parameters": {**plan, **parameters},
        "data": data("classical-pop", low=24, high=108),
        "cycle": {**cycle("classical-pop", 83_000, 16, 50), "log": "100t"},
    }


PRESETS: dict[str, dict[str, Any]] = {
    "default": _small("classical-pop"),
    **{pair: _small(pair) for pair in PAIRS if pair != "classical-pop"},
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
