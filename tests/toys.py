"""A tiny modeloid and a tiny domain in numpy, for tests of the cycle: softmax regression on noisy points."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import ClassVar

import numpy as np

from modeloid.cycle import checkpoint
from modeloid.cycle.card import Card
from modeloid.cycle.world import Alone


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

    def write(self, piece, stem, formats=(), recipe=None):
        path = stem.with_suffix(".json")
        path.write_text(json.dumps(piece))
        return [path]

    def judge(self, pieces, part):
        return {"spread": float(np.std(pieces))} if pieces else {}


class Softmax:
    """Modeloid: softmax regression by momentum SGD; its `sample` draws points by rejection-free noise."""

    wishes: ClassVar = {"scale": ("how far the points lie from the origin", 1.0)}
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
        keep = rng.generator().random(points.shape[0]) < self.model.get("keep", 0.9)
        error = (self._probabilities(points) - np.eye(3)[kinds]) * keep[:, None]
        gradient = np.hstack([points, np.ones((len(points), 1))]).T @ error
        *total, count = self.world.sum(np.append(gradient.ravel(), len(points)))
        self.speed = 0.9 * self.speed - self.model["learning_rate"] * np.reshape(total, (3, 3)) / count
        self.weights = self.weights + self.speed
        self.turns += 1
        if self.turns == self.model.get("nan_at") and self.world.rank == self.model.get("nan_rank", 0):
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


def end(directory: Path) -> tuple[bytes, bytes]:
    """What two runs that are the same must leave the same: the last weights and the log."""
    last = checkpoint.find(directory / "state", "last")
    return (last.path / "weights.npz").read_bytes(), (directory / "record" / "log.jsonl").read_bytes()


def journal(directory: Path, what: str) -> list[dict]:
    lines = (directory / "record" / "journal.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["what"] == what]


class Meeting:
    """Where threads exchange values, round after round; a round that somebody has left for good cannot be completed."""

    def __init__(self, size):
        self.size, self._rounds, self._left, self._changed = size, {}, False, threading.Condition()

    def exchange(self, number, rank, entry):
        with self._changed:
            round_ = self._rounds.setdefault(number, {})
            round_[rank] = entry
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(round_) == self.size or self._left, timeout=60)
            if len(round_) < self.size:
                raise threading.BrokenBarrierError
            return [round_[rank] for rank in range(self.size)]

    def leave(self):
        with self._changed:
            self._left = True
            self._changed.notify_all()


class Thread(Alone):
    """One of several processes, played by a thread; a call that the others do not make is an error."""

    def __init__(self, rank, meeting):
        self.rank, self.size, self._meeting, self._number = rank, meeting.size, meeting, 0

    def _exchange(self, kind, value):
        self._number += 1
        kinds, values = zip(*self._meeting.exchange(self._number, self.rank, (kind, value)), strict=True)
        assert len(set(kinds)) == 1, f"the processes are out of step: {kinds}"
        return values

    def environment(self):
        return {**super().environment(), "processes": self.size}

    def sum(self, values):
        return np.sum(self._exchange(f"sum{values.shape}", values), 0)

    def agree(self, bits):
        return int(np.bitwise_or.reduce(self._exchange("agree", bits)))

    def share(self, value):
        return json.loads(json.dumps(self._exchange("share", value)[0]))

    def barrier(self):
        self._exchange("barrier", None)


def together(size, work):
    """Call `work(world)` in `size` threads; returns what each returned or raised."""
    meeting, results = Meeting(size), [None] * size

    def one(rank):
        try:
            results[rank] = work(Thread(rank, meeting))
        except Exception as error:
            results[rank] = error
        finally:
            meeting.leave()

    threads = [threading.Thread(target=one, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
