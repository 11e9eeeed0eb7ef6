from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.measure import dynamics, instruments, legacy, rhythm, structure
from modeloid.music.measure.notes import lay

from ..pieces import piece
from .small_pieces import rows_piece

KEYS, BASS, DRUMS = (0, False), (33, False), (0, True)


def of(metric, *pieces, **arguments):
    return metric(lay(list(pieces)), **arguments).tolist()


def beats(*onsets, length=0.25, **more):
    return piece([(onset, length, 60) for onset in onsets], **more)


@pytest.mark.parametrize("tpq", [24, 480])
def test_density_and_length_are_in_quarters(tpq):
    columns = piece([(0, 0.5, 60), (1, 0.5, 62), (2, 2, 64)], tpq=tpq)
    assert of(rhythm.notes_per_beat, columns) == pytest.approx([3 / 4])
    assert of(rhythm.note_length_beats, columns) == pytest.approx([1.0])


def test_empty_bars_are_those_in_which_nothing_sounds():
    columns = piece([(0, 1, 60), (4, 4, 62), (13, 1, 64)])
    assert of(rhythm.empty_bar_rate, columns) == [0.25]
    assert of(legacy.empty_bar_rate_musegan_v3, columns) == [0.75]
    held = piece([(0, 16, 60)])
    assert of(rhythm.empty_bar_rate, held) == [0]


def test_each_track_may_have_empty_bars_of_its_own():
    columns = rows_piece([(0, 4, 60, 80, 0), (16, 4, 60, 80, 0), (16, 4, 36, 80, 1)], [KEYS, BASS, KEYS])
    assert of(rhythm.empty_bar_rate, columns) == [0]
    assert of(rhythm.empty_track_bar_rate, columns) == [0.25]


def test_notes_of_a_thirty_second_are_qualified():
    columns = piece([(0, 1 / 8, 60), (1, 1 / 9, 62), (2, 1, 64), (3, 1 / 32, 65)])
    assert of(rhythm.qualified_note_rate, columns) == [0.5]
    # two steps of 24 are enough for the published code, and it cuts at bar lines
    assert of(legacy.qualified_note_rate_musegan, columns) == [0.75]
    assert of(legacy.qualified_note_rate_musegan, piece([(4 - 1 / 24, 1, 60)])) == [0.5]
    assert of(rhythm.qualified_note_rate, piece([(4 - 1 / 24, 1, 60)])) == [1]


def test_groove_compares_neighbours_and_all_pairs():
    same, other = [0, 1, 2, 3], [0, 1]
    bars = [*same, *(4 + b for b in same), *(8 + b for b in other), 11.75]
    assert of(rhythm.groove_consistency, beats(*bars)) == pytest.approx([1 - 3 / 16 / 2])
    assert of(rhythm.groove_similarity, beats(*bars)) == pytest.approx([1 - 2 * 3 / 16 / 3])
    assert of(rhythm.groove_consistency, beats(0, 4, 8, 12)) == [1]
    assert np.isnan(of(rhythm.groove_consistency, beats(0, 1))).all()


def test_bars_of_unlike_length_are_not_compared():
    rows = [(tick, 1, 60, 80, 0) for tick in (0, 16, 28, 40)]
    columns = rows_piece(rows, [KEYS], meters=[(0, 4, 4), (16, 3, 4)])
    assert of(rhythm.groove_consistency, columns) == [1]
    assert of(rhythm.groove_similarity, columns) == [1]


def test_positions_and_intervals_have_the_entropy_of_their_shares():
    assert of(rhythm.onset_position_entropy, beats(0, 4, 8)) == [0]
    assert of(rhythm.onset_position_entropy, beats(0, 1, 2, 3)) == [2]
    assert of(rhythm.onset_interval_entropy, beats(0, 1, 2, 3)) == [0]
    assert of(rhythm.onset_interval_entropy, beats(0, 1, 3)) == [1]
    # a chord is one onset
    assert of(rhythm.onset_interval_entropy, beats(0, 0, 1, 1, 2)) == [0]
    assert np.isnan(of(rhythm.onset_interval_entropy, beats(0, 0))).all()


def test_drums_keep_to_sixteenths_wherever_these_begin():
    grid = np.arange(16) / 4
    assert of(rhythm.drum_pattern_rate, beats(*grid, drum=True)) == [1]
    assert of(rhythm.drum_pattern_rate, beats(*(grid + 1 / 12), drum=True)) == [1]
    assert of(rhythm.drum_pattern_rate, beats(0, 1 + 1 / 24, drum=True)) == pytest.approx([0.65])
    assert np.isnan(of(rhythm.drum_pattern_rate, beats(*grid))).all()
    # the unshifted count of sounding steps: each 16th lasts six steps, of which 1 + 2 x 0.1 weigh
    assert of(legacy.drum_pattern_rate_musegan_v3, beats(*grid, drum=True)) == pytest.approx([0.2])


def with_velocities(rows):
    return rows_piece([(tick, 1, pitch, velocity, 0) for tick, pitch, velocity in rows], [KEYS])


