"""Vienna 4x22: four excerpts, each played by 22 pianists."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class Vienna4x22(Archived):
    """Only four pieces: no split of it says anything about pieces that were not heard."""

    name = "vienna4x22"
    doc = "four excerpts, each played by 22 pianists, velocities and pedal (MIDI)"
    citation = "W. Goebl: The Vienna 4x22 Piano Corpus, 1999"
    url = "https://github.com/CPJKU/vienna4x22"
    download = "https://github.com/CPJKU/vienna4x22/archive/decce458a2ae1fa41395fc71117180f91cff4aa4.zip"
    licence = Licence("none stated", "the repository states none: research only")
    archives = ("vienna4x22", "vienna4x22-master", "piano")
    patterns = ("vienna4x22/*.mid", "midi/*.mid", "*.mid")
