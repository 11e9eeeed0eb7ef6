"""Every data set as it lies in the folder of real data: how many pieces, in which parts."""

from __future__ import annotations

import pytest

from modeloid.music.columns import Columns
from modeloid.music.datasets import DATA_SETS, data_set
from modeloid.music.datasets.asap import ASAP
from modeloid.music.datasets.entry import dealt

from ..shared_data import archive, folder

EXPECTED = {
    "jsb-chorales": ("jsb", 382, (229, 76, 77)),
    "poly-jsb": ("poly", 382, (229, 76, 77)),
    "poly-nottingham": ("poly", 1037, (694, 173, 170)),
    "poly-musedata": ("poly", 783, (524, 135, 124)),
    "poly-piano-midi": ("poly", 124, (87, 12, 25)),
    "nottingham": ("folk", 922, (0, 0, 0)),
    "pop909": ("pop909", 803, (0, 0, 0)),
    "asap": ("piano", 540, None),
    "asap-scores": ("piano", 235, None),
    "giantmidi": ("piano", 56, (0, 0, 0)),
    "vienna4x22": ("piano", 112, (0, 0, 0)),
    "batik-mozart": ("piano", 36, (0, 0, 0)),
    "groove": ("groove", 1150, (897, 124, 129)),
    "weimar": ("jazz", 395, (0, 0, 0)),
    "multi-free": ("multi", 208, None),
    "multi-nc": ("multi", 289, None),
}

# cells that sound, as the manifest of the archive has them
CELLS = {"poly-jsb": 53824 + 17811 + 18367, "poly-piano-midi": 231089 + 27623 + 56067}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_set_holds_what_its_publishers_say(name, home, monkeypatch):
    stem, count, sizes = EXPECTED[name]
    archive(stem)
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    with data_set(name).entries() as entries:
        parts = [entry.part for entry in entries]
        assert len({entry.name for entry in entries}) == len(entries) == count
        found = tuple(parts.count(part) for part in ("train", "valid", "test"))
        assert sum(found) == count if sizes is None else found == sizes
        if name in CELLS:
            pieces = [entry.source for entry in entries if isinstance(entry.source, Columns)]
            assert sum(int(piece.notes["duration"].sum()) for piece in pieces) // 480 == CELLS[name]


def test_no_piece_of_asap_is_in_two_parts_and_scores_follow(home, monkeypatch):
    archive("piano")
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    parts = {}
    for name in ("asap", "asap-scores"):
        with data_set(name).entries() as entries:
            for entry in entries:
                parts.setdefault(entry.name.rpartition("__")[0], set()).add(entry.part)
    assert len(parts) == 235
    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {"train", "valid", "test"}


@pytest.mark.long
def test_most_performances_of_asap_are_found_in_their_scores(home, monkeypatch):
    """All are aligned, which takes a minute: nine in ten play nine tenths of the score."""
    archive("piano")
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    with data_set("asap").entries() as entries:
        parts = {entry.name: entry.part for entry in entries}
    with data_set("asap-played").entries() as entries:
        assert len(entries) == 485
        assert all(parts[entry.name] == entry.part for entry in entries)


@pytest.mark.parametrize("folder", ["asap-dataset-master", "x/y"])
def test_all_layouts_of_asap_give_a_piece_the_same_part(tmp_path, folder):
    """Some pieces lie two folders deep and some three; what they all lie in says nothing."""
    pieces = {"Bach/Fugue/bwv_846": "Shi05M.mid", "Balakirev/Islamey": "Ashk01.mid", "Chopin/Barcarolle": "A1.mid"}
    deep = [tmp_path / folder / place / name for place, name in pieces.items()]
    flat = [
        tmp_path / "flat" / "asap_performance" / f"{place}/{name}".replace("/", "__") for place, name in pieces.items()
    ]
    for path in (*deep, *flat):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    expected = [dealt(place) for place in pieces]
    for files in (deep, flat):
        parts = ASAP().parts(tmp_path / ("flat" if files is flat else folder))
        assert [parts[path] for path in files] == expected
    (tmp_path / folder / "metadata.csv").touch()
    only = ASAP().parts(tmp_path / folder)
    assert [only[path] for path in deep] == expected


def test_the_sets_of_music21_are_where_it_says():
    pytest.importorskip("music21")
    counts = {"palestrina": 1318, "monteverdi": 49, "trecento": 102, "essen": 8514}
    for name, count in counts.items():
        with data_set(name).entries() as entries:
            assert len(entries) == count
            assert len({entry.name for entry in entries}) == count


def test_every_set_can_be_found_in_a_folder_of_data_or_on_this_machine():
    assert {"bach-chorales", "jsb-chorales", "maestro", "lakh", "pop909", "groove", "asap"} <= set(DATA_SETS)
    assert len(DATA_SETS) == 35
