"""A tiny modeloid and a tiny domain in numpy, for tests of the cycle: softmax regression on noisy points."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from modeloid.cycle.card import Card


class Points:
    """Domain: points around three centres; a piece is a list of two floats."""

    licences = ("points: none needed",)

    def __init__(self, train=40, valid=20, test=20, seed=0, delay_s=0.0):
        generator = np.random.default_rng(seed)
        self.delay_s = delay_s
        self.parts = {}
        for name, count in (("train", train), ("valid", valid), ("test", test)):
            kinds = generator.integers(0, 3, count)
            self.parts[name] = (generator.normal(size=(count, 2)) * 0.3 + kinds[:, None] * [1.0, -1.0], kinds)
        self.digest = f"points-{train}-{valid}-{test}-{seed}"

    def size(self, part):
        return len(self.parts[part][0])

    def batch(self, part, indices, rng):
        points, kinds = self.parts[part]
        noise = 0.1 * (rng.uniforms(indices, 2) - 0.5) if part == "train" else 0.0
        return points[indices] + noise, kinds[indices]

    def write(self, piece, stem, formats=()):
        path = stem.with_suffix(".json")
        path.write_text(json.dumps(piece))
        return [path]

    def judge(self, pieces, part):
        return {"spread": float(np.std(pieces))} if pieces else {}


class Softmax:
    """Modeloid: softmax regression by momentum SGD; its `sample` draws points by rejection-free noise."""

    wishes = {"scale": ("how far the points lie from the origin", 1.0)}
    authors = ("tests",)
    doc = "softmax regression"

    def __init__(self, card, state, world):
        self.id, self.name, self.model, self.load_model = card.id, card.name, dict(card.model), card.load_model
        self.world = world
        start = card.rng.at("init").generator().normal(size=(3, 3)) * 0.01
        self.weights, self.speed, self.turns = start, np.zeros((3, 3)), 0
        if state is not None:
            with np.load(state / "weights.npz") as saved:
                self.weights, self.speed = saved["weights"], saved["speed"]
            self.turns = json.loads((state / "turns.json").read_text())

    def _probabilities(self, points):
        logits = np.hstack([points, np.ones((len(points), 1))]) @ self.weights
        logits -= logits.max(1, keepdims=True)
        return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)

    def _losses(self, batch):
        points, kinds = batch
        return -np.log(self._probabilities(points)[np.arange(len(kinds)), kinds])

    def train(self, batch, rng):
        points, kinds = batch
        if self.model.get("turn_s"):
            time.sleep(self.model["turn_s"])
        loss = float(self._losses(batch).mean())
        keep = rng.generator().random(points.shape[0]) < 0.9
        error = (self._probabilities(points) - np.eye(3)[kinds]) * keep[:, None]
        gradient = np.hstack([points, np.ones((len(points), 1))]).T @ error / len(points)
        self.speed = 0.9 * self.speed - self.model["learning_rate"] * gradient
        self.weights = self.weights + self.speed
        self.turns += 1
        if self.turns == self.model.get("nan_at"):
            loss = float("nan")
        return {"loss": loss}

    def loss(self, batch, rng):
        losses = self._losses(batch)
        return {"loss": (float(losses.sum()), len(losses))}

    def log_likelihood(self, batch):
        losses = self._losses(batch)
        return -losses, np.ones(len(losses), np.int64)

    def sample(self, n, rng, scale=1.0):
        return [(rng.at(i).generator().normal(size=2) * scale + self.weights[0, :2]).tolist() for i in range(n)]

    def save(self, directory):
        np.savez(directory / "weights.npz", weights=self.weights, speed=self.speed)
        (directory / "turns.json").write_text(json.dumps(self.turns))
        if self.model.get("ballast_bytes"):
            (directory / "ballast.bin").write_bytes(bytes(self.model["ballast_bytes"]))


def load_model(card, state, world):
    return Softmax(card, state, world)


def card(directory: Path, model=None, **cycle) -> Card:
    """A card of a Softmax in `directory`, with a quick recipe."""
    directory.mkdir(parents=True, exist_ok=True)
    recipe = {"batch": 8, "last": "2e", "validate": "1e", "generate": "1e", "save": "1e", "pieces": 3, **cycle}
    return Card(
        directory=directory,
        id="toy",
        name="toy",
        authors=("tests",),
        doc="a toy",
        model={"learning_rate": 0.1, **(model or {})},
        data={"domain": "points"},
        cycle=recipe,
        load_model=load_model,
        source={"module": "toys", "distribution": "tests", "version": "0"},
    )
