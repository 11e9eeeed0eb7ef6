"""The network: tokens in, the log-probabilities of the next one out; attention or a recurrent net over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.attention import CausalAttention
from modeloid.nets.cache import KeyValues
from modeloid.nets.dropout import LockedDropout

from .gpt2 import GPT2Block, LearnedPositions

START = 0
"""What stands before the first token. It is the number of padding, which no item holds and the net never predicts."""
_SPREAD = 0.02


class Gated(nn.Module):
    """Two layers with a gate between: SwiGLU (Shazeer 2020, equation 6), its hidden layer 8/3 as wide as the input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        hidden = -(-8 * width // 24) * 8
        self.into = nn.Linear(width, 2 * hidden, bias=False)
        self.out = nn.Linear(hidden, width, bias=False)

    def forward(self, steps: Tensor) -> Tensor:
        """Shape (..., width), both ways."""
        gate, value = self.into(steps).chunk(2, -1)
        result: Tensor = self.out(functional.silu(gate) * value)
        return result


class Attending(nn.Module):
    """A block of the Transformer: attention, then the gated layers, each on normed input, each added to it."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        width = model["width"]
        self.norm, self.norm_gated = (nn.LayerNorm(width, bias=False) for _ in range(2))
        self.attention = CausalAttention(width, model["heads"], model["context"])
        self.gated = Gated(width)
        self.dropout = LockedDropout(model["dropout"])
        self.outputs = [self.attention.out, self.gated.out]

    def memory(self, rows: int, begins: Tensor | None) -> KeyValues:
        """Nothing read as yet."""
        return self.attention.memory(rows, begins)

    def forward(self, steps: Tensor, memory: KeyValues | None) -> Tensor:
        """Shape (rows, steps, width), both ways; the memory goes on."""
        steps = steps + self.dropout(self.attention(self.norm(steps), memory))
        result: Tensor = steps + self.dropout(self.gated(self.norm_gated(steps)))
        return result


class LastState:
    """What a recurrent layer remembers: its state after the last step; None before the first."""

    state: tuple[Tensor, Tensor] | None = None


class Recurring(nn.Module):
    """A layer of LSTM (Hochreiter and Schmidhuber 1997; with forget gate) on normed input, added to it."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        width = model["width"]
        self.norm = nn.LayerNorm(width, bias=False)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.dropout = LockedDropout(model["dropout"])
        self.outputs: list[nn.Linear] = []

    def memory(self, rows: int, begins: Tensor | None) -> LastState:  # noqa: ARG002  as the other kind of block has it
        """Nothing read as yet."""
        return LastState()

    def forward(self, steps: Tensor, memory: LastState | None) -> Tensor:
        """Shape (rows, steps, width), both ways; the memory goes on."""
        found, state = self.lstm(self.norm(steps), memory.state if memory else None)
        if memory:
            memory.state = state
        result: Tensor = steps + self.dropout(found)
        return result


BLOCKS: Mapping[str, type[nn.Module]] = {"transformer": Attending, "lstm": Recurring, "gpt2": GPT2Block}
"""Name of a network -> its blocks."""


class TokenNet(nn.Module):
    """Embedding, blocks, norm, and the embedding again as the last layer (Press and Wolf 2017).

    Parameters
    ----------
    model
        As `make` wrote it: "network", "vocabulary", "context", "width", "layers", "heads", "dropout".
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.embedding = nn.Embedding(model["vocabulary"], model["width"])
        self.positions = LearnedPositions(model) if model["network"] == "gpt2" else None
        self.blocks = nn.ModuleList(BLOCKS[model["network"]](model) for _ in range(model["layers"]))
        self.norm = nn.LayerNorm(model["width"], bias=False)
        self.dropout = LockedDropout(model["dropout"])
        self.limit: int | None = None if model["network"] == "lstm" else model["context"]
        """How many tokens can be read one after another, the start among them; None: any number."""
        self.last: nn.Module | None = None
        """What stands for the embedding as the last layer, where it was made ready for reading."""
        for part in self.modules():
            if isinstance(part, nn.Linear | nn.Embedding):
                nn.init.normal_(part.weight, std=_SPREAD)
        # What is added along the way shall not grow with the number of blocks (Radford and others 2019, section 2.3).
        for output in (output for block in self.blocks for output in block.outputs):  # type: ignore[union-attr]
            nn.init.normal_(output.weight, std=_SPREAD / math.sqrt(2 * model["layers"]))

    def memory(self, rows: int, begins: Tensor | None = None) -> list[Any]:
        """What `read` needs to go on: nothing read as yet; `begins` as `nets.cache.KeyValues` has it."""
        return [block.memory(rows, begins) for block in self.blocks]  # type: ignore[operator]

    def read(self, tokens: Tensor, memory: Sequence[Any] | None = None) -> Tensor:
        """Features (rows, tokens, width) from which each next token is told.

        Parameters
        ----------
        tokens
            Shape (rows, tokens): from the start on, or with a memory the next ones.
        memory
            From `memory`; it goes on.
        """
        steps = self.embedding(tokens)
        if self.positions is not None:
            steps = steps + self.positions(tokens, memory[0] if memory else None)
        steps = self.dropout(steps)
        for index, block in enumerate(self.blocks):
            steps = block(steps, memory[index] if memory else None)
        result: Tensor = self.norm(steps)
        return result

    def logits(self, features: Tensor) -> Tensor:
        """Logits (..., vocabulary), that of padding left out: it is never a next token."""
        found: Tensor = self.last(features) if self.last else functional.linear(features, self.embedding.weight)
        found[..., START] = float("-inf")
        return found

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """Sum of the log-probabilities of real tokens, nats: a scalar.

        Parameters
        ----------
        tokens, real
            Shape (rows, tokens): int64; which are no padding. A row begins at the start.
        """
        features = self.read(started(tokens))
        return -functional.cross_entropy(self.logits(features[real]).float(), tokens[real], reduction="sum")

    def log_likelihoods(self, tokens: Tensor) -> Tensor:
        """Log-probability of each token given those before it, nats, float64: shape (rows, tokens)."""
        logits = self.logits(self.read(started(tokens)))
        return logits.double().log_softmax(-1).gather(-1, tokens[..., None])[..., 0]


def started(tokens: Tensor) -> Tensor:
    """What is read to tell these tokens: the start, and all but the last."""
    return torch.cat([torch.full_like(tokens[:, :1], START), tokens[:, :-1]], 1)
