"""The complete state of a torch modeloid as safetensors and JSON files, strict when it is read back."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from modeloid.cycle.errors import StateError, nearest

from .average import Average
from .names import load_plain_state, plain_state

_COUNTERS = "counters.json"


@dataclass
class State:
    """The live objects that a modeloid's state consists of, by name.

    ::

        self.state = State(modules={"net": net}, optimisers={"adam": adam}, counters={"step": 0})
        self.state.save(directory)      # net.safetensors, adam.optimiser.safetensors, .json, counters.json
        self.state.load(directory)      # into the same objects; the counters are filled in

    Parameters
    ----------
    modules, optimisers, schedulers
        Objects of torch; modules may be compiled or distributed, the names in the files are plain.
    averages
        Each is saved as a file of its own, and never swapped in.
    counters
        Numbers, texts, lists and dicts.
    """

    modules: Mapping[str, torch.nn.Module] = field(default_factory=dict)
    optimisers: Mapping[str, torch.optim.Optimizer] = field(default_factory=dict)
    schedulers: Mapping[str, Any] = field(default_factory=dict)
    averages: Mapping[str, Average] = field(default_factory=dict)
    counters: dict[str, Any] = field(default_factory=dict)

    def save(self, directory: Path) -> None:
        """Write everything; the same state gives the same bytes.

        Raises
        ------
        StateError
            For a value that is no tensor and that JSON would change.
        """
        with ExitStack() as back:
            for average in self.averages.values():
                back.enter_context(average.trained())
            for name, module in self.modules.items():
                _write_tensors(directory / f"{name}.safetensors", plain_state(module))
            for name, average in self.averages.items():
                _write_tensors(directory / f"{name}.average.safetensors", average.tensors())
        for name, optimiser in self.optimisers.items():
            tensors, plain = _taken_apart(optimiser.state_dict())
            _write_tensors(directory / f"{name}.optimiser.safetensors", tensors)
            _write_json(directory / f"{name}.optimiser.json", plain)
        for name, scheduler in self.schedulers.items():
            _write_json(directory / f"{name}.scheduler.json", scheduler.state_dict())
        _write_json(directory / _COUNTERS, self.counters)

    def load(self, directory: Path) -> None:
        """Read everything back into the same objects.

        Raises
        ------
        StateError
            For a file that is missing, cannot be read or belongs to nothing here, and for a name, shape or dtype
            that differs.
        """
        self._check_files(directory)
        for name, module in self.modules.items():
            path = directory / f"{name}.safetensors"
            load_plain_state(module, _read_like(path, plain_state(module)))
        for name, average in self.averages.items():
            path = directory / f"{name}.average.safetensors"
            average.load(_read_like(path, average.tensors()))
        for name, optimiser in self.optimisers.items():
            _load_optimiser(directory, name, optimiser)
        for name, scheduler in self.schedulers.items():
            read = _read_json(directory / f"{name}.scheduler.json")
            scheduler.load_state_dict(_like(scheduler.state_dict(), read))
        self.counters.clear()
        self.counters.update(_read_json(directory / _COUNTERS))

    def _check_files(self, directory: Path) -> None:
        known = {f"{name}.safetensors" for name in self.modules}
        known |= {f"{name}.average.safetensors" for name in self.averages}
        known |= {f"{name}.optimiser.safetensors" for name in self.optimisers}
        for path in sorted(directory.glob("*.safetensors")):
            if path.name not in known:
                raise StateError("belongs to no part of this modeloid", path, nearest(path.name, known))


def _taken_apart(state: Mapping[str, Any]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimiser's state as tensors called "INDEX.NAME" or "group.INDEX.NAME", and all the rest."""
    tensors: dict[str, Tensor] = {}
    rest: dict[str, dict[str, Any]] = {}
    for index, values in state["state"].items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{index}.{name}"] = value
            else:
                rest.setdefault(str(index), {})[name] = value
    groups = []
    for number, group in enumerate(state["param_groups"]):
        found = {f"group.{number}.{name}": value for name, value in group.items() if isinstance(value, Tensor)}
        tensors |= found
        groups.append({name: value for name, value in group.items() if not isinstance(value, Tensor)})
    return tensors, {"groups": groups, "state": rest}


