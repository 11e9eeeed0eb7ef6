"""Rehearsals: every stage once, or one batch again and again, without a trace in the modeloid."""

import dataclasses

import pytest

from modeloid.check.rehearsal import dry, overfit
from modeloid.cycle.errors import NonFiniteError
from modeloid.cycle.loop import run
from toys import Points, Softmax, card, end


def test_a_dry_run_does_every_stage_and_leaves_nothing(tmp_path):
    took = dry(card(tmp_path), Points())
    assert set(took) == {"load", "batch", "train", "validate", "generate", "judge", "save", "load again"}
    assert all(seconds >= 0 for seconds in took.values()) and not list(tmp_path.iterdir())


def test_a_dry_run_of_a_trained_modeloid_changes_nothing(tmp_path):
    run(card(tmp_path), Points())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    dry(card(tmp_path), Points())
    list(overfit(card(tmp_path), Points(), 3))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    run(card(tmp_path / "again"), Points())
    assert end(tmp_path) == end(tmp_path / "again")


def test_a_dry_run_raises_what_a_run_would(tmp_path):
    with pytest.raises(NonFiniteError, match="turn 1"):
        dry(card(tmp_path, {"nan_at": 1}), Points())

    class Unsaved(Softmax):
        def save(self, directory):
            raise NotImplementedError("save")

    with pytest.raises(NotImplementedError):
        dry(dataclasses.replace(card(tmp_path), load_model=Unsaved), Points())


def test_one_batch_is_learned_by_heart_and_a_deaf_modeloid_is_not(tmp_path):
    def last(kind):
        made = dataclasses.replace(card(tmp_path, {"learning_rate": 0.5}), load_model=kind)
        *_, metrics = overfit(made, Points(), 200)
        return metrics["loss"]

    class Deaf(Softmax):
        def train(self, batch, rng):
            metrics, self.weights = super().train(batch, rng), self.weights * 0
            return metrics

    assert last(Softmax) < 0.5 < 1.0 < last(Deaf)
