import pytest
import torch

from modeloid.backends.pairs.sharpened import sharpened


def test_cells_become_surer_and_none_changes_sides():
    chances = torch.linspace(0, 1, 101)
    sharp = sharpened(chances, 3.0)
    assert ((sharp > 0.5) == (chances > 0.5)).all()
    assert (sharp[chances > 0.51] >= chances[chances > 0.51] - 1e-6).all()
    assert sharp[70].item() == pytest.approx(0.7**3 / (0.7**3 + 0.3**3), abs=1e-5)
    assert torch.equal(sharpened(chances, 1), chances)


def test_it_can_be_learnt_through():
    chances = torch.full((4,), 0.4, requires_grad=True)
    sharpened(chances, 3.0).sum().backward()
    assert (chances.grad > 1).all()
