"""The composition root: the only room that knows all others. The commands and library users call these functions."""

from .data import data_build, data_check, data_sets, data_show
from .making import cards, create, fork, models, show, trust
from .reporting import formats, report, tested
from .running import check, dry, load, overfit, test, train
from .sampling import check_formats, recipe, sample, sound_font, sound_missing, told, wishes, write
from .wiring import open_card

__all__ = [
    "cards",
    "check",
    "check_formats",
    "create",
    "data_build",
    "data_check",
    "data_sets",
    "data_show",
    "dry",
    "fork",
    "formats",
    "load",
    "models",
    "open_card",
    "overfit",
    "recipe",
    "report",
    "sample",
    "show",
    "sound_font",
    "sound_missing",
    "test",
    "tested",
    "told",
    "train",
    "trust",
    "wishes",
    "write",
]
