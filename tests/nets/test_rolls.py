"""The small parts around a network of rolls: `padded`, `copying`, `differences`."""

import pytest
import torch

from modeloid.nets.copying import Copying
from modeloid.nets.differences import DIFFERENCES, add, entropy
from modeloid.nets.padded import Padded


class Sizes(torch.nn.Module):
    def forward(self, images):
        self.seen = tuple(images.shape[-2:])
        return images


@pytest.mark.parametrize(("shape", "seen"), [((8, 12), (8, 12)), ((7, 9), (8, 12)), ((1, 13), (4, 16))])
def test_sides_become_multiples_and_come_back(shape, seen):
    inner = Sizes()
    images = torch.rand(2, 1, *shape)
    assert torch.equal(Padded(inner, 4)(images), images)
    assert inner.seen == seen


def test_what_is_added_is_silent():
    inner = Sizes()
    summed = Padded(torch.nn.Sequential(inner), 4)
    assert torch.equal(summed(torch.ones(1, 1, 3, 3)), torch.ones(1, 1, 3, 3))


def test_a_copying_layer_copies_where_the_network_says_nothing():
    class Nothing(torch.nn.Module):
        def forward(self, images):
            return torch.zeros_like(images)

    images = torch.tensor([[[[0.0, 1.0]]]])
    assert Copying(Nothing(), 2.0)(images)[0, 0, 0].tolist() == pytest.approx([0.1192, 0.8808], abs=1e-4)
    assert Copying(Nothing(), 0.0)(images)[0, 0, 0].tolist() == [0.5, 0.5]


def test_differences_of_each_item():
    made, real = (
        torch.tensor([[0.5, 1.0], [0.0, 0.0]])[:, None, None],
        torch.tensor([[1.0, 1.0], [1.0, 0.0]])[:, None, None],
    )
    assert DIFFERENCES["absolute"](made, real).tolist() == pytest.approx([0.25, 0.5])
    assert DIFFERENCES["squared"](made, real).tolist() == pytest.approx([0.125, 0.5])
    assert entropy(made, real)[0].item() == pytest.approx(0.6931472 / 2, abs=1e-5)
    assert entropy(made, real)[1].item() == pytest.approx(6.9078, abs=1e-3)


@pytest.mark.parametrize("name", list(DIFFERENCES))
def test_only_cross_entropy_still_teaches_a_cell_that_is_sure_and_wrong(name):
    odds = torch.tensor([-8.0], requires_grad=True)
    DIFFERENCES[name](torch.sigmoid(odds)[None], torch.ones(1, 1)).sum().backward()
    assert (odds.grad.abs().item() > 0.9) == (name == "entropy")


def test_measured_values_add_up_with_their_count():
    found = {"loss": (1.5, 1.0)}
    add(found, [("loss", torch.tensor([2.0, 3.0])), ("change", torch.tensor([0.25]))])
    assert found == {"loss": (6.5, 3.0), "change": (0.25, 1)}
