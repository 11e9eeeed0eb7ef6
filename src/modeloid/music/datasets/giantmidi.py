"""GiantMIDI-Piano: recordings transcribed by a network."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class GiantMIDI(Archived):
    """Transcriptions of recorded piano music; velocities and pedal are estimates."""

    name = "giantmidi"
    doc = "10,855 piano recordings transcribed by a network, velocities and pedal (MIDI)"
    citation = "Q. Kong et al.: GiantMIDI-Piano: A Large-Scale MIDI Dataset for Classical Piano Music. TISMIR 2022"
    url = "https://github.com/bytedance/GiantMIDI-Piano"
    # the makers give the files out through a page that programs cannot pass
    download = ""
    licence = Licence("attribution", "CC BY 4.0")
    archives = ("giantmidi", "midis_v1.2", "midis", "piano")
    patterns = ("giantmidi/*.mid", "surname_checked_midis/*.mid", "midis/*.mid", "*.mid")
