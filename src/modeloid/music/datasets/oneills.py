"""O'Neill's collection of Irish tunes that the music21 package carries."""

from __future__ import annotations

from .music21_corpus import Music21Set


class ONeills(Music21Set):
    """2,009 Irish tunes, one line each."""

    name = "oneills"
    doc = "2,009 tunes of O'Neill's Music of Ireland, melodies only, in the corpus of the music21 package (ABC)"
    citation = "F. O'Neill: O'Neill's Music of Ireland, 1903 (ABC: H. Norbeck and others)"
    folder = "oneills1850"
    suffixes = (".abc",)
