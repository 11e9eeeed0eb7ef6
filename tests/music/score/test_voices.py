from __future__ import annotations

from modeloid.music.score.grid import Note, Part
from modeloid.music.score.voices import are_hands, staves, stroke_lengths, voices


def part(*notes, program=0, drum=False):
    return Part("x", program, drum, tuple(Note(*note) for note in notes))


def pitches(chords):
    return [tuple(note.pitch for note in chord.notes) for chord in chords]


def test_chords_of_one_rhythm_are_one_voice():
    [staff] = staves(part((0, 48, 60), (0, 48, 64), (96, 192, 65)))
    [only] = voices(staff, 0, 192)
    assert pitches(only) == [(60, 64), (), (65,)]
    assert [(chord.start, chord.end) for chord in only] == [(0, 48), (48, 96), (96, 192)]


def test_two_lines_are_two_voices_the_upper_first():
    [staff] = staves(part((0, 96, 72), (0, 48, 64), (48, 96, 65), (96, 192, 71), (96, 192, 67)))
    upper, lower = voices(staff, 0, 192)
    assert pitches(upper) == [(72,), (71,)]
    assert pitches(lower) == [(64,), (65,), (67,)]


def test_three_lines_are_two_voices_with_ties_in_the_lower():
    [staff] = staves(part((0, 192, 72), (0, 96, 64), (0, 48, 60), (48, 96, 62)))
    upper, lower = voices(staff, 0, 192)
    assert pitches(upper) == [(72,)]
    assert pitches(lower) == [(60, 64), (62, 64), ()]


def test_a_bar_in_which_one_voice_rests_has_one_voice():
    [staff] = staves(part((0, 48, 60), (0, 96, 48), (192, 384, 60), (240, 288, 67), program=40))
    assert len(voices(staff, 0, 192)) == 2
    assert len(voices(staff, 384, 576)) == 1


def test_a_wide_keyboard_has_two_hands_and_others_one_staff():
    notes = [(0, 48, 40), (0, 48, 47), (0, 48, 67), (0, 48, 72), (48, 96, 45), (48, 96, 74)]
    right, left = staves(part(*notes))
    assert [note.pitch for note in right.notes] == [67, 72, 74]
    assert [note.pitch for note in left.notes] == [40, 47, 45]
    assert len(staves(part(*notes, program=40))) == 1
    assert len(staves(part(*notes), one_hand=True)) == 1
    assert len(staves(part((0, 48, 72), (48, 96, 40)))) == 1


def test_two_tracks_of_one_keyboard_are_hands():
    high, low, flute = part((0, 48, 72)), part((0, 48, 40)), part((0, 48, 72), program=73)
    assert are_hands([high, low])
    assert not are_hands([high, flute])
    assert not are_hands([flute, flute])
    assert not are_hands([high, low, flute])


def test_strokes_last_to_the_next_or_to_the_end_of_the_beat():
    drums = stroke_lengths(part((0, 3, 36), (12, 15, 42), (48, 300, 38), (60, 61, 42), drum=True))
    assert [note[:2] for note in drums.notes] == [(0, 12), (12, 48), (48, 60), (60, 96)]
