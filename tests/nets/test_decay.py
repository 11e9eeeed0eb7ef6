import pytest

from modeloid.nets.decay import steady_then_linear


@pytest.mark.parametrize(
    ("turn", "share"), [(0, 1.0), (9, 1.0), (10, 1.0), (55, 0.5), (91, 0.1), (100, 0.0), (1000, 0.0)]
)
def test_it_stays_and_falls(turn, share):
    assert steady_then_linear(turn, 10, 100) == pytest.approx(share)


def test_a_plan_of_none_never_falls():
    assert steady_then_linear(10**9, 10, 0) == 1.0


def test_steady_to_the_end():
    assert [steady_then_linear(turn, 9, 4) for turn in (3, 4, 5)] == [1.0, 0.0, 0.0]
