"""The recurrent net read one step at a time, in few calls."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from modeloid.nets.ready import Ready


class Stepping:
    """An LSTM that goes on from step to step; for reading only.

    Both products of a layer are one; a call of the module for one step would lay its weights out anew every time.

    Parameters
    ----------
    lstm
        What it holds now is what is read.
    rows
        How many rows go side by side.
    """

    def __init__(self, lstm: nn.LSTM, rows: int) -> None:
        self._products, self._state = [], []
        for layer in range(lstm.num_layers):
            into, back, shift, shift_back = (getattr(lstm, f"{name}_l{layer}") for name in _NAMES)
            weight, bias = torch.cat([into, back], 1).contiguous(), shift + shift_back
            self._products.append(Ready(weight, bias, rows, weight.dtype).product)
            zeros = weight.new_zeros(rows, lstm.hidden_size)
            self._state.append((zeros, zeros))

    def step(self, read: Tensor) -> Tensor:
        """From (rows, input) to (rows, state); it goes on."""
        for layer, product in enumerate(self._products):
            state, cell = self._state[layer]
            enter, forget, value, leave = product(torch.cat([read, state], 1)).chunk(4, 1)
            cell = forget.sigmoid() * cell + enter.sigmoid() * value.tanh()
            read = leave.sigmoid() * cell.tanh()
            self._state[layer] = (read, cell)
        return read


_NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
