"""How a value is chosen: temperature and top_p speak of what follows, not of when."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from modeloid.models.voices.past import NONE, SILENT  # noqa: E402  torch may be absent
from modeloid.models.voices.sampler import _shares, _value  # noqa: E402
from modeloid.models.voices.wishes import Wishes  # noqa: E402

SCORES = torch.tensor([[2.0, 0.5, -1.0, 1.0]] * 3, dtype=torch.float64)
BEFORE = torch.tensor([0, SILENT, NONE])


def wishes(temperature: float = 1.0, top_p: float = 1.0) -> Wishes:
    return Wishes(np.zeros((1, 1), np.int64), np.zeros((1, 1), np.bool_), temperature, top_p)


def test_as_learned_is_a_softmax() -> None:
    assert torch.allclose(_shares(SCORES, BEFORE, wishes()), torch.softmax(SCORES, 1), atol=1e-12)


@pytest.mark.parametrize("asked", [wishes(0.1), wishes(5.0), wishes(1.0, 0.2), wishes(0.5, 0.6)])
def test_going_on_is_as_likely_as_learned(asked: Wishes) -> None:
    learned, found = torch.softmax(SCORES, 1), _shares(SCORES, BEFORE, asked)
    assert torch.allclose(found.sum(1), torch.ones(3, dtype=torch.float64))
    assert found[0, 0].item() == pytest.approx(learned[0, 0].item())
    assert found[1, 3].item() == pytest.approx(learned[1, 3].item())
    assert not torch.allclose(found, learned)


def test_what_follows_is_surer_when_cold_and_wilder_when_warm() -> None:
    learned = torch.softmax(SCORES, 1)[0, 3]
    assert _shares(SCORES, BEFORE, wishes(0.5))[0, 3] > learned > _shares(SCORES, BEFORE, wishes(2.0))[0, 3]


def test_at_the_start_nothing_goes_on() -> None:
    assert _shares(SCORES, BEFORE, wishes(0.01))[2, 0].item() == pytest.approx(1.0)


def test_top_p_leaves_the_likeliest_of_what_follows() -> None:
    kept = _shares(SCORES, BEFORE, wishes(1.0, 0.5))[0] > 0
    assert kept.tolist() == [True, False, False, True]


def test_a_number_reaches_its_value() -> None:
    shares = torch.tensor([[0.25, 0.5, 0.0, 0.25]] * 4, dtype=torch.float64)
    draws = torch.tensor([0.0, 0.3, 0.74, 0.99], dtype=torch.float64)
    assert _value(shares, draws).tolist() == [0, 1, 1, SILENT]
