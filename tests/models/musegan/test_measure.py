import numpy as np
import pytest

from modeloid.models.musegan.measure import (
    closeness,
    drum_pattern,
    empty_bars,
    least_steps,
    long_notes,
    measures,
    polyphony,
    tonal_distance,
    used_classes,
)
from modeloid.music.columns import from_score
from modeloid.music.measure import legacy, pitch, rhythm, tonal
from modeloid.music.measure.notes import lay
from modeloid.music.represent import representation

C_MAJOR = [0, 2, 4, 5, 7, 9, 11]


def a_roll(bars=1, steps=16, pitches=84, tracks=1, n=1):
    return np.zeros((n, bars, steps, pitches, tracks), bool)


def test_a_scale_has_seven_classes_in_any_octave_and_two_by_the_papers_code():
    roll = a_roll(bars=3)
    for step, tone in enumerate(C_MAJOR):
        roll[0, 0, step, 36 + tone] = True
        roll[0, 1, step, 12 * (step % 7) + tone] = True
    assert used_classes(roll)[0] == 7
    assert used_classes(roll[:, :1], legacy=True)[0] == 2


def test_a_triad_has_no_distance_to_itself_octaves_away_but_by_the_papers_code():
    roll = a_roll(tracks=2)
    for tone in (0, 4, 7):
        roll[0, 0, :, 24 + tone, 0] = roll[0, 0, :, 60 + tone, 1] = True
    assert tonal_distance(roll, 4)[0, 1] == pytest.approx(0, abs=1e-12)
    assert tonal_distance(roll, 4, legacy=True)[0, 1] == pytest.approx(1.186, abs=5e-4)


def test_one_silent_beat_drops_a_bar_in_the_papers_code_alone():
    roll = a_roll(tracks=2)
    roll[0, 0, :, 24, 0] = True
    roll[0, 0, 4:, 31, 1] = True
    assert np.isfinite(tonal_distance(roll, 4)[0, 1])
    assert np.isnan(tonal_distance(roll, 4, legacy=True)[0, 1])


def test_empty_bars_and_chords_are_counted():
    roll = a_roll(bars=4, tracks=2)
    roll[0, 1, 3, 40, 0] = True
    roll[0, :3, :8, [40, 44], 1] = True
    assert empty_bars(roll).tolist() == [0.75, 0.25]
    assert polyphony(roll).tolist() == [0, 0.5]
    assert np.isnan(polyphony(a_roll())[0])


def test_notes_are_runs_and_the_papers_code_cuts_them_at_bars():
    roll = a_roll(bars=2)
    roll[0, 0, 14:, 40] = roll[0, 1, 0, 40] = True
    roll[0, 1, 5, 40] = roll[0, 1, 8:10, 41] = True
    assert long_notes(roll, 3)[0] == pytest.approx(1 / 3)
    assert long_notes(roll, 2)[0] == pytest.approx(2 / 3)
    assert long_notes(roll, 2, legacy=True)[0] == pytest.approx((1 + 1 / 3) / 2)


def test_drums_keep_a_pattern():
    hits = a_roll(steps=96)[..., 0]
    hits[0, 0, 2::6, 10] = True
    assert drum_pattern(hits, 24) == 1
    hits[0, 0, 3, 10] = True
    assert drum_pattern(hits, 24) == pytest.approx((16 + 0.3) / 17)
    assert drum_pattern(hits, 24, 0.1) == pytest.approx((16 + 0.1) / 17)
    coarse = a_roll()[..., 0]
    coarse[0, 0, [0, 2, 5, 8], 10] = True
    assert drum_pattern(coarse, 4) == 0.75
    assert np.isnan(drum_pattern(a_roll()[..., 0], 4))


def test_the_grid_says_how_long_a_note_must_be():
    assert [least_steps(steps) for steps in (96, 48, 16, 12)] == [3, 2, 2, 2]
    assert least_steps(96, legacy=True) == 2


def test_closeness_is_the_mean_share():
    assert closeness(np.array([0.5, 3.0, np.nan]), np.array([1.0, 2.0, 5.0])) == pytest.approx(0.5)
    assert np.isnan(closeness(np.array([1.0]), np.array([0.0])))


def test_they_say_what_the_domains_metrics_say_of_the_same_piece():
    """One item of four bars at 24 steps a quarter, as a roll and as the piece that it is decoded to."""
    generator = np.random.default_rng(0)
    tracks = ["drums", ["keys", 0, 23], ["bass", 32, 39]]
    coder = representation({"kind": "multitrack", "steps_per_beat": 24, "low": 24, "high": 108, "tracks": tracks})
    roll = a_roll(bars=4, steps=96, tracks=3)
    flat = roll.reshape(384, 84, 3)
    for track in (1, 2):
        for begin in generator.integers(0, 370, 60):
            flat[begin : begin + generator.integers(1, 12), generator.integers(20, 60), track] = True
    flat[generator.integers(0, 384, 40), 12, 0] = True
    flat[383, 30, 1:] = True
    notes = lay([from_score(coder.decode(roll[0]))])
    low = least_steps(96)
    for track in (1, 2):
        own = notes.where(notes.track == track)
        one = roll[..., [track]]
        assert used_classes(one)[0] == pytest.approx(pitch.bar_pitch_classes(own)[0])
        assert used_classes(one, legacy=True)[0] == pytest.approx(legacy.bar_pitch_classes_musegan(own)[0])
        assert long_notes(one, low)[0] == pytest.approx(rhythm.qualified_note_rate(own)[0])
    assert tonal_distance(roll[..., 1:], 4)[0, 1] == pytest.approx(tonal.tonal_distance(notes)[0], abs=1e-9)
    by_bars = [drum_pattern(roll[:, [bar]][..., 0], 24) for bar in range(4)]
    assert drum_pattern(roll[..., 0], 24) == pytest.approx(np.mean(by_bars))
    assert empty_bars(roll).mean() == pytest.approx(rhythm.empty_track_bar_rate(notes)[0])


def test_all_of_them_at_once():
    generator = np.random.default_rng(0)
    found = measures(generator.random((3, 2, 16, 84, 4)) > 0.97, [0], 4, 2)
    assert {name: len(values) for name, values in found.items()} == {
        "EB": 4,
        "UPC": 3,
        "QN": 3,
        "PP": 3,
        "DP": 1,
        "TD": 3,
    }
    assert all(np.isfinite(values).all() for values in found.values())
