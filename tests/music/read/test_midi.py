from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.errors import ReadError
from modeloid.music.read.check import check, length_s
from modeloid.music.read.formats import read_unguarded
from modeloid.music.read.guarded import read_files
from modeloid.music.read.limits import Limits

from ..pieces import piece

SCALE = piece([(beat, 1, 60 + beat) for beat in range(4)])


def midi(path, columns=SCALE):
    path.write_bytes(to_score(columns).dumps_midi())
    return path


def test_a_piece_survives_the_file_tick_for_tick(tmp_path):
    repeated = piece([(0, 1, 60), (1, 1, 60), (2, 0.5, 64)], tpq=96)
    [back] = read_files([midi(tmp_path / "A b.MID", repeated)], workers=1)
    assert all(np.array_equal(back.notes[name], repeated.notes[name]) for name in repeated.notes)
    assert {key: back.about[key] for key in ("tpq", "tempos", "meters")} == {
        key: repeated.about[key] for key in ("tpq", "tempos", "meters")
    }
    assert back.about["repeats"] == "as in the file"


def test_columns_are_what_the_score_holds():
    back = from_score(to_score(SCALE))
    assert back.about == SCALE.about
    assert all(np.array_equal(back.notes[name], SCALE.notes[name]) for name in SCALE.notes)


@pytest.mark.parametrize("content", [b"", b"MThd", b"RIFF....", b"\x00" * 500])
def test_what_is_no_midi_is_refused(tmp_path, content):
    (tmp_path / "x.mid").write_bytes(content)
    bad, good = read_files([tmp_path / "x.mid", midi(tmp_path / "y.mid")], workers=1)
    assert "not MIDI" in bad.reason
    assert isinstance(good, Columns)


def test_a_file_without_a_reader_is_refused(tmp_path):
    (tmp_path / "x.doc").write_bytes(b"neither notes nor tunes")
    (tmp_path / "x.doc").write_text("nothing")
    with pytest.raises(ReadError, match=r"no reader takes '\.doc'"):
        read_unguarded(tmp_path / "x.doc", Limits())


def test_a_file_too_large_is_refused(tmp_path):
    with pytest.raises(ReadError, match="larger than 0 MiB"):
        read_unguarded(midi(tmp_path / "x.mid"), Limits(file_mib=0))


BROKEN = {
    "no notes": piece([]),
    "less than one tick": replace(SCALE, notes=SCALE.notes | {"duration": np.zeros(4, "<i4")}),
    "starts before 0": replace(SCALE, notes=SCALE.notes | {"onset": np.full(4, -1, "<i4")}),
    "above 127": replace(SCALE, notes=SCALE.notes | {"pitch": np.full(4, 200, "u1")}),
    "ticks a quarter": replace(SCALE, about=SCALE.about | {"tpq": 0}),
    "tempo": replace(SCALE, about=SCALE.about | {"tempos": [[0, 0]]}),
    "meter": replace(SCALE, about=SCALE.about | {"meters": [[0, 0, 4]]}),
    "hours": replace(SCALE, about=SCALE.about | {"tempos": [[0, 2**36]]}),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_what_is_no_music_is_refused(reason):
    with pytest.raises(ReadError, match=reason):
        check(BROKEN[reason], "here.mid", Limits())


def test_music_passes_and_too_many_notes_do_not():
    check(SCALE, "here.mid", Limits())
    with pytest.raises(ReadError, match="4 notes, more than 3"):
        check(SCALE, "here.mid", Limits(notes=3))


def test_length_follows_every_tempo():
    two = replace(SCALE, about=SCALE.about | {"tempos": [[960, 1_000_000], [0, 250_000]]})
    assert length_s(two) == pytest.approx(2 * 0.25 + 2 * 1.0)
    assert length_s(replace(SCALE, about=SCALE.about | {"tempos": []})) == pytest.approx(2.0)
