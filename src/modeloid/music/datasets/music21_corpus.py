"""Sets that the music21 package carries, read where they lie and found without importing the package."""

from __future__ import annotations

import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ..errors import DataError
from .entry import Entry, Stamp, stamp_of
from .licence import Licence
from .tunebook import opened

_INSTALL = "Install it: pip install 'modeloid[score]'."

MUSIC21 = "https://github.com/cuthbertLab/music21"
CITATION = "M. S. Cuthbert, C. Ariza: music21: A Toolkit for Computer-Aided Musicology. ISMIR 2010"
LICENCE = Licence(
    "non-commercial",
    "music out of copyright; encodings licensed to music21 for distribution, 'there may be restrictions on commercial "
    "use' (music21/corpus/license.txt); read in place, nothing is shipped",
)
"""What the package says of all that it carries; some folders say more."""


def corpus_files(folder: str, suffix: str) -> list[tuple[str, Path]]:
    """Name and path of the files of one folder of the corpus, sorted by name.

    Raises
    ------
    DataError
        music21 is not installed, or came without its corpus.
    """
    spec = importlib.util.find_spec("music21")
    if spec is None or spec.origin is None:
        raise DataError("the package music21, which carries this data set, is not installed", folder, _INSTALL)
    place = Path(spec.origin).parent / "corpus" / folder
    files = sorted((path.stem, path) for path in place.glob(f"*{suffix}"))
    if not files:
        raise DataError(f"no {suffix} files: this music21 came without its corpus", place, _INSTALL)
    return files


class InPlace(ABC):
    """A set of files that lie somewhere on this machine already; its subclasses say which."""

    @abstractmethod
    def files(self) -> list[tuple[str, Path]]:
        """Name and path of every file, sorted by name."""

    def stamp(self) -> Stamp:
        """See `DataSet.stamp`."""
        return stamp_of(self.files())

    def entries(self) -> AbstractContextManager[Sequence[Entry]]:
        """See `DataSet.entries`."""
        return opened(self.files())


class Music21Set(InPlace):
    """One folder of the corpus; subclasses hold data only."""

    url = MUSIC21
    citation = CITATION
    licence = LICENCE
    folder: str
    suffixes: tuple[str, ...]

    def files(self) -> list[tuple[str, Path]]:
        """Every file of the folder with one of the suffixes; of a piece in two formats, the one that comes first."""
        by_name = {name: path for suffix in self.suffixes[::-1] for name, path in corpus_files(self.folder, suffix)}
        return sorted(by_name.items())
