"""Notes of one track and pitch do not overlap: in columns, in pieces, and so in files read back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng
from modeloid.models.events.apart import apart, trimmed
from modeloid.music.columns import from_score
from modeloid.music.read.single import read_piece

from .small import RICH, a_modeloid, stirred

NAMES = ("track", "onset", "pitch", "duration", "velocity")
NOTE = st.tuples(*(st.integers(*ends) for ends in ((0, 1), (0, 12), (60, 61), (1, 6), (1, 127))))
NOTES = st.lists(NOTE, max_size=12)


def columns_of(rows):
    return dict(zip(NAMES, np.array(rows, np.int64).reshape(-1, 5).T, strict=True))


def rows_of(columns):
    return list(zip(*(columns[name].tolist() for name in NAMES), strict=True))


def ticks(rows):
    """Each (track, pitch, tick) that sounds, as often as it does."""
    return sorted((row[0], row[2], tick) for row in rows for tick in range(row[1], row[1] + row[3]))


@given(NOTES)
def test_each_onset_stays_once_and_what_sounds_sounds_once(rows):
    made = rows_of(apart(columns_of(rows)))
    assert {row[:3] for row in made} == {row[:3] for row in rows} and len({row[:3] for row in rows}) == len(made)
    assert len(set(ticks(made))) == len(ticks(made)) and set(ticks(made)) <= set(ticks(rows))
    assert made == sorted(made) and all(row[3] > 0 for row in made)
    assert rows_of(apart(columns_of(made))) == made


def test_a_note_is_cut_at_the_next_and_of_doubles_the_longer_stays():
    rows = [(0, 0, 60, 9, 1), (0, 4, 60, 1, 2), (0, 4, 60, 3, 3), (0, 4, 61, 2, 4), (1, 2, 60, 5, 5)]
    assert rows_of(apart(columns_of(rows))) == [(0, 0, 60, 4, 1), *rows[2:]]


@given(NOTES, NOTES)
def test_what_is_trimmed_leaves_alone_what_is_kept(rows, kept):
    made = rows_of(trimmed(columns_of(rows), columns_of(kept)))
    assert not set(ticks(made)) & set(ticks(kept))
    assert set(ticks(made)) <= set(ticks(rows)) and all(row[3] > 0 for row in made)
    assert not set(rows) - set(made) or set(ticks(rows)) & set(ticks(kept))


def test_what_is_trimmed_begins_behind_and_ends_before_what_is_kept():
    kept = [(0, 0, 60, 5, 1), (0, 9, 60, 1, 1)]
    rows = [(0, 4, 60, 8, 2), (0, 2, 60, 3, 3), (0, 4, 61, 8, 4)]
    assert rows_of(trimmed(columns_of(rows), columns_of(kept))) == [(0, 5, 60, 4, 2), rows[2]]


@pytest.mark.parametrize("order", ["pitch", "duration"])
def test_a_piece_is_the_file_that_is_written_of_it(order, tmp_path):
    modeloid = stirred(a_modeloid({**RICH, "order": order, "low": 60, "high": 64}), scale=0.2)
    wild = 0
    for number, piece in enumerate(modeloid.sample(8, Rng(0), length_bars=4, instruments="piano, drums")):
        path = tmp_path / f"{number}.mid"
        piece.dump_midi(str(path))
        made, found = (from_score(score).notes for score in (piece, read_piece(str(path))))
        assert rows_of(made) == rows_of(found)
        wild += len(made["onset"])
    rough = list(modeloid.stream(Rng(0), length_bars=40, instruments="piano, drums"))
    places = [(note.onset_beats, note.pitch, note.is_drum) for note in rough]
    # The network does write doubles: above they were taken out.
    assert wild > 50 and len(set(places)) < len(places)
    assert any(note.is_drum for note in rough)
