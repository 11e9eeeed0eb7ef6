"""POP909's bars: as published beside the songs, guessed from chords, and left alone where neither is there."""

from __future__ import annotations

import json
import zipfile
from itertools import pairwise

import numpy as np
import pytest
from symusic import core

from modeloid.music.columns import from_score
from modeloid.music.datasets import data_set
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import representation
from modeloid.music.store.build import open_corpus

from ..shared_data import archive, folder

PHASE, QUARTERS, QUARTER_S = 130, 64, 0.75


def song(downbeats):
    """A song at 80 quarters a minute that says 1/4, its beats 130 ticks late; a loud note at each downbeat."""
    made = core.ScoreTick(480)
    made.tempos.append(core.TempoTick(0, 80))
    made.time_signatures.append(core.TimeSignatureTick(0, 1, 4))
    for name in ("MELODY", "BRIDGE", "PIANO"):
        track = core.TrackTick(name, 0, False)
        for beat in range(QUARTERS):
            track.notes.append(core.NoteTick(PHASE + 480 * beat, 240, 60, 120 if beat in downbeats else 60))
        made.tracks.append(track)
    return made.dumps_midi()


def seconds(beat):
    return (PHASE / 480 + beat) * QUARTER_S


def beats(downbeats, drift=0.0):
    rows = (f"{seconds(beat) + drift * beat} {beat % 2} {float(beat in downbeats)}" for beat in range(QUARTERS))
    return "\n".join(rows)


def published(place, songs):
    """The layout of the repository: POP909-Dataset-<commit>/POP909/001/{001.mid, beat_midi.txt, versions/...}."""
    with zipfile.ZipFile(place / "POP909-Dataset.zip", "w") as packed:
        for name, (midi, text) in songs.items():
            base = f"POP909-Dataset-d83e6ed/POP909/{name}"
            packed.writestr(f"{base}/{name}.mid", midi)
            packed.writestr(f"{base}/versions/{name}-v1.mid", midi)
            if text is not None:
                packed.writestr(f"{base}/beat_midi.txt", text)


@pytest.fixture
def place(tmp_path, home, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(tmp_path))
    return tmp_path


def scores():
    with data_set("pop909").entries() as entries:
        return {entry.name: core.ScoreTick(entry.source) for entry in entries}


def meters(score):
    return [(one.time, one.numerator, one.denominator) for one in score.time_signatures]


def loud(score):
    return [note.time for note in score.tracks[0].notes if note.velocity == 120]


@pytest.mark.parametrize("first", range(4))
def test_published_downbeats_lie_on_bar_lines(place, first):
    downbeats = range(first, QUARTERS, 4)
    published(place, {"001": (song(downbeats), beats(downbeats))})
    [(name, score)] = scores().items()
    assert name == "001.mid"
    assert meters(score) == [(0, 4, 4)]
    assert len(loud(score)) == len(downbeats)
    assert all(tick % 1920 == 0 for tick in loud(score))
    assert 0 < score.tracks[0].notes[0].time <= 1920
    assert next((one.time, one.mspq) for one in score.tempos) == (0, 750_000)


def test_a_short_bar_is_a_meter_of_its_own_and_can_be_cut_out(place):
    downbeats = sorted({*range(2, 31, 4), 32, *range(36, QUARTERS, 4)})
    published(place, {"001": (song(downbeats), beats(downbeats))})
    [score] = scores().values()
    assert [row[1:] for row in meters(score)] == [(4, 4), (2, 4), (4, 4)]
    array = representation({"kind": "multitrack", "other_meters": "cut", "tracks": "one"}).encode(score)
    first = np.rint(array[:, 0].max(axis=(1, 2)) * 127)
    # all bars but the first, which was before the song, begin with the note of a downbeat
    assert first.tolist() == [0, *[120] * (len(downbeats) - 1)]


def test_bars_of_three(place):
    downbeats = range(1, QUARTERS, 6)
    published(place, {"001": (song(downbeats), beats(downbeats))})
    [score] = scores().values()
    assert meters(score) == [(0, 3, 4)]
    assert all(tick % 1440 == 0 for tick in loud(score))


def test_what_is_not_annotated_or_does_not_fit_stays_as_it_is(place):
    downbeats = range(0, QUARTERS, 4)
    plain = song(downbeats)
    drifting, damaged = beats(downbeats, drift=0.01), "0.1 yes no\n"
    published(place, {"001": (plain, None), "002": (plain, drifting), "003": (plain, damaged), "004": (b"MThd", "")})
    with data_set("pop909").entries() as entries:
        assert [entry.source.read_bytes() for entry in entries] == [plain, plain, plain, b"MThd"]


def test_chords_say_where_bars_begin_in_a_copy_without_beats(place):
    (place / "pop909").mkdir()
    downbeats = range(3, QUARTERS, 4)
    (place / "pop909" / "001.mid").write_bytes(song(downbeats))
    edges = [0, *downbeats, QUARTERS]
    rows = [
        [f"{seconds(a):.6f}", f"{seconds(b):.6f}", "C:maj" if n % 2 else "G:maj"]
        for n, (a, b) in enumerate(pairwise(edges))
    ]
    (place / "pop909" / "annotations.json").write_text(json.dumps({"001": {"chord_midi": rows, "key_audio": []}}))
    [score] = scores().values()
    assert meters(score) == [(0, 4, 4)]
    assert len(loud(score)) == len(downbeats)
    assert all(tick % 1920 == 0 for tick in loud(score))
    (place / "pop909" / "annotations.json").write_text("[]")
    [score] = scores().values()
    assert meters(score) == [(0, 1, 4)]


def test_the_songs_at_hand_have_bars_and_keep_their_notes(home, monkeypatch):
    """803 songs whose chords are annotated: 161 could be had in 4/4 before, their bars where tick 0 happened to be."""
    archive("pop909")
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    kinds = {name: representation({"kind": "multitrack", "other_meters": name}) for name in ("refuse", "cut")}
    usable = dict.fromkeys(kinds, 0)
    with data_set("pop909").entries() as entries:
        for entry in entries[::8]:
            columns = from_score(core.ScoreTick(entry.source))
            for name, kind in kinds.items():
                try:
                    found = kind.segments(columns)
                except RepresentationError:
                    continue
                usable[name] += 1
                assert found.losses.other_meter < 0.5 * found.losses.notes
    assert len(entries[::8]) == 101
    assert usable["refuse"] >= 65
    assert usable["cut"] >= 95


def test_a_store_of_before_is_built_anew(place):
    downbeats = range(0, QUARTERS, 4)
    published(place, {"001": (song(downbeats), beats(downbeats))})
    known = data_set("pop909")
    assert known.stamp()[-1][0] == "bars"
    corpus = open_corpus(known)
    assert corpus.columns(0).about["meters"][0] == [0, 4, 4]
    assert not corpus.refused
