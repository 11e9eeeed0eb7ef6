"""Random small pieces, on the grid and off it."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from modeloid.music.columns import NOTE_COLUMNS, Columns

DRUM_TRACK = ["drums", 0, True]


def columns(rows, tracks, tpq=480, meters=((0, 4, 4),), tempos=((0, 500_000),)):
    """Columns of (track, onset, pitch, duration, velocity) in ticks."""
    ordered = sorted(rows)
    table = np.array(ordered, np.int64).reshape(-1, 5).T
    notes = dict(zip(("track", "onset", "pitch", "duration", "velocity"), table, strict=True))
    about = {"tpq": tpq, "tracks": [[name, program, bool(drum)] for name, program, drum in tracks], "keys": []}
    about |= {"meters": [list(row) for row in meters], "tempos": [list(row) for row in tempos]}
    return Columns({name: notes[name].astype(kind) for name, kind in NOTE_COLUMNS.items()}, about)


@st.composite
def pieces(draw, low=0, high=128, least=1):
    """Any piece: three tracks (one of drums), odd resolutions, meters and tempi anywhere."""
    tpq = draw(st.sampled_from([24, 96, 120, 480, 1001]))
    note = st.tuples(
        st.integers(0, 2),
        st.integers(0, 20 * tpq),
        st.integers(low, high - 1),
        st.integers(1, 14 * tpq),
        st.integers(1, 127),
    )
    meter = st.tuples(st.integers(0, 16 * tpq), st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2)]))
    tempo = st.tuples(st.integers(0, 22 * tpq), st.integers(200_000, 2_000_000))
    rows = draw(st.lists(note, min_size=least, max_size=25))
    meters = sorted((tick, *meter) for tick, meter in draw(st.lists(meter, max_size=3)))
    tempos = sorted(draw(st.lists(tempo, max_size=4)))
    return columns(rows, [["a", 0, False], ["b", 33, False], DRUM_TRACK], tpq, meters, tempos)


def same_notes(one, other):
    """Whether two pieces hold the same notes, tick for tick, once they share a resolution."""
    scale_one, scale_other = other.about["tpq"], one.about["tpq"]

    def rows(piece, scale):
        times = [piece.notes[name].astype(np.int64) * scale for name in ("onset", "duration")]
        rest = [piece.notes[name].astype(np.int64) for name in ("pitch", "velocity", "track")]
        return sorted(zip(*(part.tolist() for part in (*times, *rest)), strict=True))

    return rows(one, scale_one) == rows(other, scale_other)
