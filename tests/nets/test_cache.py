import pytest
import torch

from modeloid.nets.cache import KeyValues

SHAPE = (2, 3, 5, 4)


def some(steps, seed=0):
    return torch.randn(2, 3, steps, 4, generator=torch.Generator().manual_seed(seed))


def test_what_was_added_comes_back_in_order():
    memory = KeyValues(torch.zeros(()), SHAPE)
    memory.add(some(2), some(2, 1))
    keys, values = memory.add(some(1, 2), some(1, 3))
    assert torch.equal(keys, torch.cat([some(2), some(1, 2)], 2))
    assert torch.equal(values, torch.cat([some(2, 1), some(1, 3)], 2))
    assert memory.length == 3


def test_the_memory_is_taken_once():
    memory = KeyValues(torch.zeros(()), SHAPE)
    first, _ = memory.add(some(2), some(2))
    second, _ = memory.add(some(2), some(2))
    assert first.data_ptr() == second.data_ptr()


def test_too_many_steps_are_refused():
    memory = KeyValues(torch.zeros(()), SHAPE)
    memory.add(some(5), some(5))
    with pytest.raises(ValueError, match="do not fit"):
        memory.add(some(1), some(1))


def test_it_takes_the_kind_of_numbers_it_is_told():
    memory = KeyValues(torch.zeros((), dtype=torch.float64), SHAPE)
    assert memory.add(some(1).double(), some(1).double())[0].dtype == torch.float64


def test_masks_look_back_and_not_at_padding():
    memory = KeyValues(torch.zeros(()), SHAPE, torch.tensor([0, 2]))
    memory.add(some(3), some(3))
    mask = memory.mask(3)
    assert mask[0, 0].tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert mask[1, 0].tolist() == [[True, False, False], [False, True, False], [False, False, True]]
    plain = KeyValues(torch.zeros(()), SHAPE)
    plain.add(some(3), some(3))
    assert plain.mask(1) is None
    assert plain.mask(2).tolist() == [[[[True, True, False], [True, True, True]]]]
