"""Baselines that are trained: the turns of `frames`, and a learning rate that the validation part chooses."""

import json
from types import SimpleNamespace

import pytest

from modeloid import app
from modeloid.bench import made, trained
from modeloid.cycle.errors import ModeloidError
from modeloid.models import frames, rbm
from music.shared_data import archive

BEST = {"lstm": 0.1, "rbm": 3.0}


@pytest.fixture
def stage(monkeypatch):
    """No training: what would be made is written down, and one learning rate is better than the others."""
    kept = []

    def create(family, target, **given):
        target.mkdir(parents=True)
        (target / "mconfig.py").touch()
        (target / "record").mkdir()
        (target / "record" / "journal.jsonl").write_text(
            "".join(json.dumps({"what": what, "time": time}) + "\n" for what, time in (("start", 30), ("end", 90)))
        )
        kept.append((family, target.name, given))

    def train(target):
        away = min(abs(float(target.name.rpartition("-")[2]) - best) for best in BEST.values())
        nats = {"nll_per_step": 9 - away, "nll_per_step_se": 0.1, "nll_per_step_mean_of_items": 9.0, "steps": 7.0}
        best = {"value": 5 + away, "quantity": "valid/loss"}
        return SimpleNamespace(status="done", step=40, reason="", best=best, test={"likelihood": nats, "step": 20})

    monkeypatch.setattr(made, "app", SimpleNamespace(create=create, train=train))
    monkeypatch.setattr(trained, "_nats_per_frame", lambda target: train(target).best["value"])
    return kept


@pytest.mark.parametrize("model", ["lstm", "rbm"])
def test_the_learning_rate_is_the_best_on_valid_and_all_three_are_told(stage, tmp_path, model):
    score = getattr(trained, model)(tmp_path, "jsb", {"cycle": {"last": "40t"}})
    assert score.valid == min(score.tried.values()) == 5
    assert score.test == 9, "the best on the test part would have been another"
    assert list(score.tried) == [f"learning_rate={rate:g}" for rate in trained.RATES[model]]
    assert f"learning rate {BEST[model]:g} of three" in score.detail
    assert score.turns == 40 and score.minutes == 1
    assert ("AIS" in score.kind) == (model == "rbm")


def test_all_have_the_same_turns_and_settings_go_where_they_belong(stage, tmp_path):
    settings = {"width": 64, "cycle": {"last": "70t"}, "lstm": {"recurrent": 32}, "rbm": {"hidden": [20]}}
    trained.lstm(tmp_path, "nottingham", settings)
    trained.rbm(tmp_path, "nottingham", settings)
    trained.directory(tmp_path, "nottingham", 0)
    lstms, rbms = [[given for family, _, given in stage if family == kind] for kind in ("frames", "rbm")]
    assert {given["planned_turns"] for given in lstms} == {70} and {given["recurrent"] for given in lstms} == {32}
    assert {given["cycle"]["last"] for given in lstms + rbms} == {"70t"}
    assert all(given["hidden"] == [20] and "width" not in given for given in rbms)
    assert all(given["within"] == "independent" and "width" not in given for given in lstms)
    assert [given["learning_rate"] for given in rbms] == list(trained.RATES["rbm"])
    presets = frames.presets.values()
    shape = {preset["cycle"]["batch"] * preset["data"]["representation"]["window_steps"] for preset in presets}
    assert shape == {trained.FRAMES_A_TURN} and {given["cycle"]["batch"] for given in rbms} == shape


def test_turns_are_those_of_the_preset_where_nothing_else_is_said():
    assert trained.turns_of("jsb", {}) == frames.presets["jsb"]["parameters"]["planned_turns"]
    with pytest.raises(ModeloidError, match="turns"):
        trained.turns_of("jsb", {"cycle": {"last": "3m"}})
    assert "frame" in rbm.presets


@pytest.mark.parametrize(
    ("there", "name"), [({}, "frames"), ({"members": 1}, "frames"), ({"members": 3}, "frames, 3 networks")]
)
def test_a_row_says_how_many_networks_there_are_whatever_is_asked_now(stage, tmp_path, monkeypatch, there, name):
    monkeypatch.setattr(trained.app, "show", lambda target: {"model": there})
    score = trained.frames(tmp_path, "jsb", 0, {})
    assert score.model == name and score.kind == "exact, with metre"
    ((family, _, _),) = stage
    assert family == "frames"


def test_a_run_that_was_never_validated_or_stopped_says_so(stage, tmp_path, monkeypatch):
    outcome = made.app.train(tmp_path / "x-0.1")
    for change, match in (({"best": None}, "never validated"), ({"status": "stopped"}, "stopped at turn 40")):
        changed = SimpleNamespace(**{**vars(outcome), **change})
        monkeypatch.setattr(made.app, "train", lambda target, changed=changed: changed)
        with pytest.raises(ModeloidError, match=match):
            trained.lstm(tmp_path / match[:5], "jsb", {})


@pytest.mark.long
def test_both_are_trained_and_scored_on_every_frame(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("poly").parent))
    monkeypatch.setattr(trained, "RATES", {"lstm": (0.01,), "rbm": (0.1,)})
    settings = {"cycle": {"last": "4t", "validate": "2t", "save": "2t"}, "rbm": {"ais_steps": 100}}
    for score in (trained.lstm(tmp_path, "jsb", settings), trained.rbm(tmp_path, "jsb", settings)):
        assert score.frames == 4725 and score.turns == 4
        assert 8 < score.valid < 70 and 8 < score.test < 70
    plain = app.load(tmp_path / "lstm-jsb-rate-0.01")
    assert type(plain.nets[0]).__name__ == "PlainNet"
