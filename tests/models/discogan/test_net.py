import pytest
import torch

from modeloid.models.discogan.losses import features_apart, taken_for
from modeloid.models.discogan.net import Discriminator, generator

PUBLISHED = {"width": 64, "levels": 4, "shortcut": 0.0}
SMALL = {"width": 4, "levels": 2, "shortcut": 0.0}


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_published_sizes():
    """Kim et al. 2017 as released, on pictures of 64 x 64 in three colours: 5,513,856 and 2,765,568 parameters."""
    assert count(generator(PUBLISHED, 3)) == 5_513_856
    critic = Discriminator(PUBLISHED, (3, 64, 64))
    assert count(critic) == 2_765_568
    critic.eval()
    with torch.no_grad():
        scores, features = critic(torch.zeros(2, 3, 64, 64))
    assert scores.shape == (2, 1, 1, 1)
    assert [tuple(one.shape[1:]) for one in features] == [(128, 16, 16), (256, 8, 8), (512, 4, 4)]


@pytest.mark.parametrize("shape", [(8, 8), (16, 24), (13, 30), (64, 84)])
@pytest.mark.parametrize("channels", [1, 2])
def test_chances_of_the_same_shape(shape, channels):
    net = generator(SMALL, channels).eval()
    with torch.no_grad():
        made = net(torch.rand(2, channels, *shape))
        scores, _ = Discriminator(SMALL, (channels, *shape)).eval()(made)
    assert made.shape == (2, channels, *shape)
    assert made.min() > 0
    assert made.max() < 1
    assert len(scores) == 2


def test_items_do_not_look_at_one_another_when_it_samples():
    net = generator(SMALL, 1).eval()
    images = torch.rand(3, 1, 16, 24)
    other = images.clone()
    other[1:] = 0
    with torch.no_grad():
        assert torch.equal(net(images)[0], net(other)[0])


def test_cross_entropy_of_log_odds():
    scores = torch.zeros(3, 1, 1, 1)
    assert taken_for(scores, 1.0).tolist() == pytest.approx([0.6931472] * 3)
    assert taken_for(torch.full((1, 1), 10.0), 0.0).item() == pytest.approx(10.0, rel=1e-4)


def test_features_are_matched_in_their_means_alone():
    one = torch.tensor([[0.0, 2.0], [2.0, 0.0]])
    assert features_apart([one], [one.flip(0)]).item() == 0
    assert features_apart([one], [one + 1]).item() == pytest.approx(1.0)
    assert features_apart([one, one], [one + 1, one + 2]).item() == pytest.approx(5.0)
