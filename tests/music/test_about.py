from __future__ import annotations

from modeloid.music import domain
from modeloid.music.columns import to_score

from .pieces import piece
from .real_domains import chorales, songs
from .split.test_split import tune
from .test_annotate import plain


def test_two_small_sets_are_described(tmp_path, home):
    places = [tmp_path / "one", tmp_path / "two"]
    for place, count in zip(places, (12, 4), strict=True):
        place.mkdir()
        for seed in range(count):
            (place / f"{seed:02}.mid").write_bytes(to_score(piece(tune(100 * count + seed, length=20))).dumps_midi())
    (places[0] / "bad.mid").write_bytes(b"junk")
    (places[1] / "hush.mid").write_bytes(to_score(piece([])).dumps_midi())
    roll = {"kind": "roll", "steps_per_beat": 2, "window_steps": 16, "low": 66, "high": 96}
    sets = {f"folder:{places[0]}": 1, f"folder:{places[1]}": 0.5}
    opened = domain.open({"sets": sets, "representation": roll, "transpose": [-2, 2]})
    said = opened.about()
    assert plain(said) == said
    assert [(row["pieces"], row["notes"], row["weight"]) for row in said["sets"]] == [(12, 240, 1.0), (4, 80, 0.5)]
    assert all(row["name"].startswith("folder:") and row["licence"] for row in said["sets"])
    assert {part: row["items"] for part, row in said["parts"].items()} == {
        part: opened.size(part) for part in ("train", "valid", "test")
    }
    assert sum(row["pieces"] for row in said["parts"].values()) == 16
    [refused] = said["refused"]
    assert refused["file"] == "bad.mid"
    assert refused["reason"]
    [silent] = said["silent"]
    assert silent == {"file": "hush.mid", "reason": opened.silent[0].reason}
    assert "no notes" in silent["reason"]
    assert 0 < said["losses"]["out_of_range"] < said["losses"]["notes"] == 320
    assert said["representation"] == dict(opened.representation.spec)
    assert said["licence"] == str(opened.licence)
    assert said["varied"]["transpose"] == [-2, 2]
    assert (said["split"], said["left_out"], said["digest"]) == ("groups", [], opened.digest)


def test_a_piece_that_cannot_be_represented_is_named(tmp_path, home):
    for seed in range(20):
        columns = piece(tune(seed, length=20))
        columns.about["meters"] = [[0, 11 if seed == 3 else 4, 4]]
        (tmp_path / f"{seed:02}.mid").write_bytes(to_score(columns).dumps_midi())
    drums = {"kind": "multitrack", "steps_per_beat": 4, "window_bars": 2, "low": 36, "high": 96}
    said = domain.open({"sets": [f"folder:{tmp_path}"], "representation": drums}).about()
    assert plain(said) == said
    left = [row["piece"].endswith("/03.mid") and bool(row["reason"]) for row in said["left_out"]]
    assert left == [True] or said["losses"]["other_meter"] > 0


def test_real_sets_say_where_they_are_from(tmp_path):
    with chorales(tmp_path / "a") as opened:
        [row], parts = opened.about()["sets"], opened.about()["parts"]
    assert (row["name"], row["pieces"]) == ("jsb-chorales", 382)
    assert "Boulanger-Lewandowski" in row["citation"]
    assert row["licence"].startswith("none stated")
    assert sum(part["pieces"] for part in parts.values()) == 382
    (tmp_path / "b").mkdir()
    with songs(tmp_path / "b", every=40) as opened:
        said = opened.about()
    assert plain(said) == said
    assert said["sets"][0]["pieces"] == 21
    assert said["losses"]["notes"] == said["sets"][0]["notes"]
    assert said["silent"] == []
    assert 1000 < said["sets"][0]["seconds"] < 21 * 600
