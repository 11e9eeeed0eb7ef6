"""The families on real files: two folders of tunes, from the domain's groups to a piece in the other group."""

import json

import numpy as np
import pytest

from modeloid.backends.arguments import WishError
from modeloid.backends.torch import TorchWorld
from modeloid.cycle.card import Card
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import cyclegan, discogan
from modeloid.music import domain as music
from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.errors import DataError

SPEC = {"kind": "multitrack", "tracks": "one", "window_bars": 1, "low": 48, "high": 72}
TINY = {
    "cyclegan": {"width": 4, "blocks": 1, "critic_width": 4, "shortcut": 4.0},
    "discogan": {"width": 4, "levels": 2, "shortcut": 6.0},
}


def tune(seed, low, loud, bars=4, meter=(4, 4)):
    generator = np.random.default_rng(seed)
    steps = np.arange(0, bars * 4 * meter[0], 2)
    columns = {
        "onset": steps * 120,
        "duration": np.full(len(steps), 240),
        "pitch": low + generator.integers(0, 10, len(steps)),
        "velocity": loud + generator.integers(0, 20, len(steps)),
        "track": np.zeros(len(steps), np.int64),
    }
    tracks = [["tune", 40, False]]
    about = {"tpq": 480, "tracks": tracks, "tempos": [[0, 500_000]], "meters": [[0, *meter]], "keys": []}
    return to_score(Columns(columns, about))


def folders(tmp_path, monkeypatch, meters=((4, 4), (4, 4))):
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path / "cache"))
    for side, (name, meter) in enumerate(zip(("low", "high"), meters, strict=True)):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(30):
            score = tune(100 * side + number, 48 + 12 * side, 30 + 60 * side, meter=meter)
            score.dump_midi(folder / f"{number}.mid")
    sets = {name: [f"folder:{tmp_path / name}"] for name in ("low", "high")}
    return {"sets": sets, "split": "random", "representation": SPEC}


@pytest.mark.parametrize("family", [cyclegan, discogan], ids=["cyclegan", "discogan"])
def test_from_files_to_a_piece_in_the_other_group(family, tmp_path, monkeypatch):
    data = folders(tmp_path, monkeypatch)
    opened = music.open(data)
    model = family.make(opened, TINY[family.__name__.rpartition(".")[2]])
    card = Card(tmp_path, "id", "tiny", ("a",), "doc", model, data, {"batch": 4}, family.load_model)
    modeloid = family.load_model(card, None, Alone())
    for turn in range(2):
        modeloid.train(opened.batch("train", np.arange(4), Rng(0).at(turn)), Rng(0).at("train", turn))
    found = modeloid.loss(opened.batch("valid", np.arange(opened.size("valid")), Rng(0)), Rng(0))
    assert all(np.isfinite(total) and count > 0 for total, count in found.values())

    piece = tune(7, 48, 30, bars=5)
    path = tmp_path / "piece.mid"
    piece.dump_midi(path)
    (made,) = modeloid.sample(1, Rng(0), piece=str(path))
    told = from_score(made)
    assert told.about["meters"] == [[0, 4, 4]]
    assert told.about["tempos"] == [[0, 500_000]]
    assert told.end_tick == from_score(piece).end_tick
    assert told.notes["velocity"].min() >= 30 and told.notes["velocity"].max() < 50
    (loud,) = modeloid.sample(1, Rng(0), piece=piece, velocities="target", tempo_bpm=90)
    assert from_score(loud).notes["velocity"].min() >= 90
    assert from_score(loud).about["tempos"] == [[0, 666_667]]
    with pytest.raises(WishError, match="the piece is in 3/4, this modeloid knows 4/4"):
        modeloid.sample(1, Rng(0), piece=tune(7, 48, 30, meter=(3, 4)))
    assert opened.write(modeloid.sample(2, Rng(0))[1], tmp_path / "sample")
    assert np.isfinite(list(opened.judge(modeloid.sample(3, Rng(0)), "valid").values())).all()


def test_groups_of_different_meters_are_refused_by_name(tmp_path, monkeypatch):
    data = folders(tmp_path, monkeypatch, meters=((4, 4), (3, 4)))
    with pytest.raises(DataError, match=r"the group 'high' has no item|the meter is 3/4, not 4/4"):
        music.open(data)


def test_an_empty_group_is_refused_by_name(tmp_path, monkeypatch):
    data = folders(tmp_path, monkeypatch)
    data["sets"]["high"] = []
    with pytest.raises(DataError, match="'high'"):
        music.open(data)


def test_best_is_what_lies_nearest_to_the_group_that_samples_go_to(tmp_path, monkeypatch):
    data = folders(tmp_path, monkeypatch)
    opened = music.open(data)
    model = cyclegan.make(opened, TINY["cyclegan"])
    wanted = {"wishes": {"to": "high"}, "best": "min judge/group/high/wasserstein", "pieces": 6}
    cycle = {"batch": 4, "last": "4t", **dict.fromkeys(("validate", "generate", "save"), "2t"), **wanted}
    card = Card(tmp_path / "run", "id", "tiny", ("a",), "doc", model, data, cycle, cyclegan.load_model)
    card.directory.mkdir()
    outcome = run(card, opened, TorchWorld())
    lines = [json.loads(line) for line in (card.directory / "record" / "log.jsonl").read_text().splitlines()]
    judged = {line["step"]: line["judge"]["group/high/wasserstein"] for line in lines if "judge" in line}
    assert sorted(judged) == [2, 4]
    assert outcome.best["quantity"] == "judge/group/high/wasserstein"
    assert outcome.best["step"] == min(judged, key=judged.get)
    assert outcome.best["value"] == pytest.approx(min(judged.values()))
    assert all("data/group/high/wasserstein" in line["judge"] for line in lines if "judge" in line)
