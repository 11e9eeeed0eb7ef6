from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.columns import from_score
from modeloid.music.read import state
from modeloid.music.read.limits import Limits
from modeloid.music.read.midi import Parsed, columns_of, parse
from modeloid.music.read.smf import MARK_TICK, marked
from modeloid.music.read.state import take, trusted

from ..shared_data import midi
from .midi_bytes import END, note, read, rows, smf, track


def same(one, other):
    return (
        one.about == other.about
        and one.beside.keys() == other.beside.keys()
        and all(np.array_equal(one.notes[name], other.notes[name]) for name in other.notes)
        and all(one.notes[name].dtype == other.notes[name].dtype for name in other.notes)
        and all(np.array_equal(one.beside[name], other.beside[name]) for name in other.beside)
    )


@st.composite
def events(draw):
    """The notes of a track, each ended at a later event or never."""
    body, open_notes = b"", []
    for _ in range(draw(st.integers(0, 12))):
        delta = draw(st.integers(0, 127))
        if open_notes and draw(st.booleans()):
            channel, pitch = open_notes.pop(draw(st.integers(0, len(open_notes) - 1)))
            body += bytes([delta, 0x80 | channel, pitch, 0])
        else:
            channel, pitch = draw(st.integers(0, 15)), draw(st.integers(0, 127))
            open_notes.append((channel, pitch))
            body += bytes([delta, 0x90 | channel, pitch, draw(st.integers(1, 127))])
    return body, open_notes


@settings(max_examples=60, deadline=None)
@given(st.lists(events(), min_size=1, max_size=3))
def test_the_marks_find_exactly_the_notes_that_never_end(tracks):
    data = smf(*(track(body + END) for body, _ in tracks))
    plain, known = core.ScoreTick.from_midi(data), core.ScoreTick.from_midi(marked(data))
    reached = sum(note.end >= MARK_TICK for part in known.tracks for note in part.notes)
    # two open notes of one pitch have one mark: some is found, which is what counts
    pitches = [len(set(open_notes)) for _, open_notes in tracks]
    assert reached == sum(pitches)
    assert known.note_num() - reached == plain.note_num()
    assert len(known.tracks) == len(plain.tracks)


@settings(max_examples=60, deadline=None)
@given(st.lists(events(), min_size=1, max_size=3).filter(lambda tracks: any(body for body, _ in tracks)))
def test_every_note_that_starts_is_read(tracks):
    piece = read(smf(*(track(body + END) for body, _ in tracks)))
    started = sum(body[place] >> 4 == 0x9 for body, _ in tracks for place in range(1, len(body), 4))
    assert len(piece) == started
    unended = sum(len(open_notes) for _, open_notes in tracks)
    assert any(repair.startswith(f"{unended} notes that never end") for repair in piece.about["repairs"]) == bool(
        unended
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        smf(track(note() + END))[:-1],
        smf(track(note() + END)) + b"x",
        smf(track(note() + END), count=2),
        smf(track(note())),
        smf(track(note() + END + note())),
        smf(track(note() + END), tpq=0),
        smf(track(note() + END), kind=2),
        smf(track(b"\0\x90\xbc\x40" + note() + END)),
        smf(track(b"\xff\xff\xff\x7f" + note()[1:] + END)),
    ],
)
def test_what_is_not_faultless_gets_no_marks(data):
    assert marked(data) is None


def test_a_tempo_that_looks_like_a_bad_pitch_is_none():
    assert marked(smf(track(b"\0\xff\x51\x03\x07\x95\xf8" + note() + END))) is not None
    assert marked(smf(track(b"\0\xff\x51\x03\x07\x07\x91\x81\x00" + note()[1:] + END))) is not None


def test_many_are_taken_as_each_is_taken_alone():
    for name in ("pop909", "multi", "groove"):
        scores = [core.ScoreTick.from_midi(data) for data in midi(name, every=60)]
        taken = take(scores, [{"number": number} for number in range(len(scores))]).pieces
        assert all(
            same(one, from_score(score, number=k)) for k, (one, score) in enumerate(zip(taken, scores, strict=True))
        )


def test_the_layout_of_states_is_tried_before_it_is_trusted(monkeypatch):
    assert trusted()
    monkeypatch.setitem(state._LISTS, "bends", state._CONTROL)
    trusted.cache_clear()
    try:
        assert not trusted()
        score = core.ScoreTick.from_midi(smf(track(note() + END)))
        assert same(take([score], [{}]).pieces[0], from_score(score))
    finally:
        monkeypatch.undo()
        trusted.cache_clear()


def test_one_damaged_file_changes_nothing_for_its_neighbours():
    good, bad = smf(track(note(60) + note(62) + END)), smf(track(note(60) + b"\0\x90\x3e\x40" + END))
    files = [parse(data, None, Limits()) for data in (good, bad, good)]
    assert all(isinstance(one, Parsed) for one in files)
    (first, _), (second, _), (third, _) = columns_of(files, Limits())
    assert rows(first) == rows(third) == rows(read(good))
    assert (first.about["repairs"], third.about["repairs"]) == ([], [])
    assert len(second.about["repairs"]) == 1
