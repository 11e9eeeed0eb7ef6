from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.columns import from_score
from modeloid.music.errors import ReadError
from modeloid.music.read import state
from modeloid.music.read.block import LAYOUT, Block, pack, unpack
from modeloid.music.read.glance import glance
from modeloid.music.read.limits import Limits
from modeloid.music.read.midi import parse
from modeloid.music.read.settle import _alone, settle
from modeloid.music.read.smf import MARK_TICK, marked
from modeloid.music.read.state import state_of, take, trusted

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
    for name in ("pop909", "multi", "groove", "folk", "piano"):
        scores = [core.ScoreTick.from_midi(data) for data in midi(name, every=60)]
        block = take(
            [state_of(score) for score in scores], [f'{{"number": {number}}}' for number in range(len(scores))]
        )
        pieces = [from_score(score, number=number) for number, score in enumerate(scores)]
        assert all(same(one, other) for one, other in zip(unpack(block), pieces, strict=True))
        packed = pack(pieces)
        assert all(np.array_equal(block.arrays[name], packed.arrays[name]) for name in LAYOUT)
        assert all(block.arrays[name].dtype == np.dtype(kind) for name, kind in LAYOUT.items())


def test_the_layout_of_states_is_tried_before_it_is_trusted(monkeypatch):
    assert trusted()
    monkeypatch.setitem(state._IN_TRACKS, "bends", state._IN_TRACKS["controls"])
    trusted.cache_clear()
    try:
        assert not trusted()
        score = core.ScoreTick.from_midi(smf(track(note() + END)))
        assert same(unpack(take([state_of(score)], ["{}"]))[0], from_score(score))
    finally:
        monkeypatch.undo()
        trusted.cache_clear()


def test_one_damaged_file_changes_nothing_for_its_neighbours():
    good, bad = smf(track(note(60) + note(62) + END)), smf(track(note(60) + b"\0\x90\x3e\x40" + END))
    files = [parse(data, Path("x"), Limits()) for data in (good, bad, good)]
    block, errors = settle(files, [()] * 3, Limits())
    first, second, third = unpack(block)
    assert not errors
    assert rows(first) == rows(third) == rows(read(good))
    assert (first.about["repairs"], third.about["repairs"]) == ([], [])
    assert len(second.about["repairs"]) == 1


TEMPO, FLAT = b"\0\xff\x51\x03", note(length=0)
ODD = {
    "never ended": note() + b"\0\x90\x3e\x40",
    "pitch": note() + b"\0\x90\xbc\x40",
    "control": note() + b"\0\xb0\x07\xff",
    "program": b"\0\xc0\xff" + note(),
    "no length": note() + FLAT,
    "tempo 0": TEMPO + bytes(3) + note(),
    "meter 0": b"\0\xff\x58\x04\0\x02\x18\x08" + note(),
    "key": b"\0\xff\x59\x02\x63\0" + note(),
    "not UTF-8": b"\0\xff\x03\x02\x83\x65" + note(),
    "marker not UTF-8": b"\0\xff\x06\x02\x83\x65" + note(),
    "silent": b"\0\x90\x3c\x00",
    "nothing": b"",
    "long": TEMPO + b"\xff\xff\xff" + note(length=127) * 4000,
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_what_is_odd_among_clean_files_ends_as_it_does_alone(body):
    """The glance over a whole batch lets nothing pass that the checks of one file would not."""
    limits = Limits(length_s=3600)
    clean = parse(smf(track(note() + END)), Path("clean"), limits)
    odd = parse(smf(track(body + END)), Path("odd"), limits)
    apart = _alone(odd, (), True, limits) if odd.repairs is None else _alone(odd, (), False, limits)
    block, errors = settle([clean, odd, clean], [()] * 3, limits)
    pieces = unpack(block)
    assert same(pieces[0], pieces[-1])
    if isinstance(apart, ReadError):
        assert [(number, type(error), str(error)) for number, error in errors.items()] == [(1, type(apart), str(apart))]
    else:
        assert same(pieces[1], apart)
        assert apart.about["repairs"] or "UTF-8" in str(body) or not errors


def test_the_glance_flags_nothing_in_clean_files_and_every_planted_fault():
    scores = [core.ScoreTick.from_midi(data) for data in midi("multi", every=100)]
    whole = glance(take([state_of(score) for score in scores], ["{}"] * len(scores)), Limits())
    assert 0 < (whole.doubtful | whole.unusual).sum() < len(scores) / 2  # some have names that are no UTF-8
    scores = [score for score, flag in zip(scores, whole.doubtful | whole.unusual, strict=True) if not flag]
    block = take([state_of(score) for score in scores], ["{}"] * len(scores))
    assert not (glance(block, Limits()).doubtful | glance(block, Limits()).unusual).any()
    faults = {
        "notes.onset": -1,
        "notes.duration": 0,
        "notes.pitch": 128,
        "notes.velocity": 200,
        "controls.value": 128,
        "tracks.program": 128,
        "tracks.name": 0xFF,
        "tempos.mspq": 5,
        "meters.numerator": 0,
        "meters.denominator": 3,
        "keys.sharps": 8,
        "pieces.tpq": 0,
    }
    for name, value in faults.items():
        column = block.arrays[name].copy()
        if not len(column):
            continue
        column[len(column) // 2] = value
        doubtful, unusual = glance(Block(block.arrays | {name: column}), Limits())
        assert (doubtful | unusual).sum() == 1, name
    for limits in (Limits(notes=10), Limits(length_s=1), Limits(fewest_notes=10**6)):
        assert glance(block, limits).unusual.all()
