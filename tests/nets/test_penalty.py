import torch
from torch import nn

from modeloid.nets.penalty import between, gradient_penalty, slopes


class Curved(nn.Module):
    """A score that bends, of two arguments."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(6, 8).double(), nn.Linear(8, 1).double()

    def forward(self, one, other):
        return self.second(torch.tanh(self.first(torch.cat([one.flatten(1), other], 1))))[:, 0]


def items(seed, n=3):
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randn(n, 2, 2, dtype=torch.float64, generator=generator),
        torch.randn(n, 2, dtype=torch.float64, generator=generator),
    )


def by_differences(critic, points, step=1e-5):
    """Length of each item's gradient, from differences of scores."""
    total = 0
    for number, point in enumerate(points):
        flat = point.detach().flatten(1)
        for place in range(flat.shape[1]):
            nudge = torch.zeros_like(flat)
            nudge[:, place] = step
            scores = []
            for sign in (1, -1):
                moved = [one.detach() for one in points]
                moved[number] = (flat + sign * nudge).view_as(point)
                scores.append(critic(*moved).detach())
            total = total + ((scores[0] - scores[1]) / (2 * step)) ** 2
    return torch.sqrt(total)


def test_the_slope_is_that_of_finite_differences():
    torch.manual_seed(0)
    critic, points = Curved(), between(items(1), items(2), torch.tensor([0.0, 0.3, 1.0]))
    torch.testing.assert_close(slopes(critic, points).double(), by_differences(critic, points), rtol=1e-4, atol=1e-5)


def test_the_penalty_and_its_gradient_are_those_of_finite_differences():
    torch.manual_seed(0)
    critic, real, made, share = Curved(), items(1), items(2), torch.tensor([0.2, 0.5, 0.8])
    penalty = gradient_penalty(critic, real, made, share)
    wanted = ((by_differences(critic, between(real, made, share)) - 1) ** 2).mean()
    torch.testing.assert_close(penalty.double(), wanted, rtol=1e-4, atol=1e-5)
    penalty.backward()
    weight, step, found = critic.first.weight, 1e-5, []
    for sign in (1, -1):
        with torch.no_grad():
            weight[1, 2] += sign * step
        found.append(((by_differences(critic, between(real, made, share)) - 1) ** 2).mean())
        with torch.no_grad():
            weight[1, 2] -= sign * step
    torch.testing.assert_close(weight.grad[1, 2], (found[0] - found[1]) / (2 * step), rtol=1e-2, atol=1e-5)


def test_a_straight_score_has_its_own_slope_everywhere():
    direction = torch.tensor([3.0, 0.0, 4.0, 0.0])
    real, made = (torch.randn(5, 4),), (torch.randn(5, 4),)
    penalty = gradient_penalty(lambda one: one @ direction, real, made, torch.rand(5))
    torch.testing.assert_close(penalty, torch.tensor(16.0), rtol=1e-5, atol=1e-5)
    flat = gradient_penalty(lambda one: 0 * one.sum(1), real, made, torch.rand(5))
    torch.testing.assert_close(flat, torch.tensor(1.0), rtol=1e-3, atol=1e-3)


def test_points_lie_between_and_carry_no_gradient_back():
    real, made = torch.ones(3, 2, 2), torch.zeros(3, 2, 2, requires_grad=True)
    (points,) = between((real,), (made,), torch.tensor([0.0, 0.25, 1.0]))
    assert points[:, 0, 0].tolist() == [0.0, 0.25, 1.0]
    assert points.is_leaf
