"""The Essen folk songs that the music21 package carries."""

from __future__ import annotations

from .licence import Licence
from .music21_corpus import Music21Set


class Essen(Music21Set):
    """8,514 folk songs, one line each."""

    name = "essen"
    doc = "8,514 folk songs of the Essen collection, melodies only, in the corpus of the music21 package (ABC)"
    citation = "H. Schaffrath (ed. E. Dahlig-Turek): The Essen Associative Code and Folksong Database (ABC: S. Shlien)"
    licence = Licence(
        "non-commercial",
        "'legal status unclear'; permission for non-commercial distribution and use in music21 "
        "(corpus/essenFolksong/license.txt); read in place, ship nothing made from it",
    )
    folder = "essenFolksong"
    suffixes = (".abc",)
