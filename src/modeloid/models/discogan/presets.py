"""What `create` starts from: small ones for a processor, the published one, its ablations."""

from __future__ import annotations

from typing import Any

from modeloid.backends.pairs.genres import PAIRS, cycle, data


def _small(pair: str) -> dict[str, Any]:
    learnt = {"shortcut": 2.0, "difference": "entropy", "return_first": 0.3, "return_then": 0.5, "matching": 0.5}
    sizes = {"width": 16, "levels": 3, "learning_rate": 0.001, "curriculum_turns": 300}
    return {
        "doc": f"{PAIRS[pair].doc}, small networks: ten minutes on a processor.",
        "parameters": {**sizes, **learnt, "guide": 1.5},
        "data": data(pair),
        "cycle": cycle(pair, 1200, 16, 6),
    }


def _published(doc: str, **parameters: Any) -> dict[str, Any]:
    run = {**cycle("classical-pop", 50_000, 64, 50), "log": "99t"}
    return {"doc": doc, "parameters": parameters, "data": data("classical-pop", low=24, high=108), "cycle": run}


PRESETS: dict[str, dict[str, Any]] = {
    "default": _small("classical-pop"),
    **{pair: _small(pair) for pair in PAIRS if pair != "classical-pop"},
    "paper": _published("The published sizes and weights; for a GPU."),
    "recongan": _published("The paper's ablation with one way and back; for a GPU.", ways="back"),
    "gan": _published("The paper's ablation with one way alone, nothing comes back; for a GPU.", ways="there"),
}
