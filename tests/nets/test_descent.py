"""One step of the optimiser: its size follows the schedule, its gradient is bounded, scales do not decay."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from modeloid.nets.descent import Descent  # noqa: E402  torch may be absent
from modeloid.nets.schedule import warm_cosine  # noqa: E402

MODEL = {"learning_rate": 0.1, "weight_decay": 0.5, "clip": 1.0, "warm_turns": 4, "planned_turns": 20}


def _net() -> torch.nn.Linear:
    net = torch.nn.Linear(2, 1)
    torch.nn.init.ones_(net.weight)
    torch.nn.init.ones_(net.bias)
    return net


def test_what_has_one_dimension_does_not_decay() -> None:
    net = _net()
    descent = Descent(net, MODEL, memory=0.95)
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    descent.step(10)
    assert torch.equal(net.bias, torch.ones(1))
    assert (net.weight < 1).all()


def test_a_long_gradient_is_cut_and_its_length_told() -> None:
    net = _net()
    descent = Descent(net, MODEL, memory=0.95)
    net.weight.grad, net.bias.grad = torch.tensor([[3.0, 0.0]]), torch.tensor([4.0])
    told = descent.step(0)
    assert told["gradient"] == pytest.approx(5.0)
    assert net.weight.grad.norm().item() ** 2 + net.bias.grad.norm().item() ** 2 == pytest.approx(1.0, rel=1e-4)


def test_a_short_gradient_is_left_as_it_is() -> None:
    net = _net()
    descent = Descent(net, MODEL, memory=0.95)
    net.weight.grad, net.bias.grad = torch.tensor([[0.3, 0.0]]), torch.tensor([0.4])
    assert descent.step(0)["gradient"] == pytest.approx(0.5)
    assert torch.equal(net.bias.grad, torch.tensor([0.4]))


@pytest.mark.parametrize("turn", [0, 3, 10, 19])
def test_the_step_follows_the_schedule(turn: int) -> None:
    net = _net()
    descent = Descent(net, MODEL | {"weight_decay": 0.0}, memory=0.95)
    net.weight.grad, net.bias.grad = torch.zeros(1, 2), torch.tensor([0.4])
    told = descent.step(turn)
    assert told["learning_rate"] == pytest.approx(0.1 * warm_cosine(turn, 20, 4))
    # the first step of Adam is as long as the learning rate, whatever the gradient (Kingma and Ba 2015, section 2.1)
    assert 1 - net.bias.item() == pytest.approx(told["learning_rate"], rel=1e-4)
