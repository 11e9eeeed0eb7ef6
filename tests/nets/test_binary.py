import pytest
import torch

from modeloid.nets.binary import straight_through


@pytest.mark.parametrize("slope", [1.0, 5.0])
@pytest.mark.parametrize("draws", [None, 0.3])
def test_it_is_exactly_on_or_off_and_has_the_gradient_of_a_sigmoid(slope, draws):
    logits = torch.linspace(-4, 4, 33, requires_grad=True)
    drawn = None if draws is None else torch.full_like(logits, draws)
    found = straight_through(logits, slope, drawn)
    wanted = logits > 0 if draws is None else torch.sigmoid(slope * logits) > draws
    assert torch.equal(found, wanted.float())
    found.sum().backward()
    soft = torch.sigmoid(slope * logits.detach())
    torch.testing.assert_close(logits.grad, slope * soft * (1 - soft))


def test_stochastic_neurons_are_on_as_often_as_their_sigmoid_says():
    torch.manual_seed(0)
    logits = torch.tensor([-2.0, 0.0, 1.0])
    often = straight_through(logits.expand(20_000, 3), 1.0, torch.rand(20_000, 3)).mean(0)
    torch.testing.assert_close(often, torch.sigmoid(logits), atol=0.02, rtol=0)
