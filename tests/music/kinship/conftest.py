"""Songs on one side to learn from, on the other to draw lines from: made once for all tests of this room."""

from __future__ import annotations

from typing import Any

import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import Grams, lines
from modeloid.music.kinship.lines import SHAPES

from .songs import song


@pytest.fixture(scope="session")
def training() -> Grams:
    return Grams([song(seed) for seed in range(100, 130)], names=[f"song {seed}" for seed in range(100, 130)])


@pytest.fixture(scope="session")
def real(training: Grams) -> dict[str, Any]:
    return lines([song(seed, 64) for seed in range(200, 220)], Rng(0), grams=training, pairs=40, shapes=SHAPES[:5])
