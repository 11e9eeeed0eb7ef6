from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.measure import legacy, pitch, sound, tonal
from modeloid.music.measure.notes import lay

from ..pieces import piece
from .small_pieces import rows_piece

C_MAJOR = (0, 2, 4, 5, 7, 9, 11)
KEYS, DRUMS = (0, False), (0, True)


def scale(root=60, steps=C_MAJOR, length=1.0):
    return piece([(number * length, length, root + step) for number, step in enumerate(steps)])


def of(metric, *pieces, **arguments):
    return metric(lay(list(pieces)), **arguments).tolist()


@pytest.mark.parametrize("octave", range(0, 120, 12))
def test_a_major_scale_has_seven_classes_in_any_octave(octave):
    columns = scale(octave)
    assert of(pitch.pitch_classes_used, columns) == [7]
    assert of(pitch.pitches_used, columns) == [7]
    assert of(pitch.scale_consistency, columns) == [1]
    assert of(pitch.in_c_major, columns) == [1]
    assert of(pitch.pitch_class_entropy, columns) == pytest.approx([np.log2(7)])
    assert of(pitch.pitch_range, columns) == [11]
    assert of(pitch.pitch_mean, columns) == pytest.approx([octave + 38 / 7])


def test_octaves_fold_to_one_class():
    columns = piece([(0, 1, pitch_) for pitch_ in (36, 48, 60, 72)])
    assert of(pitch.pitch_classes_used, columns) == [1]
    assert of(pitch.pitches_used, columns) == [4]
    assert of(pitch.pitch_class_entropy, columns) == [0]
    assert of(pitch.pitch_entropy, columns) == [2]


@pytest.mark.parametrize("root", range(60, 72))
def test_a_scale_is_whole_in_every_key_and_the_chromatic_one_in_none(root):
    both = (pitch.MAJOR, pitch.HARMONIC_MINOR)
    assert of(pitch.scale_consistency, scale(root)) == [1]
    assert of(pitch.scale_consistency, scale(root, (0, 2, 3, 5, 7, 8, 11)), scales=both) == [1]
    assert of(pitch.scale_consistency, scale(root, (0, 2, 3, 5, 7, 8, 11)))[0] < 1
    assert of(pitch.scale_consistency, scale(root, range(12)), scales=both) == pytest.approx([7 / 12])
    assert of(pitch.pitch_class_entropy, scale(root, range(12))) == pytest.approx([np.log2(12)])


def test_a_bar_has_the_classes_that_sound_in_it():
    held = piece([(0, 8, 60), (0, 1, 64), (4, 1, 67), (5, 1, 79)])
    assert of(pitch.bar_pitch_classes, held) == [2]
    two_tracks = rows_piece([(0, 4, 60, 80, 0), (0, 4, 62, 80, 1), (4, 4, 64, 80, 1)], [KEYS, KEYS])
    assert of(pitch.bar_pitch_classes, two_tracks) == [1.5]


def test_entropy_of_bars_takes_stretches():
    columns = piece([(0, 4, 60), (4, 4, 62), (8, 4, 64), (12, 4, 65), (16, 4, 67)])
    assert of(pitch.bar_pitch_class_entropy, columns) == [0]
    assert of(pitch.bar_pitch_class_entropy, columns, bars=4) == [2]
    assert of(pitch.bar_pitch_class_entropy, piece([(0, 4, 60), (4, 4, 62)]), bars=4) == [1]


def test_polyphony_counts_where_something_sounds():
    assert of(sound.polyphony, scale()) == [1]
    assert of(sound.polyphony, piece([(0, 4, 60), (0, 4, 64), (0, 4, 67)])) == [3]
    assert of(sound.polyphony, piece([(0, 2, 60), (1, 2, 64)])) == pytest.approx([4 / 3])
    # silence between notes counts for nothing, and a long note over short ones is seen
    assert of(sound.polyphony, piece([(0, 1, 60), (9, 1, 60)])) == [1]
    assert of(sound.polyphony, piece([(0, 4, 60), (1, 1, 62), (3, 1, 64)])) == pytest.approx([6 / 4])
    # one pitch in two voices is one pitch, however they overlap
    assert of(sound.polyphony, piece([(0, 4, 60), (1, 5, 60), (1, 1, 60)])) == [1]


