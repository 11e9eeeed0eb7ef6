"""Ryan's Mammoth Collection of fiddle tunes that the music21 package carries."""

from __future__ import annotations

from .music21_corpus import Music21Set


class RyansMammoth(Music21Set):
    """1,059 fiddle tunes, one line each."""

    name = "ryans-mammoth"
    doc = "1,059 tunes of Ryan's Mammoth Collection, melodies only, in the corpus of the music21 package (ABC)"
    citation = "W. B. Ryan: Ryan's Mammoth Collection of Fiddle Tunes, 1883 (ABC: J. Chambers and others)"
    folder = "ryansMammoth"
    suffixes = (".abc",)
