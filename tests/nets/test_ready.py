import pytest
import torch
from torch import nn
from torch.nn import functional

from modeloid.nets import ready as module
from modeloid.nets.ready import Ready, lays_out, ready

CPU = torch.device("cpu")
SIZES = pytest.mark.parametrize("size", [(20, 33), (257, 260)])
"""Of a small matrix, and of one that is laid out."""
DTYPES = pytest.mark.parametrize(
    ("dtype", "error"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02), (torch.float64, 1e-6)]
)


def some(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def near(found, expected, error):
    """Whether all differ by less than a share of what is large."""
    return bool(((found - expected).abs() <= error * expected.abs().amax((-1,), keepdim=True)).all())


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.norm = nn.Linear(24, 40), nn.LayerNorm(40)
        self.rest = nn.Sequential(nn.Dropout(0.5), nn.Linear(40, 8, bias=False))
        self.register_buffer("shift", torch.ones(8))

    def forward(self, steps):
        return self.rest(self.norm(self.into(steps))) + self.shift


@DTYPES
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [1, 7])
@SIZES
def test_it_is_the_linear_layer(dtype, error, bias, rows, size):
    weight, shift = some(*size), some(size[0], seed=1) if bias else None
    layer = Ready(weight, shift, rows, dtype)
    for shape in ((1,), (7,), (3, 5), (2, 0)):
        steps = some(*shape, size[1])
        found, expected = layer(steps), functional.linear(steps, weight, shift)
        assert found.dtype == torch.float32
        assert found.shape == expected.shape
        assert near(found, expected, error)


@DTYPES
@SIZES
def test_a_row_does_not_look_at_another(dtype, error, size):
    """Not a bit differs, however large another row is; one scale for all rows would be seen at once."""
    layer = Ready(some(*size), None, 4, dtype)
    steps, loud = some(4, size[1]), some(4, size[1])
    loud[1:] = 1e6
    assert torch.equal(layer(steps)[0], layer(loud)[0])

    def shared_scale(rows):
        scale = rows.abs().max() / 127
        return layer((rows / scale).round() * scale)

    assert not torch.equal(shared_scale(steps)[0], shared_scale(loud)[0])


@DTYPES
def test_a_ready_network_is_the_network(dtype, error):
    net = Small()
    made = ready(net, 5, dtype)
    steps = some(5, 24)
    assert torch.allclose(made(steps), net.eval()(steps), atol=10 * error)
    assert [type(part) for part in made.modules() if isinstance(part, Ready | nn.Linear)] == [Ready, Ready]


def test_the_network_is_not_touched():
    net = Small()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    made = ready(net, 5, torch.bfloat16)
    made(some(5, 24))
    assert net.training
    assert not made.training
    assert all(one.requires_grad for one in net.parameters())
    assert not any(one.requires_grad for one in made.parameters())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_what_is_no_linear_layer_shares_its_memory():
    net = Small()
    made = ready(net, 5, torch.float32)
    assert made.norm.weight.data_ptr() == net.norm.weight.data_ptr()
    assert made.shift.data_ptr() == net.shift.data_ptr()


def test_large_matrices_are_laid_out_and_small_ones_not(monkeypatch):
    seen, plain = [], module._laid_out
    monkeypatch.setattr(module, "_laid_out", lambda weight, rows: seen.append(weight.shape) or plain(weight, rows))
    monkeypatch.setattr(module, "lays_out", lambda device, dtype: True)
    for size in ((20, 33), (256, 256), (255, 257)):
        Ready(some(*size), None, 1, torch.float32)
    assert seen == [(256, 256)]


def test_weights_that_are_swapped_in_later_do_not_show():
    net = Small().eval()
    made, steps = ready(net, 5, torch.float32), some(5, 24)
    before = made(steps)
    for one in net.parameters():
        one.data = torch.zeros_like(one)
    assert torch.equal(made(steps), before)
    assert not torch.equal(net(steps), before)


@DTYPES
def test_where_nothing_can_be_laid_out_it_is_the_same(dtype, error, monkeypatch):
    monkeypatch.setattr(module, "lays_out", lambda device, dtype: False)
    weight, steps = some(257, 260), some(7, 260)
    assert near(Ready(weight, None, 7, dtype)(steps), steps @ weight.T, error)


def test_what_torch_gives_is_not_trusted(monkeypatch):
    """Means that are gone, that take other arguments or give something else are left alone."""
    assert not lays_out(torch.device("meta"), torch.float32)
    assert not lays_out(CPU, torch.float64)
    for dtype in (torch.float32, torch.bfloat16):
        monkeypatch.setattr(module, "_laid_out", lambda weight, rows: weight)
        monkeypatch.setattr(module, "_product", lambda rows, weight, bias: rows @ weight.T)
        assert lays_out(CPU, dtype) == torch.backends.mkldnn.is_available()
        monkeypatch.setattr(module, "_product", lambda rows, weight, bias: rows @ weight)
        assert not lays_out(CPU, dtype)
        for error in (AttributeError, RuntimeError, TypeError):

            def gone(*arguments, error=error):
                raise error

            monkeypatch.setattr(module, "_product", gone)
            assert not lays_out(CPU, dtype)
