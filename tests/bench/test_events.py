"""The bench of event tokens: one protocol, nets of one size, a table, and mistakes in one line."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench import events
from modeloid.cycle.errors import ModeloidError
from modeloid.models import events as family
from modeloid.models.events.net import TokenNet
from modeloid.music.columns import Columns
from modeloid.music.represent.events import Events
from music.shared_data import archive


def a_piece(tempos, end=960):
    notes = {"onset": np.array([0]), "duration": np.array([end]), "pitch": np.array([60])}
    return Columns(notes, {"tpq": 480, "tempos": tempos})


def score(model, name, bits, seed=0):
    return events.Score(name, model, seed, bits, 0.25, bits, bits, 1.0, 1, 1, 1, 1.0, 1, 1, 1, 0.5, "")


@pytest.mark.parametrize("name", events.SETS)
def test_the_nets_have_as_many_parameters_within_two_percent(name):
    preset = family.presets[name]
    data = SimpleNamespace(representation=Events(preset["data"]["representation"]))
    counts = [
        sum(one.numel() for one in TokenNet(family.make(data, {**preset["parameters"], **sizes})).parameters())
        for sizes in events.NETWORKS.values()
    ]
    assert max(counts) / min(counts) < 1.02


def test_seconds_go_by_the_tempi():
    assert events.seconds_of(a_piece([])) == pytest.approx(1)
    assert events.seconds_of(a_piece([[0, 1_000_000]])) == pytest.approx(2)
    assert events.seconds_of(a_piece([[480, 250_000], [0, 1_000_000]])) == pytest.approx(1.25)
    assert events.seconds_of(a_piece([[0, 500_000], [9600, 9_000_000]])) == pytest.approx(1)


def test_bits_are_shared_out():
    part = events.Part([np.arange(10), np.arange(30)], np.array([4, 6]), np.array([2.0, 3.0]))
    found = events._score(("pop909", "lstm", 0), part, np.log(2) * np.array([20.0, 60.0]), 1.5, 9, 0, 7, 0.1, "x")
    assert (found.bits_per_note, found.bits_per_second, found.bits_per_token) == pytest.approx((8, 16, 2))
    assert (found.notes, found.tokens, found.seconds, found.valid) == (10, 40, 5.0, 1.5)
    # residuals 20 - 32 and 60 - 48: sqrt(2 * (144 + 144)) / 10
    assert found.bits_per_note_se == pytest.approx(2.4)


def test_what_was_scored_is_not_scored_again_until_there_are_other_weights(tmp_path):
    asked = []

    def scored(row):
        asked.append(len(row))
        return -np.ones(len(row))

    modeloid = SimpleNamespace(piece_likelihoods=scored)
    part = events.Part([np.arange(3), np.arange(5)], np.array([1, 1]), np.array([1.0, 1.0]))
    for step, times in ((100, 2), (100, 2), (200, 4)):
        found = events._nats(modeloid, part, tmp_path / "x.nats.json", step)
        assert found.tolist() == [3, 5] and len(asked) == times


def test_the_table_has_a_line_a_model_with_the_mean_of_its_seeds():
    lines = events.table([score("lstm", "asap", value, seed) for seed, value in enumerate((4.0, 5.0))])
    assert len(lines) == 2 and "pop909" not in lines[0]
    assert "mean of 2 seeds" in lines[1] and lines[1].split()[-4:] == ["4.500", "±", "0.25", "4.5"]
    assert "–" in events.table([score("lstm", "asap", 1.0), score("gpt2", "pop909", 2.0)])[1]


def test_unknown_names_are_told_with_the_nearest(tmp_path):
    with pytest.raises(ModeloidError, match="'pop909'"):
        events.run(tmp_path, sets=["pop99"])
    with pytest.raises(ModeloidError, match="'unigram'"):
        events.run(tmp_path, models=["unigrams"])


@pytest.mark.long
def test_it_trains_scores_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("pop909").parent))
    settings = {"planned_turns": 2, "layers": 1, "cycle": {"last": "2t", "validate": "2t", "save": "2t"}}
    said = []
    (found,) = events.run(tmp_path, ["pop909"], ["lstm"], settings=settings, say=said.append)
    assert found.pieces == 81 and found.notes == 140_389 and found.turns == 2 and len(said) == 1
    (again,) = events.run(tmp_path, ["pop909"], ["lstm"], settings=settings, say=said.append)
    assert replace(again, minutes=found.minutes) == found
    (unigram,) = events.run(tmp_path, ["pop909"], ["unigram"], say=said.append)
    assert unigram.bits_per_note == pytest.approx(20.588, abs=0.001) and unigram.tokens == found.tokens
