"""How near two pieces are: what one copies of another, what it takes over without copying, and what real pairs show."""

from __future__ import annotations

from .bars import barcopy, barcopy_mean, nearest_bars
from .cheaters import CHEATERS, Cheaters
from .copying import copying
from .errors import KinshipError
from .facets import nearness
from .features import features, voice_distance
from .gates import Failed, gates
from .grams import Grams
from .heard import SLICE_BARS, Heard, heard
from .lines import lines
from .pairs import low_copy_pairs
from .receipt import receipt
from .rhythm import rhythm_copy
from .runs import lead_grams_shared, longest_run
from .shifted import overlap
from .strangers import Ear, Strangers

__all__ = [
    "CHEATERS",
    "SLICE_BARS",
    "Cheaters",
    "Ear",
    "Failed",
    "Grams",
    "Heard",
    "KinshipError",
    "Strangers",
    "barcopy",
    "barcopy_mean",
    "copying",
    "features",
    "gates",
    "heard",
    "lead_grams_shared",
    "lines",
    "longest_run",
    "low_copy_pairs",
    "nearest_bars",
    "nearness",
    "overlap",
    "receipt",
    "rhythm_copy",
    "voice_distance",
]
