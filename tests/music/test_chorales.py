"""The whole way on real chorales: a part of them always, all of them when there is time."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music import domain
from modeloid.music.datasets import bach_chorales
from modeloid.music.datasets.music21_corpus import corpus_files

pytest.importorskip("music21")
pytest.importorskip("verovio")


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    def every_tenth(folder, suffix):
        files = corpus_files(folder, suffix)
        return files[::10] + [(name, path) for name, path in files if name == "bwv269"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELOID_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(bach_chorales, "corpus_files", every_tenth)
        return domain.open({"transpose": [-5, 6]})


def test_every_file_is_read(some):
    assert sum(len(some.pieces(part)) for part in ("train", "valid", "test")) == 42
    assert some.refused == ()


def test_it_looks_like_four_part_music(some):
    valid = some.batch("valid", np.arange(some.size("valid")), Rng(0))
    assert 3 < valid.sum(axis=2).mean() < 5
    # sixteenths: many frames are held over from the one before
    assert (valid[:, 1:] == valid[:, :-1]).all(axis=2).mean() > 0.4


def test_a_chorale_is_what_music21_reads(some):
    """BWV 269 as music21 10.5.1 parses it, repeats expanded, ties joined: notes a voice, and the soprano's first."""
    pieces = {
        name: piece
        for part in ("train", "valid", "test")
        for name, piece in zip(some.piece_names(part), some.pieces(part), strict=True)
    }
    columns = pieces["bach-chorales/bwv269"]
    assert [name for name, *_ in columns.about["tracks"]] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert np.bincount(columns.notes["track"]).tolist() == [62, 79, 81, 80]
    scales = {"onset": 120, "duration": 120, "pitch": 1}
    notes = [(columns.notes[name][:5] / scale).tolist() for name, scale in scales.items()]
    assert notes == [[0, 1, 3, 4, 5.5], [1, 2, 1, 1.5, 0.5], [67, 67, 74, 71, 69]]


@pytest.mark.long
def test_all_are_read_and_no_near_duplicate_leaks(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_HOME", str(tmp_path))
    chorales = domain.open({})
    assert sum(len(chorales.pieces(part)) for part in ("train", "valid", "test")) == 408
    assert chorales.refused == ()
    assert chorales.losses.notes == 123_766
    assert chorales.losses.out_of_range == 236
    assert chorales.padded == 0
    assert chorales.leakage()["near_duplicates"] == 0.0
    assert domain.open({"split": "random"}).leakage()["near_duplicates"] > 0.02
