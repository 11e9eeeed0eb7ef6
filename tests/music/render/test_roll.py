from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from symusic import core

from modeloid.music.columns import from_score, to_score
from modeloid.music.render.glyphs import HEIGHT, line
from modeloid.music.render.layout import COLOURS, picture
from modeloid.music.render.roll_png import png, roll_pixels, write_png
from modeloid.music.render.roll_svg import roll_svg

from ..pieces import piece


def rects(text):
    root = ElementTree.fromstring(text)
    return [node for node in root.iter("{http://www.w3.org/2000/svg}rect") if node.get("rx")]


def texts(text):
    return [node.text for node in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]


def band(*tracks):
    """A score of tracks (name, is_drum, notes of pitch and velocity on each beat)."""
    score = core.ScoreTick(480)
    for name, drum, notes in tracks:
        track = core.TrackTick(name, 0, drum)
        for beat, (pitch, velocity) in enumerate(notes):
            track.notes.append(core.NoteTick(480 * beat, 480, pitch, velocity))
        score.tracks.append(track)
    return score


def test_the_picture_has_a_bar_for_every_note_where_it_belongs():
    text = roll_svg(to_score(piece([(0, 1, 60), (4, 2, 72)])), beat_px=10, pitch_px=5)
    low, high = rects(text)
    assert float(high.get("x")) - float(low.get("x")) == 40
    assert float(low.get("y")) - float(high.get("y")) == 60
    assert float(high.get("width")) > float(low.get("width"))
    assert text == roll_svg(to_score(piece([(0, 1, 60), (4, 2, 72)])), beat_px=10, pitch_px=5)


def test_keys_are_labelled_and_tracks_have_colours_and_names():
    text = roll_svg(band(("Flute", False, [(72, 80)]), ("", False, [(48, 80)])))
    assert {"C5", "C3", "Flute", "track 2"} <= set(texts(text))
    assert [node.get("fill") for node in rects(text)] == list(COLOURS[:2])


def test_a_louder_note_is_darker():
    soft, loud = rects(roll_svg(band(("x", False, [(60, 10), (60, 120)]))))
    assert float(soft.get("fill-opacity")) < float(loud.get("fill-opacity")) <= 1


def test_drums_have_named_rows_of_their_own_below_the_keys():
    text = roll_svg(band(("Flute", False, [(40, 80)]), ("Kit", True, [(38, 80), (42, 80), (38, 80), (99, 80)])))
    assert {"Snare", "Closed hat", "drum 99"} <= set(texts(text))
    key, snare, hat, again, odd = rects(text)
    assert snare.get("y") == again.get("y")
    assert len({node.get("y") for node in (snare, hat, odd)}) == 3
    assert all(float(node.get("y")) > float(key.get("y")) for node in (snare, hat, odd))


@pytest.mark.parametrize(("meter", "bars", "beats"), [((3, 4), 2, 4), ((6, 8), 2, 2), ((4, 4), 2, 6), ((5, 8), 3, 12)])
def test_bars_and_beats_follow_the_meter(meter, bars, beats):
    notes = piece([(0, 6, 60)])
    notes.about["meters"] = [[0, *meter]]
    drawn = picture(notes, 24, 5)
    assert [label.text for label in drawn.labels if label.text.isdigit()] == [str(bar + 1) for bar in range(bars)]
    lines = [box for box in drawn.boxes if box.width == 1]
    assert sum(box.colour == "#a8a8a8" for box in lines) == bars
    assert sum(box.colour == "#e2e2e2" for box in lines) == beats


def test_a_meter_change_starts_a_new_bar():
    notes = piece([(0, 7, 60)])
    notes.about["meters"] = [[0, 3, 4], [3 * 480, 4, 4]]
    drawn = picture(notes, 10, 5)
    starts = sorted({box.x for box in drawn.boxes if box.colour == "#a8a8a8"})
    assert np.diff(starts).tolist() == [30]
    assert drawn.width == starts[-1] + 40


def test_an_empty_piece_is_one_empty_bar():
    assert rects(roll_svg(to_score(piece([])))) == []
    assert "1" in texts(roll_svg(to_score(piece([]))))


def test_names_cannot_break_the_picture():
    text = roll_svg(band(('<&\x01"', False, [(60, 80)]), ("b", False, [(60, 80)])))
    assert '<&"' in texts(text)


def unpacked(content):
    """A PNG's pixels, read by the specification."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(content):
        (length,), name = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        chunks[name] = body
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def test_a_png_holds_the_pixels_and_is_the_same_each_time(tmp_path):
    song = band(("Flute", False, [(60, 127), (64, 127)]), ("Kit", True, [(38, 127)]))
    pixels = roll_pixels(song)
    content = write_png(song, tmp_path / "a.png").read_bytes()
    assert np.array_equal(unpacked(content), pixels)
    assert content == png(roll_pixels(song))


def test_pixels_show_notes_in_their_colour_where_they_lie():
    drawn = picture(from_score(band(("x", False, [(60, 127), (64, 127)]))), 24, 5)
    pixels = roll_pixels(band(("x", False, [(60, 127), (64, 127)])))
    colour = tuple(bytes.fromhex(COLOURS[0][1:]))
    for box in (box for box in drawn.boxes if box.note):
        y, x = round(2 * (box.y + box.height / 2)), round(2 * (box.x + box.width / 2))
        assert tuple(pixels[y, x]) == colour
    assert (pixels == colour).all(axis=2).sum() == pytest.approx(2 * 47 * 10, rel=0.05)


def test_a_long_piece_is_drawn_narrower():
    long = to_score(piece([(0, 1, 60), (5000, 1, 60)]))
    assert roll_pixels(long).shape[1] < 8_300


def test_letters_are_dots_and_accents_fall_off():
    assert line("Hat").shape == (HEIGHT, 36)
    assert np.array_equal(line("é"), line("e"))
    assert not line(" ").any()
    assert line("漢").any()
    assert line("").shape == (HEIGHT, 0)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    assert len({line(letter).tobytes() for letter in letters}) == len(letters)
