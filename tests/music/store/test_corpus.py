from __future__ import annotations

import json
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.columns import NOTE_COLUMNS, Columns, from_score, to_score
from modeloid.music.errors import DataError, MusicError
from modeloid.music.read.check import length_s
from modeloid.music.read.child import Refusal
from modeloid.music.store.cache import make
from modeloid.music.store.corpus import Corpus
from modeloid.music.store.growing import Growing
from modeloid.music.store.pack import Named, portion_of
from modeloid.music.store.seal import seal

from ..pieces import piece
from ..shared_data import midi

ABOUT = {"name": "x", "doc": "", "citation": "", "url": "", "licence": {"term": "permissive", "text": "MIT"}}


def stored(place: Path, pieces: list[Named], refused: list[Refusal] | None = None, size: int = 2) -> Corpus:
    """Pieces added `size` at a time, sealed and opened."""
    with Growing(place / "growing") as growing:
        for start in range(0, max(1, len(pieces)), size):
            growing.add(portion_of(pieces[start : start + size], [] if start else refused or []))
        make(place / "store", lambda fresh: seal(growing, fresh, ABOUT))
    return Corpus(place / "store")


def same(one: Columns, other: Columns) -> bool:
    notes = all(np.array_equal(one.notes[name], other.notes[name]) for name in NOTE_COLUMNS)
    kinds = all(other.notes[name].dtype == np.dtype(kind) for name, kind in NOTE_COLUMNS.items())
    beside = one.beside.keys() == other.beside.keys()
    rows = all(np.array_equal(rows, other.beside[name]) for name, rows in one.beside.items())
    return notes and kinds and beside and rows and one.about == other.about


tick = st.integers(0, 2**31 - 1)
byte = st.integers(0, 127)
word = st.text(max_size=8)


@st.composite
def columns(draw):
    tracks = draw(st.lists(st.tuples(word, byte, st.booleans()), max_size=4))
    rows = draw(st.lists(st.tuples(tick, tick, byte, byte, st.integers(0, 3)), max_size=6)) if tracks else []
    notes = {
        name: np.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(NOTE_COLUMNS.items())
    }
    beside = {
        "controls": draw(st.lists(st.tuples(byte, tick, byte, byte), max_size=3)),
        "pedals": draw(st.lists(st.tuples(byte, tick, tick), max_size=3)),
        "bends": draw(st.lists(st.tuples(byte, tick, st.integers(-8192, 8191)), max_size=3)),
    }
    about = {
        "tpq": draw(st.integers(1, 32767)),
        "tracks": [list(track) for track in tracks],
        "tempos": [list(row) for row in draw(st.lists(st.tuples(tick, st.integers(1, 2**24 - 1)), max_size=3))],
        "meters": [list(row) for row in draw(st.lists(st.tuples(tick, byte, byte), max_size=3))],
        "keys": [
            list(row) for row in draw(st.lists(st.tuples(tick, st.integers(-7, 7), st.integers(0, 1)), max_size=3))
        ],
        "reader": draw(word),
        "messages": draw(st.lists(word, max_size=2)),
    }
    lyrics = [list(row) for row in draw(st.lists(st.tuples(byte, tick, word), max_size=3))]
    markers = [list(row) for row in draw(st.lists(st.tuples(tick, word), max_size=3))]
    about |= {name: rows for name, rows in (("lyrics", lyrics), ("markers", markers)) if rows}
    return Columns(notes, about, {name: np.array(rows, np.int32) for name, rows in beside.items() if rows})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), columns(), st.sampled_from(["", "train", "valid", "test"])), max_size=5))
def test_what_comes_out_is_what_went_in(tmp_path_factory, pieces):
    corpus = stored(tmp_path_factory.mktemp("store"), [Named(*one) for one in pieces])
    assert len(corpus) == len(pieces)
    assert list(corpus.names) == [name for name, _, _ in pieces]
    assert list(corpus.parts) == [part for _, _, part in pieces]
    for index, (_, one, _) in enumerate(pieces):
        assert same(one, corpus.columns(index))
        assert corpus.seconds[index] == pytest.approx(length_s(one), rel=1e-12)
    assert corpus.header["notes"] == sum(len(one) for _, one, _ in pieces)


def test_names_that_are_no_text_are_kept(tmp_path):
    name = b"caf\xe9.mid".decode("utf-8", "surrogateescape")
    assert list(stored(tmp_path, [Named(name, piece([(0, 1, 60)]))]).names) == [name]


def test_rows_are_sequences(tmp_path):
    corpus = stored(tmp_path, [Named(str(number), piece([(0, 1, 60 + number)])) for number in range(5)])
    assert corpus.names[-1] == "4"
    assert corpus.names[1:3] == ["1", "2"]
    assert corpus.columns(-1).notes["pitch"].tolist() == [64]
    assert [about["tpq"] for about in corpus.about] == [480] * 5
    with pytest.raises(IndexError):
        corpus.names[5]
    with pytest.raises(IndexError):
        corpus.columns(5)


