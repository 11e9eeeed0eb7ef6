import pytest

from modeloid.nets.schedule import warm_cosine


def test_it_rises_then_falls_to_a_hundredth_and_stays():
    shares = [warm_cosine(turn, 1000, 100) for turn in range(1200)]
    assert shares[0] == pytest.approx(0.01)
    assert shares[:100] == sorted(shares[:100])
    assert shares[100:] == sorted(shares[100:], reverse=True)
    assert max(shares) == pytest.approx(1, abs=0.03)
    assert shares[500] == pytest.approx(0.505)
    assert shares[1000] == shares[-1] == pytest.approx(0.01)


def test_without_a_rise_it_begins_at_the_top():
    assert warm_cosine(0, 10, 0) == 1
