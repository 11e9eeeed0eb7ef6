from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.columns import Columns
from modeloid.music.measure.fitness import FRAMES, SPANS_BEATS, _families, enhanced, fitness, fitness_structureness
from modeloid.music.measure.notes import lay
from modeloid.music.measure.table import METRICS, QUICK, measure

from ..pieces import piece
from ..shared_data import archive, midi
from .small_pieces import rows_piece

RANDOM = np.random.default_rng(0)
NAMES = tuple(f"fitness_structureness_{span}" for span in SPANS_BEATS)


def family(similar, start, size):
    """The optimal path family by the formula, cell by cell: score, the path's cells, covered frames."""
    frames = len(similar)
    nothing = (-np.inf, 0, 0)
    table = [[nothing] * (size + 1) for _ in range(frames)]
    rest = (0.0, 0, 0)
    for row in range(frames):
        if row:
            rest = max(rest, table[row - 1][size])
        for column in range(1, size + 1):
            ways = [(*rest, 1)] if column == 1 else []
            for down, across in ((1, 1), (1, 2), (2, 1)):
                if row >= down and column - across >= 1:
                    ways.append((*table[row - down][column - across], down))
            score, cells, covered, down = max(ways, default=(*nothing, 0))
            table[row][column] = (score + similar[row, start + column - 1], cells + 1, covered + down)
    return max(rest, table[-1][size])


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_all_families_are_those_of_the_formula(frames, seed):
    random = np.random.default_rng(seed)
    similar = enhanced(random.random((frames, frames)), threshold=0.5)
    start, size = (
        np.array(each)
        for each in zip(*[(s, m) for m in range(1, frames + 1) for s in range(frames - m + 1)], strict=True)
    )
    score, cells, covered = _families(similar.astype(np.float32), start, size)
    expected = [
        family(similar.astype(np.float32).astype(float), int(s), int(m)) for s, m in zip(start, size, strict=True)
    ]
    assert score == pytest.approx([each[0] for each in expected], abs=1e-4)
    assert cells.tolist() == [each[1] for each in expected]
    assert covered.tolist() == [each[2] for each in expected]


def test_fitness_by_hand():
    # ABAB: of AB s = 4, L = 4, c = 4, so s' = (4 - 2) / 4 and c' = (4 - 2) / 4; BA comes once
    similar = np.kron(np.ones((2, 2)), np.eye(2)) * 3 - 2
    assert fitness(similar, np.array([0, 2, 1]), np.array([2, 2, 2])) == pytest.approx([0.5, 0.5, 0])
    assert fitness(np.full((4, 4), -2.0) + 3 * np.eye(4), np.array([0]), np.array([2])) == [0]


def bars(pattern, seed=0):
    """One bar of eight notes for each letter, the same for the same letter."""
    rows = []
    for number, letter in enumerate(pattern):
        random = np.random.default_rng([seed, ord(letter)])
        steps = np.sort(random.choice(16, 8, replace=False))
        pitches = random.choice(24, 8)
        rows += [
            (16 * number + int(step), 1, 48 + int(pitch), 80, 0) for step, pitch in zip(steps, pitches, strict=True)
        ]
    return rows_piece(rows, [(0, False)])


@pytest.mark.parametrize(
    ("pattern", "span", "expected"),
    [
        ("ABCD" * 2, "short", 0.5),
        ("ABCD" * 4, "short", 0.75),
        ("ABCDEF" * 2, "mid", 0.5),
        ("ABCDEF" * 3, "mid", 2 / 3),
        ("ABCDEFGHIJ" * 2, "long", 0.5),
        ("ABCDEFGHIJ" * 4, "long", 0.75),
    ],
)
def test_what_a_piece_is_k_times_over_has_one_less_a_kth(pattern, span, expected):
    values = measure([bars(pattern)], NAMES)
    assert values.column(f"fitness_structureness_{span}") == pytest.approx([expected])


