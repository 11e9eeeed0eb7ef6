"""Mixtures and dynamic evaluation as rows: likelihoods still, chosen on the validation part, of trained modeloids."""

import numpy as np
import pytest

from modeloid.bench import mixed
from modeloid.cycle.errors import ModeloidError
from models.frames.small import a_modeloid, a_roll, stirred, trained
from models.frames.test_likelihood import every_roll

ROLLS = {part: [a_roll(20 + 7 * n, 6, seed=n + at) for n in range(3)] for part, at in (("valid", 0), ("test", 9))}


@pytest.fixture
def two(monkeypatch, tmp_path):
    """Two modeloids where a trained one is looked for."""
    modeloids = {mixed.directory(tmp_path, "jsb", seed): trained(6 + 8 * seed) for seed in (0, 1)}
    monkeypatch.setattr(mixed, "_loaded", lambda target, averages: modeloids[target])
    return tmp_path, list(modeloids.values())


def test_the_probabilities_of_all_rolls_sum_to_one_in_a_mixture():
    modeloids = [stirred(a_modeloid(shape=(2, 3)), seed) for seed in range(3)]
    every = [[modeloid.decision_likelihoods(roll)[0] for modeloid in modeloids] for roll in every_roll(2, 3)]
    mixture, first = (np.array([scores.sum() for scores in found]) for found in zip(*map(both, every), strict=True))
    assert np.exp(mixture).sum() == pytest.approx(1, abs=1e-5)
    assert np.abs(mixture - first).max() > 0.3, "models that agree prove nothing"


def both(scores):
    return mixed.mixture(scores), scores[0]


def test_a_mixture_lies_between_and_never_below_the_mean():
    first, second = np.log([0.5, 0.2]), np.log([0.1, 0.6])
    assert np.exp(mixed.mixture([first, second])) == pytest.approx([0.3, 0.4])
    assert mixed.mixture([first, first]) == pytest.approx(first)


def test_rows_are_what_they_say(two):
    root, modeloids = two
    found = mixed.rows(root, "jsb", (0, 1), ROLLS, ensemble=True, dynamic=True)
    assert [(row.model, row.seed) for row in found] == [
        ("ensemble", 0), ("dynamic", 0), ("dynamic", 1), ("dynamic ensemble", 0)
    ]  # fmt: skip
    ensemble, *dynamic, together = found
    frames = sum(map(len, ROLLS["test"]))
    alone = [-sum(one.frame_likelihoods(roll).sum() for roll in ROLLS["test"]) / frames for one in modeloids]
    assert ensemble.frames == frames and ensemble.test < np.mean(alone) and ensemble.test_se > 0
    assert ensemble.kind == "exact, with metre" and "2 seeds" in ensemble.detail
    for row, modeloid in zip(dynamic, modeloids, strict=True):
        step = min(mixed.STEPS, key=lambda one, row=row: row.tried[f"step={one:g}"])
        moved = -sum(modeloid.moved_likelihoods(roll, step)[0].sum() for roll in ROLLS["test"]) / frames
        assert row.test == pytest.approx(moved, rel=1e-12)
        assert set(row.tried) == {"step=0", *(f"step={one:g}" for one in mixed.STEPS)}
        assert row.kind == "exact, adapts"
    assert dynamic[0].valid == min(dynamic[0].tried[f"step={step:g}"] for step in mixed.STEPS) != dynamic[1].valid
    assert together.test < np.mean([row.test for row in dynamic]) and together.valid < dynamic[0].valid


def test_neither_the_test_part_nor_its_order_enters_the_choice_of_the_step(two):
    root, _ = two
    turned = {"valid": ROLLS["valid"], "test": [1 - roll for roll in ROLLS["test"]]}
    first, second = (mixed.rows(root, "jsb", (0,), rolls, False, True)[0] for rolls in (ROLLS, turned))
    assert first.tried == second.tried and first.test != second.test
    backwards = {"valid": ROLLS["valid"], "test": ROLLS["test"][::-1]}
    assert mixed.rows(root, "jsb", (0,), backwards, False, True)[0].test == pytest.approx(first.test, rel=1e-12)


def test_what_is_not_trained_is_named(tmp_path):
    with pytest.raises(ModeloidError, match="--models frames"):
        mixed.rows(tmp_path, "jsb", (0,), ROLLS, ensemble=True, dynamic=False)


def test_only_so_many_frames_choose():
    rolls = [np.zeros((1000, 2), np.uint8)] * 20
    assert len(mixed._some(rolls)) == mixed.CHOOSING_FRAMES / 1000
    assert len(mixed._some(rolls[:2])) == 2
