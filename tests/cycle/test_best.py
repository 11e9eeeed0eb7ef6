"""Which checkpoint is the best, when to give up, and what the test is made on."""

import dataclasses
import json

import pytest

from modeloid.cycle import checkpoint as checkpoints
from modeloid.cycle.loop import run
from toys import Points, Softmax, card, journal


class Scripted(Softmax):
    """Its validation loss after each turn is the next number of `script`; it learns nothing."""

    def loss(self, batch, rng):
        script = self.model["script"]
        return {"loss": (float(script[min(self.turns, len(script)) - 1]) * len(batch[1]), len(batch[1]))}


def scripted(directory, script, **cycle):
    made = card(directory, {"script": script}, last=f"{len(script)}t", validate="1t", generate="never", **cycle)
    return dataclasses.replace(made, load_model=Scripted)


@pytest.mark.parametrize(
    ("best", "script", "turn"),
    [
        ("min valid/loss", [5, 3, 4, 3, 6, 7], 2),
        ("max valid/loss", [5, 3, 4, 3, 6, 6], 5),
        ("min valid/loss", [1, 2, 3, 4, 5, 6], 1),
        ("min valid/loss", [6, 5, 4, 3, 2, 1], 6),
    ],
)
def test_the_first_of_the_best_is_kept_and_tested(best, script, turn, tmp_path):
    outcome = run(scripted(tmp_path, script, best=best, save="never"), Points())
    assert outcome.best == {
        "step": turn,
        "value": script[turn - 1],
        "quantity": "valid/loss",
        "sign": -1 if best.startswith("min") else 1,
    }
    assert (tmp_path / "state" / "best").read_text() == f"step-{turn:09d}\n"
    assert outcome.test["step"] == turn and outcome.test["loss"]["loss"] == script[turn - 1]
    assert json.loads((tmp_path / "record" / "test.json").read_text()) == outcome.test
    assert checkpoints.find(tmp_path / "state", "best").step == turn


def test_a_better_value_asks_for_a_save_and_a_worse_one_does_not(tmp_path):
    run(scripted(tmp_path, [5, 6, 4, 6, 6, 3, 9], save="never"), Points())
    assert [entry["step"] for entry in journal(tmp_path, "save")] == [0, 1, 3, 6, 7]


def test_best_of_a_judgement(tmp_path):
    outcome = run(card(tmp_path, best="max judge/spread"), Points())
    assert outcome.best["quantity"] == "judge/spread"


def test_patience(tmp_path):
    script = [5, 4, 6, 3, 7, 7, 7, 7, 7, 7]
    outcome = run(scripted(tmp_path, script, patience=3), Points())
    assert (outcome.status, outcome.step, outcome.reason) == ("done", 7, "patience") and outcome.test["step"] == 4
    again = run(scripted(tmp_path, script, patience=3), Points())
    assert (again.status, again.turns, again.reason) == ("done", 0, "patience"), "it stays done"
    more = run(scripted(tmp_path, script, patience=5), Points())
    assert (more.step, more.reason) == (9, "patience")
    assert run(scripted(tmp_path, script), Points()).reason == "last turn"


def test_patience_is_counted_over_resumes(tmp_path):
    script, ask = [5, 6, 6, 6, 6, 6], lambda event, view: view.ask("stop") if event == "turn" else None
    for turn in range(1, 4):
        assert run(scripted(tmp_path, script, patience=3), Points(), watchers=[ask]).step == turn
    assert run(scripted(tmp_path, script, patience=3), Points()).step == 4


def test_another_best_is_looked_for_anew_and_the_old_one_stays_until_then(tmp_path):
    script = [5, 3, 4, 4, 4, 4, 4, 6, 6, 6, 6]
    run(dataclasses.replace(scripted(tmp_path, script, save="1t"), cycle=cycle(script, last="6t")), Points())
    told = []
    watch = lambda event, view: told.append((event, view.text, sorted(names(tmp_path))))  # noqa: E731
    other = dataclasses.replace(scripted(tmp_path, script), cycle=cycle(script, best="max valid/loss"))
    outcome = run(other, Points(), watchers=[watch])
    assert outcome.best["step"] == 8
    assert [text for event, text, _ in told if event == "notice"] == ["best was of valid/loss and is looked for anew"]
    assert "step-000000002" in next(found for event, _, found in told if event == "start")


def test_a_best_of_another_quantity_is_no_rival(tmp_path):
    first = run(card(tmp_path, last="1e"), Points())
    second = run(card(tmp_path, best="min judge/spread"), Points())
    assert second.best["quantity"] == "judge/spread" and second.best["step"] == 10
    assert second.best["value"] > first.best["value"], "compared with the old one it would not have been better"


def cycle(script, **more):
    base = {"batch": 8, "last": f"{len(script)}t", "validate": "1t", "generate": "never", "save": "1t", "pieces": 3}
    return {**base, **more}


def names(directory):
    return [path.name for path in (directory / "state").iterdir()]


def test_it_is_tested_once_for_the_same_weights_and_data(tmp_path):
    calls = []

    class Counting(Points):
        def batch(self, part, indices, rng):
            calls.append(part)
            return super().batch(part, indices, rng)

    for _ in range(2):
        run(card(tmp_path), Counting())
    tested = calls.count("test")
    run(card(tmp_path, last="3e"), Counting())
    assert 0 < tested < calls.count("test")


def test_other_data_is_tested_anew(tmp_path):
    first = run(card(tmp_path), Points())
    second = run(card(tmp_path), Points(seed=1))
    assert second.turns == 0 and second.test["data"] != first.test["data"] and second.test["loss"] != first.test["loss"]
