from __future__ import annotations

import sys

import numpy as np
import pytest

from modeloid.music.columns import Columns
from modeloid.music.errors import MusicError
from modeloid.music.store import parquet
from modeloid.music.store.pack import Named
from modeloid.music.store.schema import TABLES

from ..pieces import piece
from .test_corpus import stored


def corpus(tmp_path):
    one = piece([(0, 1, 60), (1, 1, 62)])
    rich = Columns(
        one.notes,
        one.about | {"lyrics": [[0, 480, "là"]], "reader": "x"},
        {"controls": np.array([[0, 5, 64, 127]], np.int32)},
    )
    names = ["a", b"caf\xe9".decode("utf-8", "surrogateescape"), "c"]
    pieces = [Named(names[0], rich, "train"), Named(names[1], piece([])), Named(names[2], one, "test")]
    return stored(tmp_path, pieces)


def test_a_corpus_is_exported_whole(tmp_path, monkeypatch):
    reader = pytest.importorskip("pyarrow.parquet", reason="pyarrow, which writes Parquet, is not installed")
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 1)
    opened = corpus(tmp_path)
    paths = parquet.export_parquet(opened, tmp_path / "out")
    assert [path.name for path in paths] == ["pieces.parquet", *(f"{table}.parquet" for table in TABLES)]
    tables = {path.stem: reader.read_table(path).to_pydict() for path in paths}
    assert tables["pieces"]["name"] == ["a", "caf?", "c"]
    assert tables["pieces"]["part"] == ["train", "", "test"]
    assert tables["notes"]["piece"] == [0, 0, 2, 2]
    assert tables["notes"]["pitch"] == [60, 62, 60, 62]
    assert tables["lyrics"] == {"piece": [0], "track": [0], "tick": [480], "text": ["là"]}
    assert tables["controls"]["value"] == [127]
    assert tables["bends"] == {"piece": [], "track": [], "tick": [], "value": []}


def test_without_pyarrow_the_extra_is_named_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MusicError, match=r"pyarrow.*pip install 'modeloid\[parquet\]'"):
        parquet.export_parquet(corpus(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()
