from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.datasets.barlines import with_meters

METERS = [(0, 4, 4), (1920, 2, 4), (2880, 6, 8)]


def song(onset=7, meters=((0, 1, 4),)):
    made = core.ScoreTick(480)
    for name in ("MELODY", "PIANO"):
        track = core.TrackTick(name, 0, False)
        track.notes.append(core.NoteTick(onset, 100, 60, 90))
        track.notes.append(core.NoteTick(onset + 16_344, 100, 4, 88))
        track.controls.append(core.ControlChangeTick(0, 7, 88))
        track.controls.append(core.ControlChangeTick(5, 64, 127))
        made.tracks.append(track)
    made.tempos.append(core.TempoTick(0, 60))
    made.tempos.append(core.TempoTick(960, 90))
    for row in meters:
        made.time_signatures.append(core.TimeSignatureTick(*row))
    return made


def notes(score):
    return [[(one.time, one.duration, one.pitch, one.velocity) for one in track.notes] for track in score.tracks]


@given(shift=st.integers(0, 200_000), onset=st.integers(0, 100_000))
@settings(deadline=None)
def test_all_events_move_and_nothing_else_changes(shift, onset):
    before = song(onset)
    after = core.ScoreTick.from_midi(with_meters(before.dumps_midi(), shift, METERS, 1_000_000))
    moved = [[(time + shift, *rest) for time, *rest in track] for track in notes(before)]
    assert notes(after) == moved
    assert [track.name for track in after.tracks] == ["MELODY", "PIANO"]
    assert [[one.time for one in track.controls] for track in after.tracks] == [[shift, 5 + shift]] * 2
    assert {(one.time, one.mspq) for one in after.tempos} >= {(0, 1_000_000), (960 + shift, before.tempos[1].mspq)}
    assert [(one.time, one.numerator, one.denominator) for one in after.time_signatures] == METERS


def test_no_old_meter_is_left():
    old = song(meters=[(0, 1, 4), (4800, 3, 4), (9600, 6, 8)]).dumps_midi()
    after = core.ScoreTick.from_midi(with_meters(old, 480, [(0, 4, 4)], 500_000))
    assert [(one.time, one.numerator) for one in after.time_signatures] == [(0, 4)]


@pytest.mark.parametrize("kept", [0, 10, 30, 60])
def test_a_file_that_is_cut_short_is_refused(kept):
    with pytest.raises(ValueError, match=r"MIDI|short|tracks"):
        with_meters(song().dumps_midi()[:kept], 0, METERS, 500_000)


def test_another_format_is_refused():
    data = bytearray(song().dumps_midi())
    data[9] = 0
    with pytest.raises(ValueError, match="format 1"):
        with_meters(bytes(data), 0, METERS, 500_000)
