"""One main cycle for generative models, applied to symbolic music.

The names below are those of `modeloid.app`, found when first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"


class _Room(ModuleType):
    """A room of the house that shares its name with a function: `modeloid.report` is both."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return getattr(import_module("modeloid.app"), self.__name__.rpartition(".")[2])(*arguments, **named)


class _House(ModuleType):
    """The package itself: importing a room must not hide the function of its name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and name in ("check", "models", "report"):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _House


def __getattr__(name: str) -> Any:
    app = import_module("modeloid.app")
    if name in app.__all__:
        return getattr(app, name)
    raise AttributeError(f"module 'modeloid' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*import_module("modeloid.app").__all__, "__version__"])
