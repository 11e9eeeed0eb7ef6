"""A sound modeloid keeps every promise, and one that breaks one is caught by exactly its check."""

from __future__ import annotations

import json
import pickle
import random
import secrets
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from modeloid.check.suite import OPTIONAL, PROMISES, check
from modeloid.cycle.card import Card
from modeloid.cycle.errors import CycleError, ModeloidError, nearest
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone

SIGNS, LENGTH, GROUP = 5, 12, 4


class Words:
    """Domain: words over five signs in which each mostly follows the one before; a piece is a `Word`."""

    digest, licences = "words", ()

    def __init__(self, count=20):
        generator = np.random.default_rng(0)
        steps = generator.choice(2, size=(count, LENGTH), p=[0.1, 0.9])
        self.words = (generator.integers(0, SIGNS, (count, 1)) + np.cumsum(steps, axis=1)) % SIGNS

    def size(self, part):
        return len(self.words)

    def batch(self, part, indices, rng):
        return self.words[indices]

    def write(self, piece, stem, formats=(), recipe=None):
        path = stem.with_suffix(".json")
        path.write_text(json.dumps(piece.signs.tolist()))
        return [path]

    def judge(self, pieces, part):
        return {}


class Word:
    """A piece that says nothing about equality."""

    def __init__(self, signs):
        self.signs = signs


class Bigram:
    """A sound modeloid: the probabilities of the next sign, by momentum SGD with dropout and averaged weights."""

    wishes: ClassVar = {"temperature": ("above 0; the higher the wilder", 1.0)}

    def __init__(self, card, state, world):
        self.id, self.name, self.authors, self.doc = card.id, card.name, card.authors, card.doc
        self.model, self.load_model, self.training = card.model, card.load_model, True
        self.turns, self.last = 0, 0.0
        self.weights = self.begin(card)
        self.speed, self.mean = np.zeros_like(self.weights), self.weights.copy()
        if state is not None:
            self.load(state)

    def begin(self, card):
        return 0.01 * card.rng.at("init").generator().normal(size=(SIGNS, SIGNS))

    def load(self, state):
        with np.load(state / "weights.npz") as arrays:
            self.weights, self.speed, self.mean = (arrays[name] for name in ("weights", "speed", "mean"))
        counters = json.loads((state / "counters.json").read_text())
        self.turns, self.last = counters["turns"], counters["last"]

    def save(self, directory):
        np.savez(directory / "weights.npz", weights=self.weights, speed=self.speed, mean=self.mean)
        (directory / "counters.json").write_text(json.dumps({"turns": self.turns, "last": self.last}))

    def probabilities(self, signs, temperature=1.0):
        raised = np.exp(self.weights[signs] / temperature)
        return raised / raised.sum(-1, keepdims=True)

    def nats(self, batch):
        probabilities = self.probabilities(batch[:, :-1])
        return -np.log(np.take_along_axis(probabilities, batch[:, 1:, None], -1))[..., 0]

    def step(self, error):
        self.speed = 0.5 * self.speed - error
        self.weights = self.weights + self.speed

    def train(self, batch, rng):
        error = self.probabilities(batch[:, :-1]) - np.eye(SIGNS)[batch[:, 1:]]
        if self.training:
            error *= rng.generator().random(error.shape[:2])[..., None] < 0.9
        total = np.zeros_like(self.weights)
        np.add.at(total, batch[:, :-1], error)
        self.step(total / len(batch))
        self.mean = 0.9 * self.mean + 0.1 * self.weights
        self.turns += 1
        self.last = float(self.nats(batch).mean())
        return {"loss": self.last}

    def loss(self, batch, rng):
        self.training, before = False, self.training
        nats = self.nats(batch)
        self.training = before
        return {"loss": (float(nats.sum()), nats.size)}

    def log_likelihood(self, batch):
        nats = self.nats(batch)
        return -nats.sum(1), np.full(len(batch), nats.shape[1])

    def understood(self, wishes):
        for name in wishes:
            if name not in self.wishes:
                raise ModeloidError(f"unknown wish {name!r}", "sample", nearest(name, self.wishes))
        return wishes.get("temperature", 1.0)

    def uniforms(self, first, rng):
        return np.stack([rng.at(i).generator().random(LENGTH) for i in range(first, first + GROUP)])

    def sample(self, n, rng, **wishes):
        temperature = self.understood(wishes)
        found = []
        for first in range(0, n, GROUP):
            drawn = self.uniforms(first, rng)
            words = np.zeros((GROUP, LENGTH + 1), int)
            for place in range(LENGTH):
                edges = np.cumsum(self.probabilities(words[:, place], temperature), axis=1)
                words[:, place + 1] = np.minimum((drawn[:, place, None] > edges).sum(1), SIGNS - 1)
            found += [Word(word) for word in words[:, 1:]]
        return found[:n]

    @contextmanager
    def averaged(self):
        before, self.weights = self.weights, self.mean
        try:
            yield
        finally:
            self.weights = before


