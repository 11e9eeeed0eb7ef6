"""Groove: drummers on an electronic kit."""

from __future__ import annotations

from pathlib import Path

from .archived import Archived, table
from .licence import Licence


class Groove(Archived):
    """Takes with micro-timing and velocities, each one track of drums."""

    name = "groove"
    doc = "1,150 drum takes with micro-timing and velocities, official split 897/124/129 (MIDI)"
    citation = "J. Gillick et al.: Learning to Groove with Inverse Sequence Transformations. ICML 2019"
    url = "https://magenta.tensorflow.org/datasets/groove"
    download = "https://storage.googleapis.com/magentadata/datasets/groove/groove-v1.0.0-midionly.zip"
    sha256 = "651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e"
    licence = Licence("attribution", "CC BY 4.0, Google LLC")
    archives = ("groove", "groove-v1.0.0-midionly")
    patterns = ("*.mid",)

    def parts(self, root: Path) -> dict[Path, str]:
        """The official split, ``info.csv``."""
        return table(root, "info.csv", "midi_filename", "split")
