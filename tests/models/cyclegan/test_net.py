import numpy as np
import pytest
import torch

from modeloid.models.cyclegan.losses import half_normal, squared
from modeloid.models.cyclegan.net import Residual, discriminator, generator

PUBLISHED = {"width": 64, "blocks": 10, "critic_width": 64, "shortcut": 0.0, "scores": "patches"}
SMALL = {"width": 4, "blocks": 1, "critic_width": 4, "shortcut": 0.0, "scores": "patches"}


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_published_sizes():
    """Brunner et al. 2018 as released: 12,551,552 and 819,008 parameters, 16 x 21 patches of 64 x 84."""
    assert count(generator(PUBLISHED, 1)) == 12_551_552
    assert count(discriminator(PUBLISHED, 1)) == 819_008
    with torch.no_grad():
        assert discriminator(PUBLISHED, 1)(torch.zeros(1, 1, 64, 84)).shape == (1, 1, 16, 21)


@pytest.mark.parametrize("shape", [(8, 8), (16, 24), (13, 30), (64, 84)])
@pytest.mark.parametrize("channels", [1, 2])
def test_chances_of_the_same_shape(shape, channels):
    with torch.no_grad():
        made = generator(SMALL, channels)(torch.rand(2, channels, *shape))
    assert made.shape == (2, channels, *shape)
    assert made.min() > 0
    assert made.max() < 1


def test_items_do_not_look_at_one_another():
    net = generator(SMALL, 1)
    images = torch.rand(3, 1, 16, 24)
    other = images.clone()
    other[1:] = 0
    with torch.no_grad():
        assert torch.equal(net(images)[0], net(other)[0])


def reach(net, shape, at):
    images = torch.zeros(1, 1, *shape, requires_grad=True)
    net(images)[0, 0, *at].backward()
    seen = np.argwhere(images.grad[0, 0].numpy() != 0)
    return seen.max(0) - seen.min(0) + 1


def test_a_patch_is_43_cells_wide():
    """Without the norm, which sees all: 7 + 2 * 6 + 4 * 6 cells."""
    net = discriminator(SMALL, 1)
    net[3] = torch.nn.Identity()
    assert reach(net, (128, 128), (16, 16)).tolist() == [43, 43]


def test_a_phrase_has_one_score_the_mean_of_its_patches():
    torch.manual_seed(0)
    patches = discriminator(SMALL, 1)
    torch.manual_seed(0)
    phrases = discriminator({**SMALL, "scores": "phrases"}, 1)
    images = torch.rand(3, 1, 16, 24)
    with torch.no_grad():
        assert phrases(images).shape == (3, 1, 1, 1)
        assert torch.allclose(phrases(images).flatten(), patches(images).flatten(1).mean(1), atol=1e-6)


def test_the_residual_is_added_before_the_last_relu():
    block = Residual(3)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.zero_()
    features = torch.randn(1, 3, 5, 5)
    assert torch.equal(block(features), torch.relu(features))


def test_least_squares():
    assert squared(torch.tensor([[[[1.0, 0.0]]]]), 1.0).item() == pytest.approx(0.5)


def test_noise_never_lowers_a_cell_and_has_its_spread():
    torch.manual_seed(0)
    noise = half_normal(torch.zeros(100_000), 0.5)
    assert noise.min() >= 0
    assert noise.square().mean().sqrt().item() == pytest.approx(0.5, rel=0.02)
    assert half_normal(torch.zeros(3), 0.0).tolist() == [0.0, 0.0, 0.0]
