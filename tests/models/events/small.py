"""Small modeloids, batches and a toy domain, for the tests of the family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import events
from modeloid.music.represent.events import Events, Tokens

TINY = {"width": 16, "layers": 2, "heads": 2, "dropout": 0.0, "group": 4, "learning_rate": 0.01, "warm_turns": 5}
SPEC = {
    "kind": "events",
    "steps_per_beat": 2,
    "window_tokens": 64,
    "low": 60,
    "high": 64,
    "drums": [],
    "programs": False,
    "velocities": 0,
    "durations": [[1, 2]],
    "tempos": 0,
    "meters": [],
    "ends": True,
}
RICH = {
    **SPEC,
    "low": 48,
    "high": 73,
    "drums": [35, 39],
    "programs": True,
    "velocities": 2,
    "durations": [[2, 2]],
    "tempos": 2,
    "meters": [[4, 4], [3, 4], [2, 4]],
}
"""Every kind of token."""


def a_card(spec=None, seed=0, **parameters) -> Card:
    spec = {**SPEC, **(spec or {})}
    model = events.make(SimpleNamespace(representation=Events(spec)), {**TINY, **parameters})
    cycle = {"seed": seed, "batch": 6, "best": "min valid/loss"}
    return Card(Path(), "id", "tiny", ("a",), "doc", model, {"representation": spec}, cycle, events.load_model)


def a_modeloid(spec=None, state=None, **parameters):
    return events.load_model(a_card(spec, **parameters), state, Alone())


def a_batch(spec=None, n=6, seed=0, lengths: Sequence[int] | None = None) -> Tokens:
    """Real tokens in no order, of different lengths."""
    coder = Events({**SPEC, **(spec or {})})
    generator = np.random.default_rng(seed)
    lengths = generator.integers(1, coder.window_tokens + 1, n) if lengths is None else lengths
    ids = generator.integers(1, coder.known.size, (len(lengths), coder.window_tokens))
    ids[np.arange(ids.shape[1]) >= np.array(lengths)[:, None]] = 0
    return Tokens(ids, np.array(lengths, np.int64))


def stirred(modeloid, seed=0, scale=0.4):
    """Weights far from their beginnings, so that every part of the network says something."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in modeloid.net.parameters():
            parameter += scale * torch.randn(parameter.shape, generator=generator)
    return modeloid


def a_score(notes, spec=None, program=0):
    """A piece of (onset, duration, pitch) in steps."""
    coder = Events({**SPEC, **(spec or {})})
    from modeloid.music.columns import Columns, to_score

    columns = {
        name: np.array(values, np.int64)
        for name, values in zip(("onset", "duration", "pitch"), zip(*notes, strict=True), strict=True)
    }
    columns |= {"velocity": np.full(len(notes), 80), "track": np.zeros(len(notes), np.int64)}
    about = {"tpq": coder.known.steps_per_beat, "tracks": [["", program, False]], "tempos": [[0, 500_000]]}
    return to_score(Columns(columns, {**about, "meters": [], "keys": []}))


class Toy:
    """Twelve short tunes up and down; a piece is a score."""

    digest, licences, shape = "toy", ("none",), (64,)

    def __init__(self, spec=None) -> None:
        self.representation = Events({**SPEC, **(spec or {})})
        self.shape = (self.representation.window_tokens,)

    def size(self, part: str) -> int:
        return 12

    def batch(self, part: str, indices: Any, rng: Rng) -> Tokens:
        rows = [self._tune(int(index)) for index in indices]
        ids = np.zeros((len(rows), *self.shape), np.int64)
        for row, tokens in zip(ids, rows, strict=True):
            row[: len(tokens)] = tokens[: len(row)]
        return Tokens(ids, np.minimum([len(tokens) for tokens in rows], self.shape[0]))

    def _tune(self, index: int) -> Any:
        notes = [(2 * step, 2, 60 + (index + step) % 4) for step in range(4 + index)]
        return self.representation.encode(a_score(notes, self.representation.spec))

    def write(self, piece: Any, stem: Path, formats: Sequence[str] = (), recipe: Any = None) -> list[Path]:
        path = stem.with_suffix(".mid")
        piece.dump_midi(str(path))
        return [path]

    def judge(self, pieces: Sequence[Any], part: str) -> dict[str, float]:
        return {}
