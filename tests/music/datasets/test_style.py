"""Genres: pieces of other sets with one track and one split, in every layout that those sets come in."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from symusic import core

from modeloid.music.datasets import data_set
from modeloid.music.datasets.style import STYLES
from modeloid.music.errors import DataError

from ..shared_data import archive, folder

TASKS = {
    "style-piano-classical": ("piano", "piano", "classical"),
    "style-piano-pop": ("pop909", "piano", "pop"),
    "style-melody-pop": ("pop909", "melody", "pop"),
    "style-melody-jazz": ("jazz", "melody", "jazz"),
    "style-melody-folk": ("folk", "melody", "folk"),
    "style-jigs": ("folk", "folk_type", "jigs"),
    "style-reels": ("folk", "folk_type", "reels"),
    "style-waltzes": ("folk", "folk_type", "waltzes"),
}


def song(*tracks):
    """A file with the named tracks, each with one note of its own pitch; "" as the last letter is left silent."""
    made = core.ScoreTick(480)
    made.time_signatures.append(core.TimeSignatureTick(0, 6, 8))
    made.tempos.append(core.TempoTick(0, 90))
    for number, name in enumerate(tracks):
        track = core.TrackTick(name, 0, False)
        if not name.startswith("silent"):
            track.notes.append(core.NoteTick(0, 240, 60 + number, 80))
        made.tracks.append(track)
    return made.dumps_midi()


def packed(place, name, files):
    with zipfile.ZipFile(place / f"{name}.zip", "w") as written:
        for path, content in files.items():
            written.writestr(f"{name}/{path}", content)


@pytest.fixture
def place(tmp_path, home, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    return tmp_path


def found(name):
    """Piece -> its part and its score."""
    with data_set(name).entries() as entries:
        return {entry.name: (entry.part, core.ScoreTick(entry.source)) for entry in entries}


def pitches(score):
    return [note.pitch for track in score.tracks for note in track.notes]


def test_one_track_is_taken_and_meter_and_tempo_stay(place):
    packed(place, "jazz", {"wjazzd/A.mid": song("BASS", "SOLO"), "wjazzd/B.mid": song("BASS")})
    [(name, (_, score))] = found("style-melody-jazz").items()
    assert name == "A.mid"
    assert pitches(score) == [61]
    assert [(one.numerator, one.denominator) for one in score.time_signatures] == [(6, 8)]
    assert [one.qpm for one in score.tempos] == pytest.approx([90])
    assert pitches(next(iter(found("weimar").values()))[1]) == [60, 61], "the whole set has both"


def test_the_first_track_is_the_first_with_notes(place):
    packed(place, "folk", {"nottingham/jigs1.mid": song("silent", "tune", "chords")})
    [(_, score)] = found("style-jigs").values()
    assert pitches(score) == [61]


def test_kinds_of_tunes_go_by_their_names(place):
    names = ("jigs1", "jigs2", "reelsa-c1", "waltzes3", "xmas1")
    packed(place, "folk", {f"nottingham/{name}.mid": song("tune") for name in names})
    assert set(found("style-jigs")) == {"jigs1.mid", "jigs2.mid"}
    assert set(found("style-reels")) == {"reelsa-c1.mid"}
    assert set(found("style-waltzes")) == {"waltzes3.mid"}
    assert len(found("style-melody-folk")) == 5


def test_the_part_is_the_same_in_every_layout_and_genre(place):
    scores = {"001.mid": song("MELODY", "PIANO"), "002.mid": song("MELODY"), "010.mid": song("MELODY")}
    packed(place, "pop909", scores)
    here = {Path(name).stem: part for name, (part, _) in found("style-melody-pop").items()}
    assert here == {Path(name).stem: part for name, (part, _) in found("style-piano-pop").items()}
    (place / "pop909.zip").unlink()
    packed(place, "POP909-Dataset", {f"POP909/{name[:3]}/{name}": score for name, score in scores.items()})
    assert here == {Path(name).stem: part for name, (part, _) in found("style-melody-pop").items()}


def test_the_part_of_a_score_goes_by_its_piece_in_both_layouts(place):
    names = [*(f"Bach/Fugue/bwv_{number}" for number in range(846, 870)), "Haydn/Sonata/50"]
    flat = {f"asap_score/{name.replace('/', '__')}__midi_score.mid": song("right", "left") for name in names}
    packed(place, "piano", flat)
    here = [part for part, _ in found("style-piano-classical").values()]
    (place / "piano.zip").unlink()
    packed(place, "asap-dataset", {f"{name}/midi_score.mid": song("right", "left") for name in names})
    assert [part for part, _ in found("style-piano-classical").values()] == here
    assert len(set(here)) > 1


def test_a_broken_file_is_left_to_the_reader_that_refuses_it(place):
    packed(place, "jazz", {"wjazzd/A.mid": song("SOLO"), "wjazzd/B.mid": b"no music"})
    with data_set("style-melody-jazz").entries() as entries:
        assert [Path(str(entry.source)).read_bytes()[:8] == b"no music" for entry in entries] == [False, True]


def test_without_the_whole_set_there_is_none(place, monkeypatch):
    assert data_set("style-melody-jazz").stamp() == []
    with pytest.raises(DataError, match=r"jazzomat\.hfm-weimar\.de"), data_set("style-melody-jazz").entries():
        pass


def test_a_genre_has_the_terms_of_the_whole_set():
    for known in STYLES:
        assert known.licence is known.whole.licence


@pytest.mark.parametrize("name", TASKS)
def test_pieces_and_parts_are_those_of_the_published_index(name, home, monkeypatch):
    stem, pair, genre = TASKS[name]
    archive(stem)
    with zipfile.ZipFile(archive("style")) as index:
        rows = list(csv.DictReader(io.TextIOWrapper(index.open("style/index.csv"), "utf-8")))
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    with data_set(name).entries() as entries:
        parts = {Path(entry.name).stem: entry.part for entry in entries}
    assert parts == {
        Path(row["path"]).stem: row["split"] for row in rows if (row["pair"], row["genre"]) == (pair, genre)
    }
