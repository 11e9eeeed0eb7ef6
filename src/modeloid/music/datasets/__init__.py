"""The data sets that are known by name, and a user's own folder."""

from __future__ import annotations

from .entry import DataSet, Entry
from .licence import Licence, strictest
from .registry import DATA_SETS, data_set, listing

__all__ = ["DATA_SETS", "DataSet", "Entry", "Licence", "data_set", "listing", "strictest"]
