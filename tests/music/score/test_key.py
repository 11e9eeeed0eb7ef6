from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.music.score.grid import Note
from modeloid.music.score.key import believable, estimated_key, key_alters, spelled

NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAJOR = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0)


def melody(pitches):
    return [Note(48 * place, 48 * place + 48, pitch) for place, pitch in enumerate(pitches)]


@pytest.mark.parametrize("tonic", range(12))
def test_scales_have_their_key(tonic):
    sharps = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: -6, 1: -5, 8: -4, 3: -3, 10: -2, 5: -1}
    assert estimated_key(melody([60 + tonic + step for step in MAJOR])) == (sharps[tonic], 0)
    assert estimated_key(melody([60 + tonic + step for step in HARMONIC_MINOR])) == (sharps[(tonic + 3) % 12], 1)


def test_no_notes_and_all_alike_are_c_major():
    assert estimated_key([]) == (0, 0)
    assert estimated_key(melody(range(60, 72))) == (0, 0)


@given(
    pitch=st.integers(0, 127), sharps=st.integers(-7, 7), minor=st.integers(0, 1), after=st.lists(st.integers(0, 127))
)
def test_a_name_is_the_pitch_whatever_the_key(pitch, sharps, minor, after):
    step, alter, octave = spelled(pitch, sharps, minor, after)
    assert NATURAL[step] + alter + 12 * (octave + 1) == pitch
    assert abs(alter) <= (1 if abs(sharps) < 5 else 2)


@pytest.mark.parametrize("sharps", range(-7, 8))
def test_the_scale_needs_no_accidental(sharps):
    alters = key_alters(sharps)
    tonic = 60 + 7 * sharps % 12
    for step in (0, 2, 4, 5, 7, 9, 11):
        name, alter, _ = spelled(tonic + step, sharps, 0)
        assert alters.get(name, 0) == alter


@pytest.mark.parametrize(
    ("pitch", "key", "after", "name"),
    [
        (66, (0, 0), (), ("F", 1)),
        (70, (0, 0), (), ("B", -1)),
        (68, (0, 1), (69,), ("G", 1)),
        (63, (0, 1), (), ("D", 1)),
        (63, (0, 0), (64,), ("D", 1)),
        (63, (0, 0), (62,), ("E", -1)),
        (68, (0, 0), (67,), ("A", -1)),
        (66, (-3, 1), (67,), ("F", 1)),
        (71, (-3, 1), (), ("B", 0)),
        (65, (3, 1), (66,), ("E", 1)),
        (67, (5, 1), (68,), ("F", 2)),
    ],
)
def test_chromatic_notes_are_spelled_as_musicians_do(pitch, key, after, name):
    assert spelled(pitch, *key, after)[:2] == name


def test_a_mere_c_major_is_believed_only_where_it_fits():
    b_major = melody([71 + step for step in MAJOR])
    assert not believable((), b_major)
    assert not believable(((0, 0, 0),), b_major)
    assert believable(((0, 0, 0),), melody([60 + step for step in MAJOR]))
    assert believable(((0, 0, 0),), melody([57 + step for step in HARMONIC_MINOR]))
    assert believable(((0, 2, 0),), b_major)
    assert believable(((0, 0, 0), (96, 1, 0)), b_major)