def test_a_store_cannot_be_changed_by_accident(tmp_path):
    corpus = stored(tmp_path, [Named("a", piece([(0, 1, 60)]))])
    with pytest.raises(ValueError, match="read-only"):
        corpus.columns(0).notes["pitch"][0] = 61


def test_refusals_are_kept_and_empty_stores_open(tmp_path):
    corpus = stored(tmp_path, [], [Refusal("bad.mid", "is broken")])
    assert len(corpus) == 0
    assert corpus.refused == (Refusal("bad.mid", "is broken"),)
    assert corpus.header["refused"] == 1


def test_the_digest_names_the_music_and_its_names_but_not_the_path(tmp_path):
    def digest(place, name="a", part="", **about):
        one = piece([(0, 1, 60)])
        return stored(tmp_path / place, [Named(name, Columns(one.notes, one.about | about), part)]).digest

    first = digest("0", reader="symusic 0.5.9")
    assert first == digest("1", reader="symusic 0.5.8", messages=["odd"])
    assert first != digest("2", name="b")
    assert first != digest("3", part="train")
    assert first != digest("4", tempos=[[0, 400_000]])


def test_the_files_do_not_depend_on_how_many_are_added_at_once(tmp_path):
    pieces = [Named(str(number), piece([(beat, 1, 60 + number) for beat in range(number)])) for number in range(7)]
    found = []
    for size in (1, 3, 7):
        corpus = stored(tmp_path / str(size), pieces, size=size)
        found.append({path.name: path.read_bytes() for path in corpus.directory.iterdir()})
    assert found[0] == found[1] == found[2]


def test_opening_reads_no_piece_and_makes_no_objects(tmp_path):
    pieces = [Named(f"{number}", piece([(0, 1, 60)])) for number in range(2000)]
    directory = stored(tmp_path, pieces, size=1000).directory
    tracemalloc.start()
    corpus = Corpus(directory)
    assert len(corpus.notes["pitch"]) == 2000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_a_corpus_crosses_process_borders_as_its_place(tmp_path):
    corpus = stored(tmp_path, [Named("a", piece([(0, 1, 60)]))])
    body = pickle.dumps(corpus)
    assert len(body) < 500
    assert pickle.loads(body).digest == corpus.digest


def test_no_store_another_version_and_a_lost_column_are_one_line(tmp_path):
    with pytest.raises(DataError, match="no store here"):
        Corpus(tmp_path)
    corpus = stored(tmp_path, [Named("a", piece([(0, 1, 60)]))])
    (corpus.directory / "notes.pitch.npy").unlink()
    with pytest.raises(MusicError, match=r"cannot be opened.*Build"):
        Corpus(corpus.directory).columns(0)
    header = corpus.header | {"schema": 99}
    (corpus.directory / "header.json").write_text(json.dumps(header))
    with pytest.raises(DataError, match="version 99"):
        Corpus(corpus.directory)


SETS = ["pop909", "groove", "jazz", "multi", "folk", "piano"]


def outline(score):
    """All that symusic keeps, notes in one order; meters, keys and tempi that are said twice, once."""

    def once(rows):
        return list(dict.fromkeys(list(rows)[::-1]))[::-1]

    tracks = [
        (
            track.name,
            track.program,
            track.is_drum,
            sorted((note.time, note.pitch, note.duration, note.velocity) for note in track.notes),
            [(one.time, one.number, one.value) for one in track.controls],
            [(one.time, one.duration) for one in track.pedals],
            [(one.time, one.value) for one in track.pitch_bends],
            [(one.time, one.text) for one in track.lyrics],
        )
        for track in score.tracks
    ]
    tempos = once((one.time, one.mspq) for one in score.tempos)
    meters = once((one.time, one.numerator, one.denominator) for one in score.time_signatures)
    keys = once((one.time, one.key, one.tonality) for one in score.key_signatures)
    return score.tpq, tracks, tempos, meters, keys, [(one.time, one.text) for one in score.markers]


@pytest.mark.parametrize("name", SETS)
def test_real_pieces_come_back_tick_for_tick(tmp_path, name):
    from symusic.core import ScoreTick

    scores = [ScoreTick.from_midi(content) for content in midi(name, every=37)]
    corpus = stored(tmp_path, [Named(str(number), from_score(score)) for number, score in enumerate(scores)], size=5)
    assert len(corpus) > 5
    for index, score in enumerate(scores):
        assert outline(corpus.piece(index)) == outline(score)


def test_the_comparison_sees_a_single_tick():
    one, other = (to_score(piece([(0, 1, 60)])) for _ in range(2))
    assert outline(one) == outline(other)
    other.tracks[0].notes[0].duration += 1
    assert outline(one) != outline(other)
