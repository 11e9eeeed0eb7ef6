"""Lakh: MIDI files found in the net."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class Lakh(Archived):
    """Files of all kinds, some of them broken, many of them near-duplicates: they differ in their bytes only."""

    name = "lakh"
    doc = "178,561 MIDI files of the net, all kinds, many near-duplicates"
    citation = "C. Raffel: Learning-Based Methods for Comparing Sequences ... PhD thesis, Columbia University 2016"
    url = "https://colinraffel.com/projects/lmd/"
    download = "http://hog.ee.columbia.edu/craffel/lmd/lmd_full.tar.gz"
    sha256 = "6fcfe2ac49ca08f3f214cec86ab138d4fc4dabcd7f27f491a838dae6db45a12b"
    licence = Licence(
        "none stated",
        "the collection is CC BY 4.0; the files are by unknown hands, most of songs whose rights nobody cleared",
    )
    archives = ("lakh", "lmd_full")
    patterns = ("*.mid",)
