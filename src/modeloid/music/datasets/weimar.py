"""Jazz solos of the Weimar Jazz Database, as MIDI aligned to the annotated beats."""

from __future__ import annotations

from .archived import Archived
from .licence import Licence


class Weimar(Archived):
    """Solos with velocities from loudness, a bass note a beat, chord symbols as markers, and a performed tempo map."""

    name = "weimar"
    doc = "jazz solos aligned to beats, chord symbols as markers, velocities from loudness (MIDI)"
    citation = "M. Pfleiderer et al. (eds.): Inside the Jazzomat. Schott Campus 2017"
    url = "https://jazzomat.hfm-weimar.de/download/download.html"
    # the database is not MIDI: what is read here was converted by whoever put it into the folder of data sets
    download = ""
    licence = Licence("share-alike", "ODbL 1.0 (Weimar Jazz Database)")
    archives = ("jazz", "weimar")
    patterns = ("wjazzd/*.mid", "*.mid")
