from __future__ import annotations

import pytest

from modeloid.music.score.grid import Note
from modeloid.music.score.meter import Bar, bar_units
from modeloid.music.score.notate import flags, notated
from modeloid.music.score.voices import Chord


def voice(meter, *lengths):
    """Chords that fill a bar; a negative length is a rest."""
    at, chords = 0, []
    for length in lengths:
        end = at + abs(length)
        chords.append(Chord(at, end, (Note(at, end, 60),) if length > 0 else ()))
        at = end
    return notated(chords, Bar(0, bar_units(meter), 0, meter))


def signs(meter, *lengths):
    return [sign.written if sign.chord.notes else -sign.written for sign in voice(meter, *lengths)]


@pytest.mark.parametrize(
    ("meter", "lengths", "written"),
    [
        ((4, 4), (192,), [192]),
        ((4, 4), (24, 48, 24, 96), [24, 48, 24, 96]),  # a syncopation inside half a bar
        ((4, 4), (48, 96, 48), [48, 96, 48]),
        ((4, 4), (72, 72, 48), [72, 24, 48, 48]),  # the middle of the bar is seen
        ((4, 4), (24, 144, 24), [24, 72, 72, 24]),
        ((4, 4), (168, 24), [96, 72, 24]),
        ((4, 4), (36, 12, 12, 36, 96), [36, 12, 12, 36, 96]),
        ((4, 4), (-144, 48), [-96, -48, 48]),
        ((4, 4), (48, -144), [48, -48, -96]),
        ((4, 4), (24, -168), [24, -24, -48, -96]),
        ((3, 4), (-96, 48), [-48, -48, 48]),  # no half rest in 3/4
        ((3, 4), (24, 48, 72), [24, 24, 24, 24, 48]),
        ((3, 4), (120, 24), [96, 24, 24]),
        ((6, 8), (96, 48), [72, 24, 48]),  # no note hides the second beat
        ((6, 8), (48, 24, 24, 48), [48, 24, 24, 48]),
        ((6, 8), (144,), [144]),
        ((6, 8), (-72, 72), [-72, 72]),
        ((9, 8), (216,), [144, 72]),
        ((5, 4), (240,), [144, 96]),
        ((2, 2), (96, 48, 48), [96, 48, 48]),
    ],
)
def test_signs_show_the_beats(meter, lengths, written):
    assert signs(meter, *lengths) == written


def test_an_empty_bar_is_one_rest():
    [sign] = voice((3, 4), -144)
    assert sign.whole_bar_rest


@pytest.mark.parametrize(
    ("lengths", "ratios"),
    [
        ((16, 16, 16, 144), [(3, 2)] * 3 + [None]),
        ((32, 16, 144), [(3, 2)] * 2 + [None]),
        ((32, 32, 32, 96), [(3, 2)] * 3 + [None]),  # over two beats
        ((8,) * 6 + (144,), [(3, 2)] * 6 + [None]),
        ((8, 8, 16, 16, 144), [(6, 4)] * 4 + [None]),
        ((24, 8, 8, 8, 144), [None] + [(3, 2)] * 3 + [None]),  # in half a beat
        ((4,) * 12 + (144,), [(12, 8)] * 12 + [None]),
        ((12, 12, 12, 12, 144), [None] * 5),
    ],
)
def test_tuplets_are_found(lengths, ratios):
    found = voice((4, 4), *lengths)
    assert [(sign.tuplet.actual, sign.tuplet.normal) if sign.tuplet else None for sign in found] == ratios
    assert (
        sum(sign.opens for sign in found)
        == sum(sign.closes for sign in found)
        == len({sign.tuplet.start for sign in found if sign.tuplet})
    )


def test_a_note_into_a_tuplet_is_cut_at_its_edge():
    found = voice((4, 4), 64, 16, 16, 96)
    assert [sign.written for sign in found] == [48, 24, 24, 24, 96]
    assert [sign.tuplet is None for sign in found] == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("meter", "lengths", "beams"),
    [
        ((4, 4), (24,) * 8, [("begin",), ("continue",), ("continue",), ("end",)] * 2),
        ((3, 4), (24,) * 6, [("begin",), ("end",)] * 3),
        ((6, 8), (24,) * 6, [("begin",), ("continue",), ("end",)] * 2),
        ((2, 4), (36, 12, 48), [("begin",), ("end", "backward hook"), ()]),
        ((2, 4), (12, 36, 48), [("begin", "forward hook"), ("end",), ()]),
        ((2, 4), (24, 12, 12, 48), [("begin",), ("continue", "begin"), ("end", "end"), ()]),
        ((2, 4), (24, -24, 24, 24), [(), (), ("begin",), ("end",)]),
        (
            (4, 4),
            (24, 24, 12, 12, 24, 96),
            [("begin",), ("end",), ("begin", "begin"), ("continue", "end"), ("end",), ()],
        ),
        ((4, 4), (48, 24, 48, 24, 48), [(), (), (), (), ()]),
    ],
)
def test_beams_join_what_lies_in_a_beat(meter, lengths, beams):
    assert [sign.beams for sign in voice(meter, *lengths)] == beams


def test_a_tuplet_has_a_bracket_unless_a_beam_holds_it():
    assert [sign.bracket for sign in voice((4, 4), 16, 16, 16, 144)] == [False] * 4
    assert [sign.bracket for sign in voice((4, 4), 32, 16, 144)] == [True, True, False]
    assert [sign.bracket for sign in voice((4, 4), 8, 8, 32, 144)] == [True, True, True, False]


def test_flags():
    assert [flags(length) for length in (96, 72, 48, 36, 24, 18, 12, 9, 6, 3)] == [0, 0, 0, 1, 1, 2, 2, 3, 3, 4]
