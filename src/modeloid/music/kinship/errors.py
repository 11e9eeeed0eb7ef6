"""What may go wrong when pieces are held against one another."""

from __future__ import annotations

from ..errors import MusicError


class KinshipError(MusicError):
    """Too few real pieces to draw lines from, or lines that do not fit what is asked of them."""
