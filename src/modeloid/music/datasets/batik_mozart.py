"""Roland Batik plays sonatas by Mozart."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class BatikMozart(Archived):
    """Performances on a computer-controlled grand piano, with velocities."""

    name = "batik-mozart"
    doc = "36 movements of Mozart's piano sonatas played by Roland Batik, velocities (MIDI)"
    citation = "P. Hu, G. Widmer: The Batik-plays-Mozart Corpus. ISMIR 2023"
    url = "https://github.com/huispaty/batik_plays_mozart"
    download = "https://github.com/huispaty/batik_plays_mozart/archive/e1b70013884686a53f2813ee1505e537a873cc0a.zip"
    licence = Licence("none stated", "the repository states none: research only")
    archives = ("batik-mozart", "batik_plays_mozart", "batik_plays_mozart-master", "piano")
    patterns = ("batik_mozart/*.mid", "midi/*.mid", "*.mid")
