"""A piece as a row of tokens: bars, positions, tempi and notes, encoded and decoded by whole columns."""

from __future__ import annotations

from .events import Events
from .items import Tokens

__all__ = ["Events", "Tokens"]
