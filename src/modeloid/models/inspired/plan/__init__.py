"""The plan of a piece: for every bar whether it repeats one, its harmony, rhythm and register, who plays, how loud."""

from __future__ import annotations

from .describe import plan_of
from .fields import Field, Fields, layout

__all__ = ["Field", "Fields", "layout", "plan_of"]
