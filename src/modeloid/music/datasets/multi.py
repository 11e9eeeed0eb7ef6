"""Pieces for several instruments with drums, gathered from free and from less free sources."""

from __future__ import annotations

from pathlib import Path

from .archived import Archived, table
from .licence import Licence


class MultiFree(Archived):
    """Music of free games; the parts keep near-duplicates together."""

    name = "multi-free"
    doc = "pieces for several instruments with drums, from the games Freedoom and OpenTTD, split by group (MIDI)"
    citation = "the Freedoom project; the OpenMSX project"
    url = "https://github.com/freedoom/freedoom and https://github.com/OpenTTD/OpenMSX"
    # gathered from the history of two repositories by whoever put it into the folder of data sets
    download = ""
    licence = Licence("share-alike", "BSD-3-Clause (Freedoom) and GPL-2.0 (OpenMSX)")
    archives = ("multi",)
    patterns: tuple[str, ...] = ("free/*/*.mid",)

    def parts(self, root: Path) -> dict[Path, str]:
        """The split of ``manifest.csv``."""
        return table(root, "manifest.csv", "path", "split")


class MultiNonCommercial(MultiFree):
    """Arrangements of the Tegridy collection."""

    name = "multi-nc"
    doc = "pieces for several instruments with drums, from the Tegridy collection, split by group (MIDI)"
    citation = "A. Sigalov: Tegridy MIDI Dataset"
    url = "https://github.com/asigalov61/Tegridy-MIDI-Dataset"
    licence = Licence(
        "none stated", "labelled CC BY-NC-SA 4.0 by the collector, who cleared no rights; do not pass on, research only"
    )
    patterns = ("nc/*/*.mid",)
