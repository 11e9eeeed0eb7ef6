"""The bench of the chorales: counted baselines with known answers, a table with the published rows, mistakes told."""

import itertools

import numpy as np
import pytest

from modeloid.bench import voices
from modeloid.bench.score import Score
from modeloid.bench.voice_counts import marginals, ngram
from modeloid.cycle.errors import ModeloidError
from music.shared_data import archive


def grids(seed, count=3, frames=200, of=2, values=4):
    return list(np.random.default_rng(seed).integers(0, values, (count, frames, of)).astype(np.uint8))


def score(model, valid, seed=0):
    return Score("jsb-chorales", model, seed, valid + 0.1, 0.1, valid, valid, 10, 1, 0.5, "", "exact")


def test_marginals_have_their_analytic_value():
    train, scored = grids(0), grids(1)
    every = np.concatenate(train)
    share = np.stack([(np.bincount(every[:, voice], minlength=4) + 0.5) / (len(every) + 2) for voice in range(2)])
    known = [sum(np.log(share[voice][grid[:, voice]]).sum() for voice in range(2)) for grid in scored]
    assert marginals(train, scored, 4) == pytest.approx(known)


@pytest.mark.parametrize(("frames", "above"), [(0, False), (1, False), (3, False), (0, True), (2, True)])
def test_the_probabilities_of_all_grids_sum_to_one(frames, above):
    train = grids(2, frames=30, values=3)
    every = [np.array(cells, np.uint8).reshape(3, 2) for cells in itertools.product(range(3), repeat=6)]
    nats = ngram(train, every, 3, frames, above)
    assert np.exp(nats).sum() == pytest.approx(1)
    assert nats.std() > 0.05


def test_a_past_that_matters_is_used_and_so_is_the_voice_above():
    steps = np.arange(400)
    periodic = [np.stack([steps // 2 % 3, steps // 3 % 2], axis=1).astype(np.uint8)]
    assert -ngram(periodic, periodic, 3, 4).sum() < 0.4 * -ngram(periodic, periodic, 3, 1).sum()
    top = grids(5, count=1, frames=400)[0][:, :1]
    doubled = [np.concatenate([top, 3 - top], axis=1)]
    assert -ngram(doubled, doubled, 4, 1, above=True).sum() < 0.7 * -ngram(doubled, doubled, 4, 1).sum()


def test_the_table_has_every_published_row_and_the_median_of_ours():
    lines = voices.table([score("voices", value, seed) for seed, value in enumerate((1.3, 1.9, 1.4))])
    assert len(lines) == 1 + len(voices.ROWS) + 1
    assert lines[-1].split()[-2:] == ["1.400", "1.500"] and "median of 3 seeds" in lines[-1]
    assert [row.valid for row in voices.ROWS if row.model == "Music Transformer"] == [1.340]


def test_what_was_completed_is_told_in_lines():
    assert voices.lines({}) == []
    lines = voices.lines({"soprano given": {"forced": 1.5, "told": 1.25}})
    assert len(lines) == 2 and lines[1].split()[-2:] == ["1.500", "1.250"]


def test_unknown_models_are_told_with_the_nearest(tmp_path):
    with pytest.raises(ModeloidError, match="'marginals'"):
        voices.run(tmp_path, models=["marginal"])


def test_what_needs_modeloids_is_refused_before_anything_is_counted(tmp_path, monkeypatch):
    counted = []
    monkeypatch.setattr(voices, "_counted", lambda model: counted.append(model) or score(model, 1.0))
    with pytest.raises(ModeloidError, match=r"no ensemble of what is only counted.*Add voices"):
        voices.run(tmp_path, ["marginals"], ensemble=True)
    with pytest.raises(ModeloidError, match=r"no trained modeloid.*Add voices"):
        voices.run(tmp_path, ["marginals"], complete=True)
    assert not counted
    (tmp_path / "voices-0" / "state").mkdir(parents=True)
    assert len(voices.run(tmp_path, ["marginals"], say=counted.append, complete=True)) == 1


def test_every_frame_of_the_chorales_is_scored(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("jsb").parent))
    said = []
    (found,) = voices.run(tmp_path, ["marginals"], say=said.append)
    assert found.frames == 18_900 and len(said) == 1
    assert sum(map(len, voices._grids("train"))) == 55_228 and sum(map(len, voices._grids("valid"))) == 18_408
    assert 9 < found.valid < 12
    assert voices.stored([found], "x")["scores"][0]["model"] == "marginals"


@pytest.mark.long
def test_a_small_modeloid_is_trained_scored_mixed_and_completed(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("jsb").parent))
    settings = {"preset": "small", "width": 4, "channels": 2, "notes": 1, "beats": 1, "repeats": False}
    settings["cycle"] = {"last": "2t", "validate": "2t", "save": "2t", "generate": "never", "pieces": 0}
    scores = voices.run(tmp_path, ["voices"], (0, 1), settings, lambda line: None, ensemble=True)
    assert [one.model for one in scores] == ["voices", "voices", "ensemble"]
    assert all(one.frames == 18_900 for one in scores)
    assert scores[2].valid < max(one.valid for one in scores[:2])
    (together,) = voices.run(tmp_path / "more", ["voices"], (0,), settings | {"members": 2}, lambda line: None)
    assert together.model == "voices, 2 networks" and together.frames == 18_900
    found = voices.completed(tmp_path, every=20)
    assert all(min(one.values()) > 0 for one in found.values()) and len(found) == 3
