"""Aird's Selection of airs that the music21 package carries."""

from __future__ import annotations

from .music21_corpus import Music21Set


class AirdsAirs(Music21Set):
    """1,180 Scottish, English, Irish and foreign airs, one line each."""

    name = "airds-airs"
    doc = "1,180 airs of James Aird's Selection, melodies only, in the corpus of the music21 package (ABC)"
    citation = "J. Aird: A Selection of Scotch, English, Irish and Foreign Airs, 1782-1803 (ABC: J. Campin)"
    folder = "airdsAirs"
    suffixes = (".abc",)
