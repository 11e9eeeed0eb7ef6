"""MAESTRO: piano competitions, recorded key by key."""

from __future__ import annotations

from pathlib import Path

from .archived import Archived, table
from .licence import Licence


class Maestro(Archived):
    """Performances with velocities and pedal."""

    name = "maestro"
    doc = "1,276 performances of the Piano-e-Competition, velocities and pedal, official split 962/137/177 (MIDI)"
    citation = "C. Hawthorne et al.: Enabling Factorized Piano Music Modeling ... the MAESTRO Dataset. ICLR 2019"
    url = "https://magenta.tensorflow.org/datasets/maestro"
    download = "https://storage.googleapis.com/magentadata/datasets/maestro/v3.0.0/maestro-v3.0.0-midi.zip"
    sha256 = "70470ee253295c8d2c71e6d9d4a815189e35c89624b76d22fce5a019d5dde12c"
    licence = Licence("non-commercial", "CC BY-NC-SA 4.0, Google LLC")
    archives = ("maestro", "maestro-v3.0.0", "maestro-v3.0.0-midi")
    patterns = ("*.midi", "*.mid")

    def parts(self, root: Path) -> dict[Path, str]:
        """The official split, ``maestro-v3.0.0.csv``."""
        return table(root, "maestro-v*.csv", "midi_filename", "split")
