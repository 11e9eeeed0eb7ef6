import pytest
import torch

from modeloid.nets.dropout import LockedDropout


def test_a_sequence_has_one_mask():
    torch.manual_seed(0)
    left = LockedDropout(0.4)(torch.ones(200, 5, 30))
    assert (left == left[:, :1]).all()
    assert left.mean() == pytest.approx(1, abs=0.05)
    assert left.unique().tolist() == pytest.approx([0.0, 1 / 0.6])
    assert (left[0] != left[1]).any()


def test_a_group_has_one_mask():
    torch.manual_seed(0)
    left = LockedDropout(0.5)(torch.ones(4, 40), torch.tensor([0, 0, 1, 1]), 2)
    assert (left[0] == left[1]).all()
    assert (left[2] == left[3]).all()
    assert (left[0] != left[2]).any()


def test_nothing_is_left_out_when_it_is_not_trained_or_nothing_is_asked_for():
    values = torch.randn(3, 4, 5)
    assert LockedDropout(0.5).eval()(values) is values
    assert LockedDropout(0.0)(values) is values


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_is_below_one(share):
    with pytest.raises(ValueError, match="share"):
        LockedDropout(share)