class OtherId(Bigram):
    def __init__(self, card, state, world):
        super().__init__(card, state, world)
        self.id = "another"


class NoDoc(Bigram):
    def __init__(self, card, state, world):
        super().__init__(card, state, world)
        del self.doc


class Undescribed(Bigram):
    wishes: ClassVar = {"temperature": ("", 1.0)}


class WrongDefault(Bigram):
    wishes: ClassVar = {"temperature": ("above 0", 9.0)}


class Obliging(Bigram):
    def understood(self, wishes):
        return wishes.get("temperature", 1.0)


class Curt(Bigram):
    def understood(self, wishes):
        if set(wishes) - {"temperature"}:
            raise ModeloidError("no such wish")
        return super().understood(wishes)


class Texts(Bigram):
    def train(self, batch, rng):
        return {**super().train(batch, rng), "speed": "fast"}


class NotANumber(Bigram):
    def train(self, batch, rng):
        return {**super().train(batch, rng), "ratio": float("nan")}


class Means(Bigram):
    def loss(self, batch, rng):
        ((total, count),) = super().loss(batch, rng).values()
        return {"loss": (total / count, 1)}


class Moody(Bigram):
    calls = 0

    def loss(self, batch, rng):
        self.calls += 1
        ((total, count),) = super().loss(batch, rng).values()
        return {"loss": (total + 1e-3 * self.calls, count)}


class LossCounts(Bigram):
    def loss(self, batch, rng):
        self.turns += 1
        return super().loss(batch, rng)


class LossDraws(Bigram):
    def loss(self, batch, rng):
        np.random.random()  # noqa: NPY002  the fault itself
        return super().loss(batch, rng)


class LossDrawsPython(Bigram):
    def loss(self, batch, rng):
        random.random()
        return super().loss(batch, rng)


class LossStaysInEvaluation(Bigram):
    def loss(self, batch, rng):
        self.training = False
        return super().loss(batch, rng)


class SampleLearns(Bigram):
    def sample(self, n, rng, **wishes):
        found = super().sample(n, rng, **wishes)
        self.mean = self.mean * (1 + 1e-9)
        return found


class SampleDraws(Bigram):
    def sample(self, n, rng, **wishes):
        np.random.random()  # noqa: NPY002  the fault itself
        return super().sample(n, rng, **wishes)


class SampleStaysInEvaluation(Bigram):
    def sample(self, n, rng, **wishes):
        self.training = False
        return super().sample(n, rng, **wishes)


