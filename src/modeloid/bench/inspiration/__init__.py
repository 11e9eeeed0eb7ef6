"""`modeloid bench inspiration`: is a piece that was inspired by another one recognised as its child, and no copy of it.

The protocol. Judges, embeddings of different architecture, learn on songs of the part "valid" to match slices of eight
bars of one song that do not copy one another. For an inspirer of the part "test" a system makes a slice, which goes
through a MIDI file and back; a judge then ranks the inspirer among strangers. What fails a copy gate counts as the last
rank. Beside the systems stand the floor (somebody else's inspirer), the human line (another slice of the same song that
does not copy the inspirer) and eleven cheaters that the gates must refuse.
"""

from __future__ import annotations

from .judging import FACETS, WHOLE, Judge, Jury, judges
from .modeloids import judged
from .protocol import run, stored, table
from .ranking import Influence, influence

__all__ = ["FACETS", "WHOLE", "Influence", "Judge", "Jury", "influence", "judged", "judges", "run", "stored", "table"]
