"""One main cycle for generative models, applied to symbolic music.

The names below are those of `modeloid.app`, found when first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    app = import_module("modeloid.app")
    if name in app.__all__:
        return getattr(app, name)
    raise AttributeError(f"module 'modeloid' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*import_module("modeloid.app").__all__, "__version__"])
