"""Cards of the digits modeloids, with a quick recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modeloid.cycle.card import Card

from . import gan, made

MODELS = {"made": made.load_model, "gan": gan.load_model}


def card(directory: Path, kind: str, model: dict[str, Any] | None = None, **cycle: Any) -> Card:
    directory.mkdir(parents=True, exist_ok=True)
    usual = {"batch": 64, "last": "3e", "validate": "1e", "generate": "1e", "save": "1e", "pieces": 4}
    best = "min valid/loss" if kind == "made" else "min valid/distance"
    return Card(
        directory=directory,
        id=f"digits-{kind}",
        name=f"digits-{kind}",
        authors=("tests",),
        doc="a torch modeloid on digits",
        model={"framework": "torch", **(model or {})},
        data={"domain": "digits", "binary": kind == "made"},
        cycle={**usual, "best": best, **cycle},
        load_model=MODELS[kind],
        source={"module": f"digits.{kind}", "distribution": "tests", "version": "0"},
    )
