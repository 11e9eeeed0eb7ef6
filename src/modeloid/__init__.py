"""One main cycle for generative models, applied to symbolic music.

The names below are those of `modeloid.app`, found when first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    from . import app

    if name in app.__all__:
        return getattr(app, name)
    raise AttributeError(f"module 'modeloid' has no attribute {name!r}")


def __dir__() -> list[str]:
    from . import app

    return sorted([*app.__all__, "__version__"])
