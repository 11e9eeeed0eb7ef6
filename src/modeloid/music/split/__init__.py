"""Train, valid and test, with near-duplicates kept on one side and the leakage measured."""

from __future__ import annotations

from .leakage import leakage
from .parts import PARTS, SPLITS, as_published, by_groups, by_pieces, split

__all__ = ["PARTS", "SPLITS", "as_published", "by_groups", "by_pieces", "leakage", "split"]
