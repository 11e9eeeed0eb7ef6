"""What a user or a modeloid may get wrong: one line that says what, where and what to do; nothing is saved."""

import dataclasses
import math

import pytest

from modeloid.cycle.errors import MISTAKE, NON_FINITE, CycleError, NonFiniteError
from modeloid.cycle.loop import run
from toys import Points, Softmax, card, end, journal


def modeloid(directory, kind, **cycle):
    return dataclasses.replace(card(directory, **cycle), load_model=kind)


@pytest.mark.parametrize("log", ["1t", "3t"])
@pytest.mark.parametrize("turn", [1, 7, 10])
def test_nan_in_train_names_the_turn_and_saves_nothing(turn, log, tmp_path):
    with pytest.raises(NonFiniteError, match=rf"turn {turn}: train/loss is nan\. ") as caught:
        run(card(tmp_path, {"nan_at": turn}, save="1t", log=log), Points())
    assert caught.value.exit_code == NON_FINITE == 3 and "\n" not in str(caught.value)
    assert journal(tmp_path, "save")[-1]["step"] == turn - 1
    assert b"NaN" not in (tmp_path / "record" / "log.jsonl").read_bytes()
    assert not (tmp_path / "record" / "test.json").exists()


def test_nan_at_the_turn_of_a_stop_is_not_saved(tmp_path):
    ask = lambda event, view: view.ask("stop") if view.state.step == 3 else None  # noqa: E731
    with pytest.raises(NonFiniteError, match="turn 3"):
        run(card(tmp_path, {"nan_at": 3}), Points(), watchers=[ask])
    assert journal(tmp_path, "save")[-1]["step"] == 0


def test_after_nan_a_run_goes_on_from_the_last_save(tmp_path):
    run(card(tmp_path / "whole"), Points())
    run(card(tmp_path / "toy", last="1e"), Points())
    broken = dataclasses.replace(card(tmp_path / "toy"), load_model=NanFrom8)
    with pytest.raises(NonFiniteError, match="turn 8"):
        run(broken, Points())
    run(card(tmp_path / "toy"), Points())
    assert end(tmp_path / "toy") == end(tmp_path / "whole")


class NanFrom8(Softmax):
    def train(self, batch, rng):
        metrics = super().train(batch, rng)
        return metrics if self.turns < 8 else {"loss": math.inf}


class NanInValid(Softmax):
    def loss(self, batch, rng):
        return {"loss": (math.nan, 1)}


class NanInJudge(Points):
    def judge(self, pieces, part):
        return {"spread": math.inf}


def test_nan_in_valid(tmp_path):
    with pytest.raises(NonFiniteError, match="turn 5: valid/loss is nan"):
        run(modeloid(tmp_path, NanInValid), Points())
    assert [entry["step"] for entry in journal(tmp_path, "save")] == [0]
    assert not (tmp_path / "state" / "best").exists()


def test_nan_in_judge(tmp_path):
    with pytest.raises(NonFiniteError, match="turn 5: judge/spread is inf"):
        run(card(tmp_path, best="max judge/spread"), NanInJudge())
    assert [entry["step"] for entry in journal(tmp_path, "save")] == [0]
    assert not (tmp_path / "state" / "best").exists()


def test_finite_extremes_are_no_nan(tmp_path):
    class Extreme(Softmax):
        def train(self, batch, rng):
            return {"huge": 1.7e308, "tiny": -5e-324, "count": 3}

    assert run(modeloid(tmp_path, Extreme), Points()).status == "done"


@pytest.mark.parametrize(
    ("domain", "cycle", "told"),
    [
        (Points(train=0), {}, r"data: the training part has no items\. Name a data set"),
        (Points(valid=0), {}, r'data: the validation part has no items\. .*"never"'),
        (Points(), {"batch": 0}, r"cycle\['batch'\]: 0 is out of range"),
        (Points(), {"vaildate": "1e"}, r"cycle: no key 'vaildate'\. Did you mean 'validate'\?"),
        (
            Points(),
            {"best": "min valid/los"},
            r"nothing measures 'valid/los'\. Did you mean 'valid/loss'",
        ),
        (Points(), {"best": "max judge/fun"}, r"nothing measures 'judge/fun'\. Did you mean 'judge/spread'"),
        (Points(), {"best": "min train/loss"}, r"cycle\['best'\]: 'min train/loss' names no quantity"),
        (Points(), {"save": "often"}, r"cycle\['save'\]: 'often' is no span"),
    ],
)
def test_a_users_mistake_is_one_line(domain, cycle, told, tmp_path):
    with pytest.raises(CycleError, match=told) as caught:
        run(card(tmp_path, **cycle), domain)
    assert caught.value.exit_code == MISTAKE == 2 and "\n" not in str(caught.value)


def test_fewer_items_than_a_batch_still_train(tmp_path):
    assert run(card(tmp_path), Points(train=1, valid=1, test=1)).turns == 2


def test_no_validation_part_and_no_test_part(tmp_path):
    outcome = run(card(tmp_path, validate="never"), Points(valid=0, test=0))
    assert outcome.status == "done" and outcome.best is None and "loss" not in outcome.test


def test_unknown_wishes_are_the_modeloids_to_refuse(tmp_path):
    with pytest.raises(TypeError, match="sclae"):
        run(card(tmp_path, wishes={"sclae": 2.0}), Points())
    run(card(tmp_path / "right", wishes={"scale": 2.0}), Points())
    assert '"scale": 2.0' in (tmp_path / "right/record/samples/step-000000005/index.json").read_text()
