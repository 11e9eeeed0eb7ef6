"""The Nottingham folk tunes with chords."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class Nottingham(Archived):
    """Tunes of British and American folk music: a track of melody and one of chords."""

    name = "nottingham"
    doc = "1,034 folk tunes, a melody and chords each (MIDI)"
    citation = "E. Foxley: Nottingham Database, 2001; cleaned by Jukedeck, 2017"
    url = "https://github.com/jukedeck/nottingham-dataset"
    download = "https://github.com/jukedeck/nottingham-dataset/archive/0992bb6cd864f6d4b90d6663e08c0ef53ffaa08f.zip"
    licence = Licence("share-alike", "GPL-3.0 (the repository's); the tunes are traditional")
    archives = ("folk", "nottingham", "nottingham-dataset", "nottingham-dataset-master")
    patterns = ("nottingham/*.mid", "MIDI/*.mid")
