"""ASAP: performances of classical piano music and their scores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .archived import Archived
from .entry import dealt
from .licence import Licence

_SCORE = "midi_score"
_TABLE = "metadata.csv"


class ASAP(Archived):
    """Performances with velocities and pedal. The parts go by the piece, so no piece is in two of them."""

    name = "asap"
    doc = "1,067 performances of 235 classical piano pieces, velocities and pedal, split by piece (MIDI)"
    citation = "F. Foscarin et al.: ASAP: a dataset of aligned scores and performances for piano. ISMIR 2020"
    url = "https://github.com/fosfrancesco/asap-dataset"
    download = "https://github.com/fosfrancesco/asap-dataset/archive/afc815c75c42e83a79c03feb6da8a35e77d4c6b8.zip"
    licence = Licence("non-commercial", "CC BY-NC-SA 4.0")
    archives: tuple[str, ...] = ("asap", "asap-dataset", "asap-dataset-master", "piano")
    patterns: tuple[str, ...] = ("asap_performance/*.mid", "*/*.mid")

    def matching(self, root: Path) -> list[Path]:
        """The performances."""
        return [path for path in super().matching(root) if not path.stem.endswith(_SCORE)]

    def parts(self, root: Path) -> dict[Path, str]:
        """By the piece: the folders that the set keeps a performance in, which some copies write into its name."""
        files = self.matching(root)
        common = Path(os.path.commonpath([path.parent for path in files]))
        base = next((folder for folder in (common, *common.parents) if (folder / _TABLE).is_file()), common)
        return {path: dealt("/".join(_piece(path, base))) for path in files}


def _piece(path: Path, base: Path) -> Sequence[str]:
    return path.stem.split("__")[:-1] or path.relative_to(base).parts[:-1]


class ASAPScores(ASAP):
    """The quantised scores; the parts are those of the performances."""

    name = "asap-scores"
    doc = "235 scores of classical piano music, the pieces of asap, with the same split (MIDI)"
    patterns = ("asap_score/*.mid", f"*/{_SCORE}.mid")

    @property
    def file(self) -> str:
        """The archive of the performances holds the scores."""
        return f"asap-{self.download.rpartition('/')[2]}"

    def matching(self, root: Path) -> list[Path]:
        """The scores."""
        return super(ASAP, self).matching(root)
