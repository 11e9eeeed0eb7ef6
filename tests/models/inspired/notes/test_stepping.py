"""One step after another gives what the whole gives."""

import pytest
import torch

from modeloid.models.inspired.notes.stepping import Stepping


@pytest.mark.parametrize("layers", [1, 2])
def test_steps_are_those_of_the_whole(layers):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        lstm = torch.nn.LSTM(5, 7, layers, batch_first=True)
        values = torch.randn(3, 6, 5)
    with torch.inference_mode():
        whole = lstm(values)[0]
        stepping = Stepping(lstm, 3)
        steps = torch.stack([stepping.step(values[:, step]) for step in range(6)], 1)
        anew = torch.stack([Stepping(lstm, 3).step(values[:, step]) for step in range(6)], 1)
    torch.testing.assert_close(steps, whole, atol=1e-6, rtol=1e-5)
    assert not torch.allclose(anew, whole, atol=1e-3)  # it remembers
