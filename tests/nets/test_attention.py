import math

import pytest
import torch

from modeloid.nets.attention import CausalAttention, rotary, turned

WIDTH, HEADS, LONGEST = 12, 2, 9


@pytest.fixture
def attention():
    torch.manual_seed(0)
    return CausalAttention(WIDTH, HEADS, LONGEST)


@pytest.fixture
def steps():
    return torch.randn(3, LONGEST, WIDTH, generator=torch.Generator().manual_seed(1))


def plainly(attention, steps):
    """Attention by its definition: row by row, head by head, step by step."""
    size = WIDTH // HEADS
    found = torch.zeros_like(steps)
    for row, items in enumerate(steps):
        into = attention.into(items).reshape(len(items), 3, HEADS, size)
        heads = torch.zeros(len(items), HEADS, size)
        for head in range(HEADS):
            queries, keys = (turned(into[:, kind, head], attention.angles[: len(items)]) for kind in (0, 1))
            for step in range(len(items)):
                weights = torch.softmax(keys[: step + 1] @ queries[step] / math.sqrt(size), 0)
                heads[step, head] = weights @ into[: step + 1, 2, head]
        found[row] = attention.out(heads.flatten(1))
    return found


def test_it_is_attention_by_its_definition(attention, steps):
    assert torch.allclose(attention(steps), plainly(attention, steps), atol=1e-6)


def test_a_turn_keeps_lengths_and_tells_distances_alone():
    one, other = torch.randn(2, 1, 8, generator=torch.Generator().manual_seed(2))
    angles = rotary(30, 8)
    products = [float(turned(one, angles[t : t + 1]) @ turned(other, angles[t + 5 : t + 6]).T) for t in (0, 3, 20)]
    assert products == pytest.approx([products[0]] * 3, abs=1e-5)
    assert products[0] != pytest.approx(float(one @ other.T), abs=1e-3)
    assert float(turned(one, angles[7:8]).norm()) == pytest.approx(float(one.norm()), rel=1e-6)


@pytest.mark.parametrize("cuts", [(1,) * LONGEST, (4, 1, 1, 3), (LONGEST,), (2, 7)])
def test_a_memory_changes_nothing(attention, steps, cuts):
    memory, found, begin = attention.memory(len(steps)), [], 0
    with torch.no_grad():
        for count in cuts:
            found.append(attention(steps[:, begin : begin + count], memory))
            begin += count
        assert torch.allclose(torch.cat(found, 1), attention(steps), atol=1e-6)


def test_padding_in_front_changes_nothing(attention, steps):
    begins = torch.tensor([0, 2, 5])
    memory = attention.memory(3, begins)
    with torch.no_grad():
        found = torch.cat([attention(steps[:, :6], memory), attention(steps[:, 6:7], memory)], 1)
        for row, begin in enumerate(begins.tolist()):
            alone = attention(steps[row : row + 1, begin:7])[0]
            assert torch.allclose(found[row, begin:], alone, atol=1e-5)
    assert torch.isfinite(found).all()


def test_a_later_step_changes_no_earlier_one(attention, steps):
    changed = steps.clone()
    changed[:, 5:] = 7
    assert torch.equal(attention(changed)[:, :5], attention(steps)[:, :5])
    assert not torch.equal(attention(changed)[:, 5:], attention(steps)[:, 5:])


def test_half_precision_goes_through(attention, steps):
    with torch.autocast("cpu", torch.bfloat16):
        found = attention(steps)
    assert found.dtype == torch.bfloat16
    assert torch.allclose(found.float(), attention(steps), atol=0.02)


def test_heads_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="no multiple"):
        CausalAttention(10, 2, 4)