def test_dynamics_of_a_flat_and_of_an_accented_piece():
    flat = with_velocities([(tick, 60, 80) for tick in range(0, 32, 2)])
    accented = with_velocities([(tick, 60, 100 if tick % 4 == 0 else 60) for tick in range(0, 32, 2)])
    assert of(dynamics.velocity_mean, flat, accented) == [80, 80]
    assert of(dynamics.velocity_spread, flat, accented) == [0, 20]
    assert of(dynamics.velocity_levels, flat, accented) == [1, 2]
    assert of(dynamics.beat_accent, flat, accented) == [0, 40]
    assert of(dynamics.downbeat_accent, flat, accented) == pytest.approx([0, 100 - 1080 / 14])
    assert of(dynamics.bar_dynamics, flat, accented) == [0, 0]
    assert of(dynamics.bar_dynamics, with_velocities([(0, 60, 40), (16, 60, 80)])) == [20]
    assert np.isnan(of(dynamics.beat_accent, with_velocities([(0, 60, 80)]))).all()
    profile = dynamics.accent_profile(lay([accented]))[0]
    assert profile[[0, 2, 4, 14]].tolist() == [20, -20, 20, -20]
    assert np.isnan(profile[[1, 3]]).all()


def test_velocities_are_moved_by_their_distance():
    soft, loud = (with_velocities([(tick, 60, velocity + tick) for tick in range(5)]) for velocity in (40, 70))
    counts = dynamics.velocity_counts(lay([soft, loud, piece([])]))
    assert dynamics.velocity_distance(counts, counts[0])[:2] == pytest.approx([0, 30])
    assert dynamics.velocity_distance(counts[1], counts[0]) == pytest.approx(30)
    assert np.isnan(dynamics.velocity_distance(counts, counts[0])[2])


def test_correlations_are_one_zero_and_undefined():
    rising = [(tick, 60 + tick, 40 + 2 * tick) for tick in range(8)]
    assert of(dynamics.pitch_velocity_correlation, with_velocities(rising)) == pytest.approx([1])
    falling = [(tick, 60 - tick, 40 + 2 * tick) for tick in range(8)]
    assert of(dynamics.pitch_velocity_correlation, with_velocities(falling)) == pytest.approx([-1])
    assert np.isnan(of(dynamics.pitch_velocity_correlation, with_velocities([(0, 60, 80), (1, 62, 80)]))).all()


def test_the_contour_of_two_renderings_is_compared_beat_by_beat():
    real = with_velocities([(4 * beat, 60, 40 + beat) for beat in range(12)])
    louder = with_velocities([(4 * beat, 72, 60 + 2 * beat) for beat in range(12)])
    against = with_velocities([(4 * beat, 60, 90 - beat) for beat in range(12)])
    flat = with_velocities([(4 * beat, 60, 80) for beat in range(12)])
    found = dynamics.contour_correlation(lay([louder, against, flat]), lay([real] * 3))
    assert found[:2] == pytest.approx([1, -1])
    assert np.isnan(found[2])


def test_bars_that_return_are_found_at_their_distance():
    theme = [(0, 60), (1, 62), (2, 64), (3, 65)]
    bars = [theme, [(0, 40), (2, 41)], [(0, 42), (2, 43)], [(0, 44), (2, 45)], [(0, 46), (2, 47)], theme]
    columns = piece([(4 * bar + onset, 1, pitch) for bar, notes in enumerate(bars) for onset, pitch in notes])
    assert of(structure.self_similarity, columns) == pytest.approx([1 / 15])
    assert of(structure.structureness, columns, span="mid") == [1]
    assert of(structure.structureness, columns, span="short") == [0]
    assert np.isnan(of(structure.structureness, columns, span="long")).all()
    curve = structure.similarity_curve(lay([columns]))[0]
    assert curve[:5] == pytest.approx([0, 0, 0, 0, 1])
    assert np.isnan(curve[5:]).all()


def test_half_a_bar_again_is_as_similar_as_its_notes_in_common():
    columns = piece([(0, 1, 60), (1, 1, 62), (4, 1, 60), (5, 1, 64)])
    assert of(structure.self_similarity, columns) == pytest.approx([1 / 3])
    drums = rows_piece([(0, 1, 60, 80, 0), (16, 1, 60, 80, 1)], [KEYS, DRUMS])
    assert of(structure.self_similarity, drums) == [0]
    assert np.isnan(of(structure.self_similarity, piece([(0, 1, 60)]))).all()


def test_tracks_enter_and_leave():
    rows = [(0, 16, 60, 80, 0), (16, 16, 60, 80, 0), (16, 16, 40, 80, 1), (40, 8, 36, 80, 2)]
    columns = rows_piece(rows, [KEYS, BASS, DRUMS, (50, False)])
    assert of(instruments.tracks_used, columns) == [3]
    assert of(instruments.programs_used, columns) == [3]
    assert of(instruments.tracks_per_bar, columns) == pytest.approx([4 / 3])
    assert of(instruments.track_changes, columns) == [2]
    assert of(instruments.drum_bar_rate, columns) == pytest.approx([1 / 3])
    assert np.flatnonzero(instruments.programs(lay([columns]))[0]).tolist() == [0, 33, 128]
    other = rows_piece([(0, 4, 60, 80, 0)], [KEYS])
    assert instruments.known_ensembles(lay([columns, other]), lay([other])) == 0.5
    assert np.isnan(instruments.known_ensembles(lay([]), lay([other])))
