import numpy as np
import pytest

from modeloid.models.events.draw import Choice, drawn, probabilities

SHARES = np.array([[0.05, 0.4, 0.1, 0.25, 0.2]])
LOGITS = np.log(SHARES)
ALL = np.ones((1, 5), bool)


def kept(choice, allowed=ALL):
    return np.flatnonzero(probabilities(LOGITS, allowed, choice)[0]).tolist()


def test_all_is_as_it_is():
    assert probabilities(LOGITS, ALL, Choice()) == pytest.approx(SHARES)


def test_what_is_not_allowed_is_shared_out():
    allowed = np.array([[True, False, True, True, False]])
    assert probabilities(LOGITS, allowed, Choice()) == pytest.approx(np.array([[0.125, 0, 0.25, 0.625, 0]]))


def test_temperature_is_a_power():
    expected = SHARES**2 / (SHARES**2).sum()
    assert probabilities(LOGITS, ALL, Choice(temperature=0.5)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("choice", "tokens"),
    [
        (Choice(top_k=1), [1]),
        (Choice(top_k=3), [1, 3, 4]),
        (Choice(top_k=9), [0, 1, 2, 3, 4]),
        (Choice(top_p=0.39), [1]),
        (Choice(top_p=0.41), [1, 3]),
        (Choice(top_p=1e-9), [1]),
        (Choice(min_p=0.5), [1, 3, 4]),
        (Choice(min_p=0.999), [1]),
        (Choice(top_k=4, top_p=0.8), [1, 3, 4]),
        (Choice(top_k=2, min_p=0.9), [1]),
    ],
)
def test_what_is_kept(choice, tokens):
    assert kept(choice) == tokens


def test_equal_ones_are_kept_by_number():
    assert np.flatnonzero(probabilities(np.zeros((1, 5)), ALL, Choice(top_k=2))).tolist() == [0, 1]


def test_something_is_left_of_what_is_allowed():
    allowed = np.array([[True, False, False, False, False]])
    for choice in (Choice(top_k=1), Choice(top_p=0.1), Choice(min_p=0.9), Choice(temperature=1e-3)):
        assert kept(choice, allowed) == [0]


def test_a_number_falls_on_its_share():
    shares = np.array([[0.0, 0.5, 0.0, 1.5, 0.0]])
    numbers = np.array([0.0, 0.2499, 0.25, 0.999999])
    assert drawn(shares.repeat(4, 0), numbers).tolist() == [1, 1, 3, 3]


def test_rows_do_not_look_at_one_another():
    logits = np.random.default_rng(0).normal(size=(6, 9))
    choice = Choice(0.9, 5, 0.8, 0.05)
    together = probabilities(logits, np.ones((6, 9), bool), choice)
    alone = [probabilities(row[None], np.ones((1, 9), bool), choice)[0] for row in logits]
    assert (together == alone).all()
