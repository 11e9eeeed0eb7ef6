"""Name -> data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import DataError, nearest
from .airds_airs import AirdsAirs
from .archived import Archived
from .asap import ASAP, ASAPScores
from .asap_played import ASAPPlayed
from .bach_chorales import BachChorales
from .batik_mozart import BatikMozart
from .entry import DataSet
from .essen import Essen
from .folder import Folder
from .giantmidi import GiantMIDI
from .groove import Groove
from .jsb_chorales import JSBChorales
from .lakh import Lakh
from .maestro import Maestro
from .monteverdi import Monteverdi
from .multi import MultiFree, MultiNonCommercial
from .music21_corpus import InPlace
from .nottingham import Nottingham
from .oneills import ONeills
from .palestrina import Palestrina
from .poly import PolyJSB, PolyMuseData, PolyNottingham, PolyPianoMidi
from .pop909 import POP909
from .ryans_mammoth import RyansMammoth
from .stored import Stored
from .style import STYLES
from .trecento import Trecento
from .vienna4x22 import Vienna4x22
from .weimar import Weimar

_IN_PLACE = (BachChorales, Palestrina, Monteverdi, Trecento, Essen, ONeills, RyansMammoth, AirdsAirs)
_ROLLS = (JSBChorales, PolyJSB, PolyNottingham, PolyMuseData, PolyPianoMidi)
_FILES = (Nottingham, POP909, ASAP, ASAPScores, Groove, GiantMIDI, Maestro, Lakh, Weimar, MultiFree, MultiNonCommercial)
_SMALL = (Vienna4x22, BatikMozart, ASAPPlayed)

DATA_SETS: Mapping[str, type[InPlace] | type[Archived]] = {
    known.name: known for known in (*_IN_PLACE, *_ROLLS, *_FILES, *_SMALL, *STYLES)
}
"""Name -> class of every data set that needs no further word."""

_BY_PATH: Mapping[str, type[Folder] | type[Stored]] = {"folder": Folder, "store": Stored}


def data_set(name: str) -> DataSet:
    """Find a data set by its name; ``folder:PATH`` is a user's own folder, ``store:PATH`` a store built before.

    Raises
    ------
    DataError
        Nobody knows the name; the nearest known one is named.
    """
    kind, colon, path = name.partition(":")
    if colon and kind in _BY_PATH:
        return _BY_PATH[kind](Path(path))
    if name not in DATA_SETS:
        raise DataError(f"unknown data set {name!r}", "", nearest(name, [*DATA_SETS, "folder:PATH", "store:PATH"]))
    known: Any = DATA_SETS[name]()
    found: DataSet = known
    return found


def listing() -> list[dict[str, Any]]:
    """What is known of every data set, as data that JSON can hold: name, doc, licence, citation, url, and its place.

    ``here`` is the folder, archive or file that the set lies in on this machine, null where it must be fetched.
    """
    rows = []
    for name in DATA_SETS:
        known = data_set(name)
        about = {"name": name, "doc": known.doc, "licence": known.licence.plain(), "citation": known.citation}
        rows.append(about | {"url": known.url, "here": _here(known)})
    return rows


def _here(known: DataSet) -> str | None:
    if isinstance(known, Archived):
        place = known.place()
        return str(place) if place else None
    try:
        files = known.files() if isinstance(known, InPlace) else []
    except DataError:
        return None
    return str(files[0][1].parent) if files else None
