import torch

from modeloid.models.frames.near import DEGREES, Near, degrees

from .small import a_card


def test_degrees_follow_the_key():
    found = degrees(torch.tensor([0, 2, -1]), 14)
    assert found[0].tolist() == [*range(12), 0, 1]
    assert found[1, 2:].tolist() == found[0, :-2].tolist()
    assert found[2, :-1].tolist() == found[0, 1:].tolist()


def test_what_moves_with_its_key_keeps_its_features():
    torch.manual_seed(0)
    near = Near(2, a_card(shape=(4, 30), depth=0).model)
    with torch.no_grad():
        near.degrees.normal_()
    planes, state = torch.zeros(1, 2, 30), torch.randn(1, 12)
    planes[0, 0, [10, 14]] = planes[0, 1, 12] = 1
    here, moved = (near(planes.roll(by, dims=2), state, degrees(torch.tensor([by]), 30)) for by in (0, 3))
    torch.testing.assert_close(here[..., :-3], moved[..., 3:])
    unmoved = near(planes.roll(3, dims=2), state, degrees(torch.tensor([0]), 30))
    assert not torch.allclose(here[..., :-3], unmoved[..., 3:])


def test_further_layers_add_to_the_first():
    torch.manual_seed(0)
    near = Near(2, a_card(shape=(4, 30), depth=2).model)
    planes, state, degree = torch.rand(1, 2, 30), torch.randn(1, 12), degrees(torch.tensor([0]), 30)
    with_them = near(planes, state, degree)
    assert with_them.shape == (1, 3, 30)
    for layer in near.further:
        layer.kernel.data.zero_()
    assert not torch.allclose(near(planes, state, degree), with_them)


def test_another_key_is_another_feature():
    torch.manual_seed(0)
    near = Near(1, a_card(shape=(4, 30)).model)
    with torch.no_grad():
        near.degrees.normal_()
    planes, state = torch.zeros(1, 1, 30), torch.randn(1, 12)
    one, two, octave = (near(planes, state, degrees(torch.tensor([key]), 30)) for key in (0, 1, DEGREES))
    assert not torch.allclose(one, two)
    assert torch.equal(one, octave)
