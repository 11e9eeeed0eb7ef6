from __future__ import annotations

import pytest

from modeloid.music.errors import ReadError
from modeloid.music.read.limits import Limits

from .midi_bytes import END, note, read, rows, smf, track

GOOD = note(60) + note(64) + END
ROWS = [(0, 96, 60, 64), (96, 96, 64, 64)]


def test_a_faultless_file_is_read_without_repair():
    piece = read(smf(track(GOOD)))
    assert rows(piece) == ROWS
    assert piece.about["repairs"] == []
    assert piece.about["repeats"] == "as in the file"


LEGAL = {
    "a longer header": smf(track(GOOD), header=b"\0\0"),
    "a foreign chunk": smf(track(b"text", name=b"XFIH"), track(GOOD), count=1),
    "format 0": smf(track(GOOD), kind=0),
    "a RIFF wrapper": b"RIFF\0\0\0\0RMIDdata" + len(smf(track(GOOD))).to_bytes(4, "little") + smf(track(GOOD)),
    "zeros behind the end": smf(track(GOOD)) + bytes(100),
}


@pytest.mark.parametrize("name", LEGAL)
def test_what_the_standard_allows_is_no_repair(name):
    piece = read(LEGAL[name])
    assert rows(piece) == ROWS
    assert piece.about["repairs"] == []


REPAIRED = {
    "unended": (smf(track(b"\0\x90\x3c\x40\x60\x90\x3c\x50\x60\x90\x40\x40\x60\xff\x2f\0")), "3 notes that never end"),
    "no end of track": (smf(track(note(60) + note(64))), "1 tracks had no end-of-track"),
    "length 0": (smf(track(GOOD, length=0)), "the length of the track at byte 14 is 20, not 0"),
    "length too large": (smf(track(GOOD, length=2**32 - 1)), "the length of the track at byte 14 is 20"),
    "bytes behind": (smf(track(GOOD)) + b"junk!", "5 bytes between the tracks or behind them, from byte 42"),
    "events behind the end": (smf(track(GOOD + note(70))), "8 bytes behind the end of the track, from byte 42"),
    "cut": (smf(track(GOOD))[:-7], "the file ends within an event: cut at byte 34"),
    "format 9": (smf(track(GOOD), kind=9), "the unknown format 9 was taken for format 1"),
    "tracks promised": (smf(track(GOOD), count=7), "the header promises 7 tracks, the file has 1"),
    "undefined status": (smf(track(note() * 30 + b"\0\xf4" + END)), "the status 0xf4"),
    "velocity": (smf(track(note(velocity=0xD0) + GOOD)), "a velocity of 208 was taken for 127, at byte 23"),
    "pitch": (smf(track(b"\0\x90\xbc\x40" + note() * 30 + END)), "the value 188, above 127, was left out, at byte 23"),
    "control": (smf(track(b"\0\xb0\x07\xa8" + GOOD)), "the value 168, above 127"),
    "program": (smf(track(b"\0\xc0\xff" + GOOD)), "the value 255, above 127"),
    "no length": (smf(track(note(length=0) + GOOD)), "1 notes of no length were given one tick"),
    "tempo 0": (smf(track(b"\0\xff\x51\x03\0\0\0" + GOOD)), "a tempo of 0 microseconds a quarter at tick 0"),
    "meter 0/4": (smf(track(b"\0\xff\x58\x04\0\x02\x18\x08" + GOOD)), "a meter of 0/4 at tick 0"),
    "meter 4/2^40": (smf(track(b"\0\xff\x58\x04\x04\x28\x18\x08" + GOOD)), "a meter of 4/0 at tick 0"),
    "key": (smf(track(b"\0\xff\x59\x02\x9c\x05" + GOOD)), "a key of -100 sharps at tick 0"),
    "two patterns": (smf(track(GOOD), track(GOOD), kind=2), "the 2 patterns of format 2"),
    "frames": (smf(track(GOOD), tpq=0xE728), "time in frames (25 a second)"),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_what_can_be_mended_is_mended_and_named(name):
    data, told = REPAIRED[name]
    piece = read(data)
    assert any(told in repair for repair in piece.about["repairs"]), piece.about["repairs"]
    assert len(piece) >= 1


def test_what_is_mended_is_the_music_that_was_meant():
    assert rows(read(REPAIRED["unended"][0])) == [(0, 96, 60, 64), (96, 192, 60, 80), (192, 96, 64, 64)]
    for name in ("no end of track", "length 0", "length too large", "bytes behind", "events behind the end"):
        assert rows(read(REPAIRED[name][0])) == ROWS
    assert rows(read(REPAIRED["cut"][0])) == [*ROWS[:1], (96, 1, 64, 64)]
    assert [row[0] for row in rows(read(REPAIRED["two patterns"][0]))] == [0, 96, 192, 288]
    assert read(REPAIRED["velocity"][0]).notes["velocity"].tolist() == [127, 64, 64]
    for name in ("tempo 0", "meter 0/4", "key"):
        assert read(REPAIRED[name][0]).about["tempos"] == []
    timed = read(REPAIRED["frames"][0])
    assert (timed.about["tpq"], timed.about["tempos"]) == (25 * 40, [[0, 1_000_000]])


REFUSED = {
    "0 ticks": (smf(track(GOOD), tpq=0), "0 ticks a quarter at byte 12"),
    "0 ticks a frame": (smf(track(GOOD), tpq=0xE700), "0 ticks a frame .* byte 12"),
    "no track": (smf(count=1), "ends at byte 14"),
    "no notes": (smf(track(END)), "holds no notes"),
    "wrapped": (smf(track(note() + b"\xff\xff\xff\x7f" + note() + END)), "268435455 ticks at byte 30"),
    "wrapped at once": (smf(track(b"\xff\xff\xff\x7f" + note()[1:] + END)), "268435455 ticks at byte 22"),
    "long number": (smf(track(b"\x81\x80\x80\x80\0" + note()[1:] + END)), "more than four bytes at byte 22"),
    "no status": (smf(track(b"\0\x3c\x40" + GOOD)), "data byte where a status must stand at byte 23"),
    "huge text": (smf(track(b"\0\xff\x01\x8f\x7f" + GOOD)), "ends within the event at byte 22"),
    "too damaged": (smf(track(b"\0\xf4" * 9 + GOOD)), "too damaged .*9 damaged events beside 4 read"),
    "too long": (smf(track(b"".join(b"\xbf\xff\xff\x7f" + note()[1:] for _ in range(10)) + END)), "hours"),
    "beyond counting": (
        smf(track((b"\xbf\xff\xff\x7f" + note()[1:]) * 20 + END)),
        "longer than 2147483647 ticks at byte 187",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_mended_is_refused_with_the_byte(name):
    data, told = REFUSED[name]
    with pytest.raises(ReadError, match=told):
        read(data)


def test_a_file_without_notes_is_taken_when_that_is_asked():
    assert len(read(smf(track(END)), Limits(fewest_notes=0))) == 0
    with pytest.raises(ReadError, match="2 notes, fewer than 3"):
        read(smf(track(GOOD)), Limits(fewest_notes=3))


@pytest.mark.parametrize(
    ("name", "text"),
    [("Flöte".encode("latin-1"), "Flöte"), ("メロディ".encode("cp932"), "メロディ"), ("メロ".encode(), "メロ")],
)
def test_names_are_legible_in_whatever_encoding(name, text):
    named = b"\0\xff\x03" + bytes([len(name)]) + name
    piece = read(smf(track(named + GOOD)))
    assert piece.about["tracks"][0][0] == text
    assert piece.about["repairs"] == []
