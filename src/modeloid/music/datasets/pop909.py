"""POP909: pop songs arranged for piano."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class POP909(Archived):
    """Three tracks a song: MELODY (the vocal line), BRIDGE (lead instruments), PIANO (accompaniment)."""

    name = "pop909"
    doc = "909 Chinese pop songs arranged for piano, three tracks, velocities (MIDI; the main version of each)"
    citation = "Z. Wang et al.: POP909: A Pop-song Dataset for Music Arrangement Generation. ISMIR 2020"
    url = "https://github.com/music-x-lab/POP909-Dataset"
    download = "https://github.com/music-x-lab/POP909-Dataset/archive/d83e6edba6872a704f5d3b8b32f5cb540088dae6.zip"
    licence = Licence(
        "permissive", "MIT, (c) 2020 Music X Lab, for the data set; the songs are commercial compositions"
    )
    archives = ("pop909", "POP909-Dataset", "POP909-Dataset-master", "POP909")
    patterns = ("POP909/[0-9][0-9][0-9]/[0-9][0-9][0-9].mid", "[0-9][0-9][0-9].mid")
