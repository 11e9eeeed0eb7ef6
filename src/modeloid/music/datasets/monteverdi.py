"""The madrigals by Monteverdi that the music21 package carries."""

from __future__ import annotations

from .music21_corpus import Music21Set


class Monteverdi(Music21Set):
    """49 madrigals in five voices."""

    name = "monteverdi"
    doc = "49 madrigals (books 3 to 5) by Claudio Monteverdi, in the corpus of the music21 package (MusicXML)"
    folder = "monteverdi"
    suffixes = (".mxl",)
