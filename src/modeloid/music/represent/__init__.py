"""Maps piece -> array -> piece, each with what it loses stated."""

from __future__ import annotations

from .augment import Augmentation
from .registry import REPRESENTATIONS, Items, Representation, representation

__all__ = ["REPRESENTATIONS", "Augmentation", "Items", "Representation", "representation"]
