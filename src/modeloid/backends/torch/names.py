"""Names of weights as the modeloid wrote them, without what compiling and distributing put in front."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import Tensor


def plain_state(module: torch.nn.Module) -> dict[str, Any]:
    """The module's state by plain names: a bare, a compiled and a distributed module give the same."""
    drop = _wrappers(module)
    return {_plain(name, drop): value for name, value in module.state_dict().items()}


def load_plain_state(module: torch.nn.Module, state: dict[str, Tensor]) -> None:
    """Load what `plain_state` gave; all names must be there."""
    drop = _wrappers(module)
    module.load_state_dict({name: state[_plain(name, drop)] for name in module.state_dict()}, strict=True)


def plain_parameters(module: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    """The module's parameters by plain names; one that is shared stands once."""
    drop = _wrappers(module)
    return {_plain(name, drop): parameter for name, parameter in module.named_parameters()}


def _wrappers(module: torch.nn.Module) -> set[str]:
    """Full names of the modules that exist only because their parent wraps them."""
    inner: dict[type, str] = {torch.nn.parallel.DistributedDataParallel: "module", torch.nn.DataParallel: "module"}
    # Importing the compiler takes a second: where nobody has, no module is compiled.
    if "torch._dynamo.eval_frame" in sys.modules:
        inner[sys.modules["torch._dynamo.eval_frame"].OptimizedModule] = "_orig_mod"
    wrapped = set()
    for name, part in module.named_modules(remove_duplicate=False):
        attribute = next((inner[kind] for kind in inner if isinstance(part, kind)), None)
        if attribute:
            wrapped.add(f"{name}.{attribute}" if name else attribute)
    return wrapped


def _plain(name: str, drop: set[str]) -> str:
    parts = name.split(".")
    return ".".join(part for depth, part in enumerate(parts, 1) if ".".join(parts[:depth]) not in drop)
