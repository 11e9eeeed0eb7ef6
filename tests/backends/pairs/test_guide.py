import pytest
import torch

from modeloid.backends.pairs.guide import Guide


def sides(n, seed):
    """Long notes low, short notes high: the guide has to tell them apart."""
    generator = torch.Generator().manual_seed(seed)
    low, high = torch.zeros(n, 1, 16, 24), torch.zeros(n, 1, 16, 24)
    for row in range(n):
        for step in range(0, 16, 4):
            low[row, 0, step : step + 4, int(torch.randint(0, 12, (), generator=generator))] = 1
            high[row, 0, step : step + 1, int(torch.randint(12, 24, (), generator=generator))] = 1
    return low, high


def test_it_learns_which_group_items_are_of_and_says_so_of_others():
    torch.manual_seed(0)
    guide, real = Guide(4, 1), sides(24, 0)
    adam = torch.optim.Adam(guide.parameters(), 0.01)
    for _ in range(30):
        adam.zero_grad()
        lost = guide.lose(real)
        lost.backward()
        adam.step()
    low, high = sides(8, 1)
    assert guide.lose((low, high)).item() < 0.2
    assert guide.lose((high, low)).item() > 2.0
    assert guide.wrong(low, 0).shape == (8,)
    assert guide.lose((low, high)).item() == pytest.approx(
        (guide.wrong(low, 0).mean() + guide.wrong(high, 1).mean()).item()
    )


@pytest.mark.parametrize("shape", [(2, 8, 24), (1, 48, 40), (1, 33, 17)])
def test_any_size_of_images(shape):
    assert Guide(2, shape[0])(torch.zeros(3, *shape)).shape == (3, 2)
