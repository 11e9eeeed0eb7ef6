"""The Bach chorales that the music21 package carries."""

from __future__ import annotations

from pathlib import Path

from .music21_corpus import CITATION, LICENCE, MUSIC21, InPlace, corpus_files


class BachChorales(InPlace):
    """408 files of J. S. Bach, nearly all of them chorales in four voices, some with instruments; read in place."""

    name = "bach-chorales"
    doc = "408 scores by J. S. Bach, nearly all four-part chorales, in the corpus of the music21 package (MusicXML)"
    citation = CITATION
    url = MUSIC21
    licence = LICENCE

    def files(self) -> list[tuple[str, Path]]:
        """Every .mxl of ``music21/corpus/bach``."""
        return corpus_files("bach", ".mxl")
