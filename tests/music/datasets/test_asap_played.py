"""Scores as they are played: by the published layout or a flat one, in the parts of asap, wrong pairs left out."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from modeloid.music.columns import NOTE_COLUMNS, Columns, to_score
from modeloid.music.datasets import data_set
from modeloid.music.datasets.entry import dealt
from modeloid.music.read.refusal import Refusal
from modeloid.music.store.build import open_corpus
from modeloid.music.store.report import verdicts

from ..shared_data import archive


def midi(pitches, velocity, step):
    raw = {"onset": step * np.arange(len(pitches)), "duration": np.full(len(pitches), step), "pitch": pitches}
    raw |= {"velocity": velocity, "track": np.zeros(len(pitches))}
    about = {"tpq": 480, "tracks": [["", 0, False]], "tempos": [], "meters": [[0, 3, 4]], "keys": []}
    columns = Columns({name: np.asarray(raw[name]).astype(kind) for name, kind in NOTE_COLUMNS.items()}, about)
    return to_score(columns).dumps_midi()


DRAW = np.random.default_rng(0)
FUGUE, PAVANE = DRAW.integers(40, 80, (2, 90))
LOUD = DRAW.integers(30, 100, 90)
FILES = {
    "Bach/Fugue/bwv_846/midi_score.mid": midi(FUGUE, np.full(90, 80), 480),
    "Bach/Fugue/bwv_846/Shi05M.mid": midi(FUGUE, LOUD, 611),
    "Bach/Fugue/bwv_846/Wrong01.mid": midi(PAVANE, LOUD, 611),
    "Ravel/Pavane/midi_score.mid": midi(PAVANE, np.full(90, 80), 240),
    "Ravel/Pavane/Chen01.mid": midi(PAVANE, LOUD[::-1], 301),
    "Ravel/Pavane/Broken02.mid": b"MThd",
    "Ravel/Jeux/Lost03.mid": midi(PAVANE, LOUD, 301),
    "Ravel/Bolero/midi_score.mid": b"MThd",
    "Ravel/Bolero/Old04.mid": midi(PAVANE, LOUD, 301),
}


def flat(name):
    folder = "asap_score" if name.endswith("midi_score.mid") else "asap_performance"
    return f"{folder}/{name.replace('/', '__')}"


@pytest.fixture(params=["published", "flat"])
def place(request, tmp_path, home, monkeypatch):
    with zipfile.ZipFile(tmp_path / "asap-dataset.zip", "w") as packed:
        for name, content in FILES.items():
            packed.writestr(f"asap/{flat(name) if request.param == 'flat' else name}", content)
        if request.param == "published":
            packed.writestr("asap/metadata.csv", "folder\n")
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    return request.param


def test_a_score_has_the_velocities_of_each_who_plays_it(place):
    with data_set("asap-played").entries() as entries:
        found = {entry.name.replace("__", "/").rpartition("/")[2]: entry for entry in entries}
    refused = {name: entry.source.reason for name, entry in found.items() if isinstance(entry.source, Refusal)}
    assert set(found) - set(refused) == {"Shi05M.mid", "Chen01.mid"}
    assert set(refused) == {"Wrong01.mid", "Broken02.mid", "Lost03.mid", "Old04.mid"}
    assert "of its score, fewer than 90" in refused["Wrong01.mid"]
    assert refused["Broken02.mid"] == "symusic cannot read it"
    assert refused["Lost03.mid"] == "There is no score of it"
    assert refused["Old04.mid"] == "symusic cannot read its score"
    for name, pitches, loud, step, piece in (
        ("Shi05M.mid", FUGUE, LOUD, 480, "Bach/Fugue/bwv_846"),
        ("Chen01.mid", PAVANE, LOUD[::-1], 240, "Ravel/Pavane"),
    ):
        piece_, entry = found[name].source, found[name]
        assert entry.part == dealt(piece)
        assert piece_.notes["velocity"].tolist() == loud.tolist()
        assert piece_.notes["pitch"].tolist() == pitches.tolist()
        assert piece_.notes["onset"].tolist() == (step * np.arange(90)).tolist()
        assert piece_.about["meters"] == [[0, 3, 4]] and piece_.about["unplayed"] == []


def test_it_is_built_once_and_what_was_not_played_is_known_from_the_store(place):
    corpus = open_corpus(data_set("asap-played"))
    assert len(corpus) == 2 and [corpus.columns(index).about["unplayed"] for index in range(2)] == [[], []]
    listed = {file.path.replace("__", "/").rpartition("/")[2] for file in corpus.refused}
    assert listed == {"Wrong01.mid", "Broken02.mid", "Lost03.mid", "Old04.mid"}
    assert corpus.header["refused"] == 4 and all(file.reason for file in corpus.refused)
    rows = {row["path"].replace("__", "/").rpartition("/")[2]: row["verdict"] for row in verdicts(corpus)}
    assert rows["Wrong01.mid"] == "refused" and rows["Shi05M.mid"] == "read"
    again = open_corpus(data_set("asap-played"))
    assert again.columns(0).notes["velocity"].tolist() == corpus.columns(0).notes["velocity"].tolist()


def test_real_performances_are_found_in_their_scores(tmp_path, home, monkeypatch):
    chosen = ("Bach__Fugue__bwv_846__", "Bach__Prelude__bwv_865__")
    with zipfile.ZipFile(archive("piano")) as packed, zipfile.ZipFile(tmp_path / "asap.zip", "w") as few:
        names = [name for name in packed.namelist() if name.rpartition("/")[2].startswith(chosen)]
        for name in names:
            few.writestr(name, packed.read(name))
        # another piece under the name of a performance is refused
        other = next(name for name in names if chosen[1] in name and "performance" in name)
        few.writestr(f"piano/asap_performance/{chosen[0]}Wrong.mid", packed.read(other))
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    with data_set("asap-played").entries() as entries:
        every = {entry.name.rpartition("/")[2]: entry.source for entry in entries}
    found = {name: source for name, source in every.items() if not isinstance(source, Refusal)}
    assert set(every) - set(found) == {f"{chosen[0]}Wrong.mid"}
    expected = {name.rpartition("/")[2] for name in names if "asap_performance" in name}
    assert set(found) == expected and len(expected) > 1
    for columns in found.values():
        assert len(columns.about["unplayed"]) < 0.1 * len(columns)
        assert len(set(columns.notes["velocity"].tolist())) > 20
