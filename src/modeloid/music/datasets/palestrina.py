"""The Palestrina masses that the music21 package carries."""

from __future__ import annotations

from .licence import Licence
from .music21_corpus import Music21Set


class Palestrina(Music21Set):
    """1,318 movements of masses by G. P. da Palestrina."""

    name = "palestrina"
    doc = "1,318 movements of masses by Palestrina in four to six voices, in the corpus of the music21 package (kern)"
    licence = Licence(
        "no derivatives",
        "encoding (c) 2000 John Miller, 'Rights to all derivative electronic formats reserved' (in every file); read "
        "in place, ship nothing made from it",
    )
    folder = "palestrina"
    suffixes = (".krn",)
