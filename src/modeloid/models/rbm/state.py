"""The complete state of an RBM in a directory: one npz for each layer, one json for the counters."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

from modeloid.backends.numpy import load_arrays, save_arrays
from modeloid.cycle.errors import StateError

from .learner import Learner
from .machine import Array, Machine, Shape

FORMAT = 1


def save(directory: Path, layers: Sequence[Learner], turn: int) -> None:
    """Write ``rbm.json`` and ``layer-0.npz``, ``layer-1.npz`` ...; the same state gives the same bytes."""
    counters = {"format": FORMAT, "turn": turn, "layer_turns": [layer.turn for layer in layers]}
    (directory / "rbm.json").write_text(json.dumps(counters, indent=1) + "\n", encoding="utf-8")
    for index, layer in enumerate(layers):
        save_arrays(directory / f"layer-{index}.npz", _arrays(layer))


def load(directory: Path, shapes: Sequence[Shape], chains: int) -> tuple[list[Learner], int]:
    """Read what `save` wrote; also the number of turns. Raises `StateError` where it is damaged or does not fit."""
    try:
        counters = json.loads((directory / "rbm.json").read_text(encoding="utf-8"))
        if counters["format"] != FORMAT:
            raise StateError(f"state format {counters['format']}", directory, f"This version reads format {FORMAT}")
        turns = counters["layer_turns"]
        stored = [load_arrays(directory / f"layer-{index}.npz") for index in range(len(turns))]
        turn = int(counters["turn"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as fault:
        raise StateError(f"unreadable state ({fault})", directory, "Take an earlier checkpoint") from fault
    if len(stored) != len(shapes):
        raise StateError(f"{len(stored)} layers, not {len(shapes)}", directory, "It belongs to another architecture")
    layers = [_learner(*parts, chains, directory) for parts in zip(shapes, stored, turns, strict=True)]
    return layers, turn


def _arrays(layer: Learner) -> dict[str, Array]:
    kinds = {"machine": layer.machine, "average": layer.average, "velocity": layer.velocity}
    arrays = {f"{kind}.{name}": array for kind, part in kinds.items() for name, array in part.arrays.items()}
    return arrays | {f"mean.{name}": array for name, array in layer.means.items()} | {"chains": layer.chains}


def _learner(shape: Shape, arrays: dict[str, Array], turn: int, chains: int, directory: Path) -> Learner:
    kinds = ("machine", "average", "velocity")
    sizes = {f"{kind}.{name}": size for kind in kinds for name, size in shape.sizes.items()}
    sizes |= {f"mean.{name}": shape.sizes[name] for name in "bc"} | {"chains": (chains, *shape.visible)}
    found = {name: array.shape for name, array in arrays.items()}
    if found != sizes:
        wrong = sorted(name for name in found.keys() | sizes.keys() if found.get(name) != sizes.get(name))
        raise StateError(f"arrays do not fit: {', '.join(wrong)}", directory, "It belongs to another architecture")
    machine, average, velocity = (Machine(shape, *(arrays[f"{kind}.{name}"] for name in "Wbc")) for kind in kinds)
    means = {name: arrays[f"mean.{name}"] for name in "bc"}
    return Learner(machine, average, velocity, arrays["chains"], means, turn)
