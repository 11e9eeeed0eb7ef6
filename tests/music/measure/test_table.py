from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.errors import MusicError
from modeloid.music.measure import legacy
from modeloid.music.measure.notes import lay
from modeloid.music.measure.table import METRICS, QUICK, measure

from ..pieces import piece
from .small_pieces import rows_piece, small_pieces

MUSPY = json.loads((Path(__file__).parent / "muspy_values.json").read_text())
LEGACY = {
    "polyphony_rate": legacy.polyphony_rate_muspy,
    "empty_bar_rate": legacy.empty_bar_rate_muspy,
    "groove_consistency": legacy.groove_consistency_muspy,
}


@pytest.mark.parametrize("name", MUSPY)
@pytest.mark.parametrize("metric", next(iter(MUSPY.values())))
def test_where_muspy_defines_the_same_it_says_the_same(name, metric):
    columns = small_pieces()[name]
    same_definition = metric not in LEGACY or (name.startswith("within") and metric != "polyphony_rate")
    found = measure([columns], [metric]).column(metric) if same_definition else LEGACY[metric](lay([columns]))
    assert found == pytest.approx([MUSPY[name][metric]], abs=1e-12)


def test_a_piece_that_ends_with_a_bar_has_no_bar_more():
    table = measure([small_pieces()["on_line_unison"]])
    assert table.column("empty_bar_rate") == [0]
    assert np.isnan(table.column("groove_consistency")).all()
    assert MUSPY["on_line_unison"]["groove_consistency"] == 0.875


def test_empty_is_empty_and_says_why():
    table = measure([piece([]), piece([(0, 1, 60)]), piece([(0, 1, 36)], drum=True)])
    assert np.isnan(table.values[0]).all()
    for name in table.names:
        assert (table.why(1, name) is None) == (not np.isnan(table.column(name)[1]))
    assert table.why(0, "polyphony") == "the piece lacks a note that is no drum's"
    assert table.why(2, "pitch_range") == "the piece lacks a note that is no drum's"
    assert table.why(1, "groove_consistency") == "the piece lacks two neighbouring bars of one length"
    assert table.why(2, "drum_pattern_rate") is None
    assert table.mean("pitch_range") == (0.0, 1)
    assert table.mean("tonal_distance") == (None, 0)
    assert measure([]).values.shape == (0, len(QUICK))


def test_an_unknown_metric_names_the_nearest():
    with pytest.raises(MusicError, match="Did you mean 'polyphony'"):
        measure([], ["poliphony"])


def test_pieces_are_measured_as_if_alone_in_any_chunks(monkeypatch):
    pieces = [piece([]), *small_pieces().values(), piece([(0, 1, 60)])]
    together = measure(pieces)
    assert np.array_equal(together.values, np.concatenate([measure([one]).values for one in pieces]), equal_nan=True)
    monkeypatch.setattr("modeloid.music.measure.table._CHUNK_NOTES", 20)
    assert np.array_equal(together.values, measure(pieces).values, equal_nan=True)


ROWS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 70), st.integers(0, 127), st.integers(0, 127), st.integers(0, 2)),
    max_size=30,
)
METERS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 9), st.sampled_from([1, 2, 4, 8, 16])), max_size=3)


@settings(max_examples=80, deadline=None)
@given(ROWS, METERS)
def test_every_value_is_in_range_or_undefined_for_a_stated_reason(rows, meters):
    columns = rows_piece(rows, [(0, False), (33, False), (0, True)], meters=meters)
    table = measure([columns], METRICS)
    for name, metric in METRICS.items():
        value = table.column(name)[0]
        assert table.why(0, name) or metric.low - 1e-9 <= value <= metric.high + 1e-9, name
    whenever = {name for name, metric in METRICS.items() if metric.needs == "a note"}
    assert not rows or not any(table.why(0, name) for name in whenever)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(-30, 30))
def test_transposition_changes_no_rhythm_and_no_interval(rows, shift):
    kept = [row for row in rows if 0 <= row[2] + shift <= 127 and row[4] < 2]
    moved = [(onset, length, pitch + shift, *rest) for onset, length, pitch, *rest in kept]
    tracks = [(0, False), (33, False)]
    names = [name for name in METRICS if name != "pitch_mean"]
    one, other = (measure([rows_piece(each, tracks)], names).values for each in (kept, moved))
    assert np.allclose(one, other, equal_nan=True)


def test_a_hostile_length_is_measured():
    long = piece([(0, 1, 60), (1, 1, 62), (1_000_000, 500_000, 64)], tpq=24)
    table = measure([long])
    assert table.column("empty_bar_rate")[0] > 0.99
    assert table.column("polyphony") == [1]


def test_a_thousand_pieces_take_seconds():
    random = np.random.default_rng(0)
    pieces = [
        rows_piece(
            [
                (int(tick), 2, int(pitch), 80, 0)
                for tick, pitch in zip(range(600), random.integers(40, 80, 600), strict=True)
            ],
            [(0, False)],
        )
        for _ in range(50)
    ]
    took = []
    for _ in range(3):
        start = time.process_time()
        measure(pieces)
        took.append(time.process_time() - start)
    # 0.25 s is the share of 5 s for a thousand
    assert min(took) < 0.25