def _load_optimiser(directory: Path, name: str, optimiser: torch.optim.Optimizer) -> None:
    tensors = _read_tensors(directory / f"{name}.optimiser.safetensors")
    path = directory / f"{name}.optimiser.json"
    plain = _read_json(path)
    own = optimiser.state_dict()["param_groups"]
    sizes = [len(group["params"]) for group in own]
    try:
        found = [len(group["params"]) for group in plain["groups"]]
        groups = [_like(ours, theirs) for ours, theirs in zip(own, plain["groups"], strict=False)]
        state: dict[int, dict[str, Any]] = {int(index): dict(values) for index, values in plain["state"].items()}
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(f"is no optimiser's state ({error!r})", path, "Restore it from a copy") from error
    if found != sizes:
        raise StateError(
            f"holds groups of {found} parameters, this modeloid has {sizes}", path, "Use the settings it was made with"
        )
    for key, tensor in tensors.items():
        index, _, rest = key.partition(".")
        if index == "group":
            number, _, rest = rest.partition(".")
            groups[int(number)][rest] = tensor
        else:
            state.setdefault(int(index), {})[rest] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def _write_tensors(path: Path, tensors: Mapping[str, Any]) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    seen: set[int] = set()
    ready = {}
    for name, value in tensors.items():
        if not isinstance(value, Tensor):
            raise StateError(f"{name!r} is a {type(value).__name__}, no tensor", path, "Keep it among the counters")
        tensor = value.detach().to("cpu").contiguous()
        # Tied weights and views share memory, which the format refuses: each name gets its own.
        storage = tensor.untyped_storage().data_ptr()
        ready[name] = tensor.clone() if storage in seen else tensor
        seen.add(storage)
    try:
        save_file(ready, str(path))
    except SafetensorError as error:
        # The library puts the system's error number into its text; the cycle knows a full disk by it.
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) from error


def _read_tensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(str(path)))
    except FileNotFoundError as error:
        raise StateError("is missing", path, "Restore it from a copy, or take another checkpoint") from error
    except (SafetensorError, OSError, ValueError) as error:
        raise StateError(f"cannot be read ({error})", path, "Restore it, or take another checkpoint") from error


def _read_like(path: Path, own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a file, every one of which has the name, shape and dtype of one of ours."""
    read = _read_tensors(path)
    for name in [*(name for name in own if name not in read), *(name for name in read if name not in own)]:
        fault = f"{name!r} is missing" if name in own else f"{name!r} belongs to nothing here"
        raise StateError(fault, path, nearest(name, read if name in own else own))
    for name, tensor in own.items():
        ours, theirs = (f"{str(one.dtype)[6:]} {list(one.shape)}" for one in (tensor, read[name]))
        if ours != theirs:
            raise StateError(f"{name!r} is {theirs}, here {ours}", path, "Use the sizes and precision it was made with")
    return read


def _write_json(path: Path, value: Any) -> None:
    try:
        text = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise StateError(
            f"a value does not fit JSON ({error})", path, "Keep numbers, texts, lists and dicts"
        ) from error
    if _like(value, json.loads(text)) != value:
        raise StateError("a value would not come back from JSON as it was", path, "Keep plain numbers and texts")
    path.write_text(text + "\n", encoding="utf-8")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise StateError("is missing", path, "Restore it from a copy, or take another checkpoint") from error
    except (OSError, ValueError) as error:
        raise StateError(f"cannot be read ({error})", path, "Restore it, or take another checkpoint") from error


def _like(pattern: Any, value: Any) -> Any:
    """What JSON has flattened, in the shape of a pattern: tuples, and dicts whose keys are whole numbers."""
    if isinstance(pattern, dict) and isinstance(value, dict):
        whole = any(type(key) is int for key in pattern)
        return {
            (int(key) if whole else key): _like(pattern.get(int(key) if whole else key), one)
            for key, one in value.items()
        }
    if isinstance(pattern, (list, tuple)) and isinstance(value, list):
        ours = [*pattern, *[None] * (len(value) - len(pattern))]
        return type(pattern)(_like(mine, one) for mine, one in zip(ours, value, strict=False))
    return value
