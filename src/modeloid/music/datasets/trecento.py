"""Music of the Italian fourteenth century that the music21 package carries."""

from __future__ import annotations

from .music21_corpus import Music21Set


class Trecento(Music21Set):
    """102 pieces and fragments of the trecento."""

    name = "trecento"
    doc = "102 pieces and fragments of the Italian trecento, in the corpus of the music21 package (MusicXML)"
    folder = "trecento"
    suffixes = (".mxl", ".xml")
