"""The JSB chorales on a grid of sixteenths, by voice, with their published split."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ..errors import DataError
from .archived import Archived
from .entry import Entry
from .licence import Licence
from .rolls import TPQ, from_voices

_VOICES = ("Soprano", "Alto", "Tenor", "Bass")


class JSBChorales(Archived):
    """382 chorales as four pitches a sixteenth; a note held and one struck again are not told apart."""

    name = "jsb-chorales"
    doc = "382 Bach chorales in four voices on a grid of sixteenths, published split 229/76/77"
    citation = "N. Boulanger-Lewandowski, Y. Bengio, P. Vincent: Modeling Temporal Dependencies ... ICML 2012"
    url = "https://github.com/czhuang/JSB-Chorales-dataset"
    download = (
        "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/"
        "Jsb16thSeparated.json"
    )
    sha256 = "79294cc374f9252e95ef4b703161524c1c53dc1f712c236f00f1c1f5d54af5a7"
    licence = Licence("none stated", "music out of copyright; the repository states no licence for the encoding")
    archives = ("jsb", "jsb-chorales", "JSB-Chorales-dataset", "Jsb16thSeparated.json")
    patterns = ("Jsb16thSeparated.json", "*Jsb16thSeparated.json")

    def read(self, root: Path) -> list[Entry]:
        """The chorales of the three parts."""
        path = self.matching(root)[0]
        try:
            content = json.loads(path.read_text())
            return [
                Entry(f"{part}/{number:03}", from_voices(np.array(voices, np.int64), _VOICES, TPQ // 4), part)
                for part in ("train", "valid", "test")
                for number, voices in enumerate(content[part])
            ]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DataError(f"is not the file of the chorales ({error})", path, "Fetch it again.") from error
