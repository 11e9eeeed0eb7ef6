"""The bench measures whatever performs scores beside simple ways; scores hide the pianist."""

import json
import sys

import numpy as np
import pytest

from modeloid.bench import dynamics
from modeloid.bench.dynamics import performances, protocol
from modeloid.cycle.errors import ModeloidError
from modeloid.music.columns import from_score, to_score

from .made import a_performance


class Rising:
    """Performs: the higher, the louder."""

    def __init__(self):
        self.wishes = {"perform": ("", None)}

    def sample(self, n, rng, perform, temperature):
        columns = from_score(perform)
        assert len(set(columns.notes["velocity"].tolist())) == 1, "the pianist is heard"
        columns.notes["velocity"][:] = columns.notes["pitch"] - 5
        return [to_score(columns)] * n


@pytest.fixture
def stage(monkeypatch):
    parts = {
        "train": [a_performance(seed) for seed in range(4)],
        "test": [a_performance(seed, piece) for seed, piece in ((10, "b"), (10, "b"), (11, "c"))],
    }
    monkeypatch.setattr(protocol, "performances", lambda part, most: parts[part][:most])
    monkeypatch.setattr(protocol, "against_one_another", lambda most: [])
    monkeypatch.setattr(protocol.app, "load", lambda target: Rising())


def test_who_performs_is_measured_beside_flat_and_pianists(stage, tmp_path):
    found = dynamics.run(tmp_path, [], {}, [tmp_path / "mine"], say=lambda line: None)
    assert found["mine, expected"]["mae"] < 3 < found[protocol.FLAT]["mae"]
    assert found["mine, expected"]["gained"][1] > 0 and found[protocol.FLAT]["gained"] == [0, 0, 0]
    assert found["another pianist"]["performances"] == 1 and found["another pianist"]["mae"] == 0
    lines = dynamics.table(found)
    assert len(lines) == 5 + len(found) and all(name[:50] in "\n".join(lines) for name in found)
    kept = json.loads(json.dumps(dynamics.stored(found, "modeloid bench dynamics")))
    assert kept["command"] and kept["machine"] and kept["scores"] == found


def test_boosted_trees_are_left_out_without_scikit_learn_and_that_is_said(stage, tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    said = []
    assert protocol.TREES in dynamics.run(tmp_path, [], {}, say=said.append)
    assert not any("scikit-learn" in line for line in said)
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    found = dynamics.run(tmp_path, [], {}, say=said.append)
    assert protocol.TREES not in found and protocol.FLAT in found
    assert [line for line in said if "scikit-learn" in line] == [said[-1]]
    assert protocol.TREES not in "\n".join(dynamics.table(found))


def test_who_performs_nothing_is_refused_and_unknown_presets_name_the_nearest(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(protocol.app, "load", lambda target: type("Mute", (), {"wishes": {}})())
    with pytest.raises(ModeloidError, match="performs no scores"):
        dynamics.run(tmp_path, [], {}, [tmp_path], say=lambda line: None)
    with pytest.raises(ModeloidError, match="piano"):
        dynamics.run(tmp_path, ["pino"], {}, say=lambda line: None)


def test_two_performances_of_one_piece_are_a_pair():
    found = [a_performance(0, "a"), a_performance(1, "b"), a_performance(2, "a"), a_performance(3, "a")]
    assert [(one.name, other.name) for one, other in performances.pairs(found)] == [
        ("a0", "a2"),
        ("a0", "a3"),
        ("a2", "a3"),
    ]
    assert np.array_equal(from_score(found[0].score()).notes["pitch"], found[0].columns.notes["pitch"])


def test_only_what_is_held_out_is_measured_on(stage, tmp_path):
    for part in ("train", "tset"):
        with pytest.raises(ModeloidError, match="Use test or valid"):
            dynamics.run(tmp_path, [], {}, [], lambda _: None, part=part)
    assert dynamics.run(tmp_path, [], {}, [], lambda _: None, part="test")
