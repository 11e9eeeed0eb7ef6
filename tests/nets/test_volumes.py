import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import conv3d, conv_transpose3d

from modeloid.nets.volumes import ChannelNorm, Merge, Spread, patches

SIZES = st.tuples(*[st.integers(1, 3)] * 3)


def channels_first(volume):
    return volume.permute(0, 4, 1, 2, 3)


@given(kernel=SIZES, stride=st.none() | SIZES, extra=SIZES)
def test_a_merge_is_a_convolution(kernel, stride, extra):
    layer = Merge(3, 4, kernel, stride)
    volume = torch.randn(2, *[size + more for size, more in zip(kernel, extra, strict=True)], 3)
    weight = layer.linear.weight.view(4, *kernel, 3).permute(0, 4, 1, 2, 3)
    wanted = conv3d(channels_first(volume), weight, layer.linear.bias, stride or kernel)
    torch.testing.assert_close(channels_first(layer(volume)), wanted, rtol=1e-4, atol=1e-5)


@given(kernel=SIZES, sizes=SIZES)
def test_a_spread_is_a_transposed_convolution(kernel, sizes):
    layer = Spread(3, 4, kernel)
    with torch.no_grad():
        layer.bias.normal_()
    volume = torch.randn(2, *sizes, 3)
    weight = layer.linear.weight.view(*kernel, 4, 3).permute(4, 3, 0, 1, 2)
    wanted = conv_transpose3d(channels_first(volume), weight, layer.bias, kernel)
    torch.testing.assert_close(channels_first(layer(volume)), wanted, rtol=1e-4, atol=1e-5)


def test_they_have_as_many_numbers_as_convolutions():
    merge, spread = Merge(5, 128, (1, 1, 12)), Spread(64, 1, (1, 1, 12))
    assert sum(parameter.numel() for parameter in merge.parameters()) == 5 * 12 * 128 + 128
    assert sum(parameter.numel() for parameter in spread.parameters()) == 64 * 12 + 1


def test_patches_that_do_not_overlap_are_those_that_could():
    volume = torch.randn(2, 4, 7, 6, 3)
    same = patches(volume, (2, 3, 2), (2, 3, 2))
    for axis, size in ((1, 2), (2, 3), (3, 2)):
        volume = volume.unfold(axis, size, size)
    assert torch.equal(same, volume.permute(0, 1, 2, 3, 5, 6, 7, 4).reshape(same.shape))


@pytest.mark.parametrize("stride", [None, (1, 1, 1)])
def test_they_can_be_differentiated_twice(stride):
    layer = Merge(2, 2, (1, 2, 2), stride).double()
    volume = torch.randn(1, 2, 3, 4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda one: layer(one).square(), (volume,))


def test_a_layer_norm_looks_at_no_other_row_and_a_batch_norm_in_training_does():
    volume = torch.randn(4, 1, 2, 3, 5)
    for kind, alone in (("layer", True), ("batch", False)):
        norm = ChannelNorm(5, kind)
        assert torch.allclose(norm(volume)[:1], norm(volume[:1]), atol=1e-6) is alone
    norm.eval()
    assert torch.equal(norm(volume)[:1], norm(volume[:1]))
