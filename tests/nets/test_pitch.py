import torch

from modeloid.nets.pitch import PitchLayer, laid_out_once


def test_it_is_the_sum_over_intervals():
    torch.manual_seed(0)
    layer = PitchLayer(2, 3, 5, scale=1.0)
    values = torch.randn(4, 2, 5)
    expected = torch.zeros(4, 3, 5)
    for p in range(5):
        for q in range(5):
            expected[:, :, p] += values[:, :, q] @ layer.kernel[:, :, p - q]
    torch.testing.assert_close(layer(values), expected)


def test_what_moves_up_comes_out_moved_up():
    torch.manual_seed(0)
    layer = PitchLayer(1, 2, 8, scale=1.0)
    low, high = torch.zeros(1, 1, 8), torch.zeros(1, 1, 8)
    low[0, 0, [1, 3]] = high[0, 0, [4, 6]] = 1
    torch.testing.assert_close(layer(low)[..., :5], layer(high)[..., 3:])
    assert not torch.allclose(layer(low), layer(high))


def test_the_gradient_reaches_every_interval_but_one():
    layer = PitchLayer(1, 1, 4, scale=0.0)
    layer(torch.ones(1, 1, 4)).sum().backward()
    # the interval of +4 (= -4) semitones does not exist among four pitches
    assert layer.kernel.grad[0, 0].tolist() == [4, 3, 2, 1, 0, 1, 2, 3]


def test_under_autocast_it_is_nearly_the_same():
    torch.manual_seed(0)
    layer, values = PitchLayer(2, 3, 5, scale=1.0), torch.randn(4, 2, 5)
    with torch.autocast("cpu", torch.bfloat16):
        half = layer(values)
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), layer(values), rtol=0.05, atol=0.1)


def test_laid_out_once_gives_the_same_and_is_forgotten():
    torch.manual_seed(0)
    layer, values = PitchLayer(2, 3, 5, scale=1.0), torch.randn(4, 2, 5)
    before = layer(values)
    with laid_out_once(torch.nn.Sequential(layer)):
        assert torch.equal(layer(values), before)
        with torch.no_grad():
            layer.kernel.zero_()
        assert torch.equal(layer(values), before)
    assert not layer(values).any()
