"""How near velocities for given scores come to those of pianists."""

from .protocol import run, stored
from .shown import table

__all__ = ["run", "stored", "table"]