def test_polyphony_rate_is_of_all_time_and_counts_two():
    columns = piece([(1, 2, 60), (2, 2, 64)])
    assert of(sound.polyphony_rate, columns) == [0.25]
    assert of(legacy.polyphony_rate_muspy, columns) == [0]
    assert of(legacy.polyphony_rate_muspy, piece([(0, 2, 60), (0, 2, 64), (0, 1, 67)])) == [0.5]


def test_drums_have_no_pitch():
    columns = rows_piece([(0, 4, 60, 80, 0), (0, 4, 36, 80, 1), (4, 4, 38, 80, 1)], [KEYS, DRUMS])
    assert of(pitch.pitch_range, columns) == [0]
    assert of(sound.polyphony, columns) == [1]
    assert of(sound.polyphony_rate, columns) == [0]
    assert np.isnan(of(tonal.tonal_distance, columns)).all()


def triads(*roots):
    rows = [(0, 4, root + step, 80, track) for track, root in enumerate(roots) for step in (0, 4, 7)]
    return rows_piece(rows, [KEYS] * len(roots))


def test_tonal_distance_folds_octaves_and_measures_fifths_as_near():
    assert of(tonal.tonal_distance, triads(48, 84)) == pytest.approx([0])
    fifth, tritone = of(tonal.tonal_distance, triads(60, 67), triads(60, 66))
    assert 0 < fifth < tritone
    # two single notes: the distance by the formula itself
    angles = np.array([7 * np.pi / 6, 3 * np.pi / 2, 2 * np.pi / 3])
    places = [np.concatenate([np.sin(k * angles), np.cos(k * angles)]) * [1, 1, 0.5, 1, 1, 0.5] for k in (0, 7)]
    notes = rows_piece([(0, 4, 60, 80, 0), (0, 4, 67, 80, 1)], [KEYS, KEYS])
    assert of(tonal.tonal_distance, notes) == pytest.approx([np.linalg.norm(places[0] - places[1])])


def test_tonal_distance_is_the_mean_of_pairs_and_of_beats_where_both_sound():
    assert of(tonal.tonal_distance, triads(60, 60, 67)) == pytest.approx(
        [2 / 3 * of(tonal.tonal_distance, triads(60, 67))[0]]
    )
    rows = [(0, 8, 60, 80, 0), (0, 4, 60, 80, 1), (4, 4, 66, 80, 1), (8, 4, 61, 80, 1)]
    tritone = of(tonal.tonal_distance, rows_piece([(0, 4, 60, 80, 0), (0, 4, 66, 80, 1)], [KEYS, KEYS]))[0]
    assert of(tonal.tonal_distance, rows_piece(rows, [KEYS, KEYS])) == pytest.approx([tritone / 2])
    assert np.isnan(of(tonal.tonal_distance, scale())).all()


def test_the_published_code_groups_neighbouring_semitones():
    assert of(legacy.bar_pitch_classes_musegan, piece([(0, 1, 60 + step) for step in C_MAJOR])) == [2]
    assert of(pitch.bar_pitch_classes, piece([(0, 1, 60 + step) for step in C_MAJOR])) == [7]
    assert of(legacy.in_scale_musegan, scale()) == pytest.approx([0.571], abs=5e-4)
    assert of(legacy.tonal_distance_musegan, triads(48, 84)) == pytest.approx([1.186], abs=5e-4)
    pypianoroll = [(0, 1, 60), (0, 1, 72), (0, 1, 84)], [(0, 1, 60 + step) for step in range(4)]
    assert of(legacy.bar_pitch_classes_musegan, *map(piece, pypianoroll), code="pypianoroll") == [3, 1]
