"""Which note of a performance plays which note of a score, and scores as performances play them."""

from .notes import Notes, of_performance, of_score
from .pairs import Alignment, align
from .play import UNPLAYED, Played, played

__all__ = ["UNPLAYED", "Alignment", "Notes", "Played", "align", "of_performance", "of_score", "played"]