class WholeGroups(Bigram):
    def sample(self, n, rng, **wishes):
        return super().sample(-(-n // GROUP) * GROUP, rng, **wishes)


class Generous(Bigram):
    def sample(self, n, rng, **wishes):
        return tuple(super().sample(n, rng, **wishes))


class OneStream(Bigram):
    def sample(self, n, rng, **wishes):
        self.drawn = np.resize(rng.generator().random((LENGTH, n)).T, (n + GROUP, LENGTH))
        return super().sample(n, rng, **wishes)

    def uniforms(self, first, rng):
        return self.drawn[first : first + GROUP]


class LooksAcross(Bigram):
    def sample(self, n, rng, **wishes):
        found = super().sample(n, rng, **wishes)
        turn = sum(int(word.signs.sum()) for word in found)
        return [Word((word.signs + turn) % SIGNS) for word in found]


class Chance(Bigram):
    def begin(self, card):
        return 0.01 * np.random.default_rng(secrets.randbits(64)).normal(size=(SIGNS, SIGNS))


class Stubborn(Bigram):
    def begin(self, card):
        return Bigram.begin(self, replace(card, cycle={}))

    def sample(self, n, rng, **wishes):
        return super().sample(n, Rng(0, rng.where), **wishes)


class Forgetful(Bigram):
    def load(self, state):
        super().load(state)
        self.last = 0.0


class NoMomentum(Bigram):
    """Saves the speed that the next turn forgets: what it goes on with lies elsewhere."""

    inner = 0.0

    def step(self, error):
        self.inner = 0.5 * self.inner - error
        self.weights = self.weights + self.inner


class Pickles(Bigram):
    def save(self, directory):
        super().save(directory)
        (directory / "more.pkl").write_bytes(pickle.dumps({"turns": self.turns}))


class HiddenPickles(Bigram):
    def save(self, directory):
        super().save(directory)
        np.save(directory / "more.npy", np.array([{"turns": self.turns}], dtype=object))


class Idle(Bigram):
    def step(self, error):
        pass


class Uphill(Bigram):
    def step(self, error):
        super().step(-0.001 * error)


class Coarse(Bigram):
    def log_likelihood(self, batch):
        nats, steps = super().log_likelihood(batch)
        return nats.astype(np.float32), steps


class OneSum(Bigram):
    def log_likelihood(self, batch):
        nats, steps = super().log_likelihood(batch)
        return nats.sum(keepdims=True), steps.sum(keepdims=True)


class StaysAveraged(Bigram):
    @contextmanager
    def averaged(self):
        self.weights = self.mean
        yield


class StaysAveragedOnErrors(Bigram):
    @contextmanager
    def averaged(self):
        before, self.weights = self.weights, self.mean
        yield
        self.weights = before


class NoWishes(Bigram):
    wishes: ClassVar = {}


class Bare(Bigram):
    log_likelihood = averaged = None

    def __getattribute__(self, name):
        if name in ("log_likelihood", "averaged"):
            raise AttributeError(name)
        return super().__getattribute__(name)


class Cannot(Bigram):
    def __init__(self, card, state, world):
        raise RuntimeError("no such framework")


BROKEN = {
    "it shows its face": [OtherId, NoDoc],
    "wishes are described": [Undescribed, WrongDefault],
    "unknown wishes are refused": [Obliging, Curt],
    "train returns numbers": [Texts],
    "all numbers are finite": [NotANumber],
    "loss counts its items": [Means],
    "loss repeats": [Moody],
    "loss leaves no trace": [LossCounts, LossDraws, LossDrawsPython, LossStaysInEvaluation],
    "sample leaves no trace": [SampleLearns, SampleDraws, SampleStaysInEvaluation],
    "sample gives as many as asked": [WholeGroups, Generous],
    "sample(8)[:4] == sample(4)": [OneStream, LooksAcross],
    "one seed is one modeloid": [Chance],
    "two seeds differ": [Stubborn],
    "save, load, save is the same": [Forgetful],
    "a resumed training is the same": [NoMomentum],
    "the state is plain files": [Pickles, HiddenPickles],
    "one batch can be learnt": [Idle, Uphill],
    "log_likelihood is one for each item": [Coarse, OneSum],
    "averaged weights come and go": [StaysAveraged, StaysAveragedOnErrors],
}


def results(kind, domain=None, **cycle):
    recipe = {"batch": 8, **cycle}
    card = Card(Path("none"), "1", "bigram", ("a",), "d", {"group": GROUP}, {}, recipe, load_model=kind)
    return check(card, kind, domain or Words(), Alone())


def failed(kind, **cycle):
    return {result.name: result.detail for result in results(kind, **cycle) if not result.passed}


@pytest.mark.parametrize("kind", [Bigram, NoWishes, Bare])
def test_a_sound_one_keeps_every_promise(kind):
    assert failed(kind) == {}


def test_every_promise_has_its_breakage():
    assert list(BROKEN) == [name for name, *_ in (*PROMISES, *OPTIONAL)]


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kinds in BROKEN.items() for kind in kinds], ids=lambda it: str(it)
)
def test_a_broken_promise_is_caught_by_exactly_its_check(name, kind):
    found = failed(kind)
    assert list(found) == [name], found
    assert found[name]


def test_what_a_modeloid_lacks_is_not_promised():
    names = {result.name for result in results(Bare)}
    assert names == {"it can be made", *(name for name, _ in PROMISES)}


def test_one_that_cannot_be_made_says_why():
    (result,) = results(Cannot)
    assert not result.passed
    assert "no such framework (test_suite.py:" in result.detail


def test_details_say_how_it_was_seen():
    assert "weights.npz differs" in failed(SampleLearns)["sample leaves no trace"]
    assert "numpy.random" in failed(LossDraws)["loss leaves no trace"]
    assert "'temperature'" in failed(Curt)["unknown wishes are refused"]
    assert "1024 turns on one batch" in failed(Idle)["one batch can be learnt"]


@pytest.mark.parametrize(("best", "learns"), [("max valid/loss", False), ("max judge/beauty", True)])
def test_better_is_what_the_recipe_calls_better(best, learns):
    assert ("one batch can be learnt" not in failed(Bigram, best=best)) == learns


def test_no_data_is_an_error():
    with pytest.raises(CycleError, match="training part is empty"):
        results(Bigram, domain=Words(0))


def test_a_single_item_is_enough():
    assert [result for result in results(Bigram, domain=Words(1)) if not result.passed] == []
