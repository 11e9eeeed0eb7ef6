import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.report.drawing.numbers import axis, powers, short, ticks, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (2670, "2\u202f670"),
        (1.0, "1"),
        (0.0625, "0.0625"),
        (-27.70710, "−27.71"),
        (99.999, "100"),
        (0.00001234, "1.234e−5"),
        (12_345_678.0, "1.235e7"),
        (1.7976931348623157e308, "1.798e308"),
        (5e-324, "4.941e−324"),
        (float("inf"), "inf"),
        (float("-inf"), "−inf"),
    ],
)
def test_numbers_are_short(value, text):
    assert short(value) == text


def test_counts_are_whole():
    assert whole(1_234_567) == "1\u202f234\u202f567"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_lie_inside_and_are_evenly_spaced(low, span):
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 5
    assert all(low - 1e-6 * span <= value <= low + span + 1e-6 * span for value in found)


def test_ticks_are_round():
    assert ticks(0.13, 0.91) == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert ticks(1, 2670, 4) == [1000, 2000]


def test_ticks_where_the_span_is_more_than_a_float_can_say():
    assert ticks(-1.7e308, 1.7e308) == pytest.approx([-1e308, 0, 1e308])
    assert ticks(-1e308, 1e308) == pytest.approx([-1e308, -5e307, 0, 5e307, 1e308])
    assert ticks(float("-inf"), 1.0) == [float("-inf")]


@given(st.floats(1e-9, 1e9), st.floats(1.01, 1e12))
def test_powers_lie_inside(low, ratio):
    found = powers(low, low * ratio)
    assert found
    assert all(low * 0.999 <= value <= low * ratio * 1.001 for value in found)


def test_powers_are_powers():
    assert powers(1, 1000) == [1, 10, 100, 1000]
    assert powers(2.5, 30) == pytest.approx([5, 10, 20])


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(1000, 500, "1\u202f000"), (20_000, 5000, "20k"), (1e6, 2e5, "1M"), (0.5, 0.5, "0.5"), (1, 0.5, "1.0")],
)
def test_axes_are_named_evenly(value, step, text):
    assert axis(value, step) == text
