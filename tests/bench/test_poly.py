"""The bench of the polyphonic sets: one protocol, a table that holds the published rows, and mistakes in one line."""

import numpy as np
import pytest

from modeloid.bench import poly
from modeloid.bench.published import ROWS, SETS
from modeloid.cycle.errors import ModeloidError
from music.shared_data import archive


def score(model, name, test, seed=0):
    return poly.Score(name, model, seed, test, 0.1, test, test, 10, 1, 0.5, "")


def test_the_table_has_every_published_row_and_the_median_of_ours():
    lines = poly.table([score("frames", "jsb", value, seed) for seed, value in enumerate((4.0, 9.0, 5.0))])
    assert len(lines) == 1 + len(ROWS) + 1
    assert lines[-1].split()[-4:] == ["5.000", "–", "–", "–"] and "median of 3 seeds" in lines[-1]
    assert {len(row.values) for row in ROWS} == {len(SETS)}


def test_the_kind_is_the_scores_own():
    given = poly.Score("jsb", "rbm", 0, 7.5, 0.1, 7.5, 7.5, 10, 1, 0.5, "", kind="estimate (AIS)")
    assert "modeloid rbm" in poly.table([given])[-1] and "estimate (AIS)" in poly.table([given])[-1]
    kept = poly.stored([poly.Score(**{**vars(given), "tried": {"learning_rate=0.1": 7.5}})], "x")["scores"][0]
    assert kept["tried"] == {"learning_rate=0.1": 7.5}


def test_mixtures_are_asked_for_by_set_and_said(tmp_path, monkeypatch):
    asked, said = [], []

    def rows(root, name, seeds, rolls, ensemble, dynamic):
        asked.append((name, list(seeds), sorted(rolls), ensemble, dynamic))
        return [score("ensemble", name, 4.0)]

    monkeypatch.setattr(poly.mixed, "rows", rows)
    monkeypatch.setattr(poly, "_rolls", lambda name, part: [])
    found = poly.run(tmp_path, ["jsb", "musedata"], [], range(3), say=said.append, ensemble=True)
    assert asked == [(name, [0, 1, 2], ["test", "valid"], True, False) for name in ("jsb", "musedata")]
    assert [one.model for one in found] == ["ensemble"] * 2 and len(said) == 2
    assert poly.run(tmp_path, ["jsb"], [], range(3)) == []


def test_unknown_names_are_told_with_the_nearest(tmp_path):
    with pytest.raises(ModeloidError, match="'jsb'"):
        poly.run(tmp_path, sets=["jbs"])
    with pytest.raises(ModeloidError, match="'marginals'"):
        poly.run(tmp_path, models=["marginal"])


def test_every_frame_of_the_published_sets_is_scored(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("poly").parent))
    said = []
    (found,) = poly.run(tmp_path, ["jsb"], ["marginals"], say=said.append)
    assert found.frames == 4725 and len(said) == 1
    assert found.test == pytest.approx(11.060, abs=0.001)
    rolls = poly._rolls("jsb", "train")
    assert sum(map(len, rolls)) == 13_807 and len(rolls) == 229
    assert poly.stored([found], "x")["scores"][0]["set"] == "jsb"
    assert np.concatenate(rolls).sum(1).max() == 4