def test_sections_return_and_noise_does_not():
    verse = bars("ABCDEFGH" + "IJKLMNOP" + "ABCDEFGH" + "IJKLMNOP")
    never = bars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")
    same = bars("A" * 32)
    random = rows_piece(
        [(int(RANDOM.integers(0, 512)), 1, int(RANDOM.integers(40, 90)), 80, 0) for _ in range(256)], [(0, False)]
    )
    returning, nothing, constant, noise = measure([verse, never, same, random], NAMES).values
    # sixteen bars come twice; of 32 bars seven, coming twice, cover fourteen: 1 / 2 and 7 / 32
    assert returning[1:] == pytest.approx([2 * 7 / 64 / (1 / 2 + 7 / 32), 0.5])
    assert nothing.max() < 0.1
    assert noise.max() < 0.1
    # two bars sixteen times over, four bars (16 beats) eight times, eight bars four times
    assert constant == pytest.approx([1 - 1 / 16, 1 - 1 / 8, 1 - 1 / 4])


def test_variation_returns_less_than_the_same():
    theme = bars("ABCD" * 4)
    pitch = theme.notes["pitch"].copy()
    pitch[::5] += 1
    varied = Columns(theme.notes | {"pitch": pitch}, theme.about)
    plain, other = measure([theme, varied], NAMES).column("fitness_structureness_short")
    assert 0 < other < plain


def test_it_is_defined_where_a_stretch_has_the_length():
    pieces = [piece([]), piece([(0, 1, 60)]), bars("AB"), bars("ABAB"), bars("ABCDEFGH")]
    table = measure(pieces, NAMES)
    assert np.isnan(table.values[:3]).all()
    assert np.isnan(table.values[3]).tolist() == [False, True, True]
    assert np.isnan(table.values[4]).tolist() == [False, False, True]
    assert "6 to 16 beats" in table.why(0, NAMES[0])
    # silence in the middle is like nothing, itself neither
    gap = piece([(0, 1, 60), (1, 1, 64), (60, 1, 72), (61.5, 1, 67)])
    assert measure([gap], NAMES).values.max() == 0


def test_drums_return_by_their_rhythm():
    beat = [(bar * 4 + step / 4, 0.25, 36) for bar in range(8) for step in ((0, 6, 8) if bar % 2 else (0, 4, 10, 14))]
    [value] = measure([piece(beat, drum=True)], NAMES).column(NAMES[0])
    assert value == pytest.approx(0.75)


def test_long_pieces_have_longer_frames_and_order_changes_nothing():
    many = bars("ABCDEFGH" * 40)
    assert FRAMES < 320
    values = measure([many, bars("AB")], NAMES).values[0]
    # three bars are one frame of twelve beats; every eighth of them is the same again
    assert values[2] > 0.9
    notes = lay([bars("ABAB"), bars("ABAC")])
    order = np.argsort(notes.pitch, kind="stable")
    turned = type(notes)(
        **{name: getattr(notes, name)[order] for name in ("piece", "track", "onset", "end", "pitch", "velocity")},
        **{
            name: getattr(notes, name)
            for name in ("length", "track_piece", "program", "drum", "meter_piece", "meter_onset", "bar_length")
        },
    )
    assert fitness_structureness(turned, "short") == pytest.approx(fitness_structureness(notes, "short"))


def test_it_is_measured_when_named_only():
    assert set(METRICS) - set(QUICK) == set(NAMES)
    assert not set(NAMES) & set(measure([bars("ABAB")]).names)
    assert all(METRICS[name].doc.endswith(".") for name in METRICS)


def test_songs_return_more_than_their_bars_in_another_order():
    archive("pop909")
    from symusic import Score

    from modeloid.music.columns import from_score

    songs = [from_score(Score.from_midi(content)) for content in midi("pop909", 80)]
    mixed = []
    for song in songs:
        bar = song.notes["onset"] // (4 * song.about["tpq"])
        turn = RANDOM.permutation(int(bar.max()) + 1) - np.arange(int(bar.max()) + 1)
        onset = (song.notes["onset"] + turn[bar] * 4 * song.about["tpq"]).astype("<i4")
        mixed.append(Columns(song.notes | {"onset": onset}, song.about | {"meters": []}))
    start = time.process_time()
    real, other = (measure(pieces, NAMES).values for pieces in (songs, mixed))
    assert (time.process_time() - start) / (2 * len(songs)) < 0.5
    assert (np.nanmean(real, axis=0) > np.nanmean(other, axis=0) + 0.05).all()
    assert np.nanmean(real[:, 2]) > 2 * np.nanmean(other[:, 2])
