"""What a piece shares with the training set: longest run, share of copied n-grams, nearest piece by name."""

from __future__ import annotations

from .index import Index, Origin
from .kinds import DRUMS, MELODIES
from .passage import Passage

__all__ = ["DRUMS", "MELODIES", "Index", "Origin", "Passage"]
