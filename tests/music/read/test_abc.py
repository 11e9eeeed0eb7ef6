from __future__ import annotations

import subprocess

import pytest

from modeloid.music.columns import Columns
from modeloid.music.errors import ReadError
from modeloid.music.read.abc import abc, written
from modeloid.music.read.guarded import read_files
from modeloid.music.read.limits import Limits

HEAD = "X:1\nT:Tune\nR:hornpipe\nM:4/4\nL:1/8\nK:{key}\n"


def tune(tmp_path, body, key="C", head=HEAD, name="t.abc"):
    path = tmp_path / name
    path.write_bytes((head.format(key=key) + body + "\n").encode())
    (answer,) = read_files([path], workers=1)
    return answer


def notes(answer):
    assert isinstance(answer, Columns), answer
    per_eighth = answer.about["tpq"] // 2
    names = ("onset", "duration", "pitch")
    onset, duration, pitch = (answer.notes[name].tolist() for name in names)
    rows = zip(onset, duration, pitch, strict=True)
    return [(round(start / per_eighth, 3), round(length / per_eighth, 3), tone) for start, length, tone in rows]


def test_notes_stand_where_they_are_written_not_where_they_are_played(tmp_path):
    plain = notes(tune(tmp_path, "C2 D/E/ F>G (3ABc | [CEG]4 z4 |"))
    triplet = [(5, 0.667, 69), (5.667, 0.667, 71), (6.333, 0.667, 72)]
    before = [(0, 2, 60), (2, 0.5, 62), (2.5, 0.5, 64), (3, 1.5, 65), (4.5, 0.5, 67)]
    assert plain == [*before, *triplet, (7, 4, 60), (7, 4, 64), (7, 4, 67)]
    decked = tune(tmp_path, '"Am"C2 ~D/"_x"E/ {g}F>TG (3A!trill!Bc | H[CEG]4 z4 |', name="d.abc")
    assert notes(decked) == plain
    assert len(set(decked.notes["velocity"].tolist())) == 1
    assert len(decked.about["tracks"]) == 1


def test_accidentals_last_for_the_bar_and_repeats_are_written_out(tmp_path):
    assert [pitch for _, _, pitch in notes(tune(tmp_path, "_B B ^c c | B c |"))] == [70, 70, 73, 73, 71, 72]
    played = tune(tmp_path, "C2 :| D2 E2 :|: F2 |1 G2 :|2 A2 |]", name="r.abc")
    assert [pitch for _, _, pitch in notes(played)] == [60, 60, 62, 64, 62, 64, 65, 67, 65, 69]
    assert played.about["repeats"] == "written out"
    assert "abc2midi" in played.about["reader"]


def test_a_start_that_a_first_ending_implies_is_written():
    assert written("K:C\nA :| B |1 c :|2 d |]").endswith("A :| |: B |1 c :|2 d |]")
    assert written("K:C\n|: B |1 c :|2 d |]").endswith("|: B |1 c :|2 d |]")


def test_a_tie_to_another_note_is_a_slur(tmp_path):
    assert notes(tune(tmp_path, "C2-C2 D2-E2 | F8-|F8 |")) == [(0, 4, 60), (4, 2, 62), (6, 2, 64), (8, 16, 65)]


def test_what_abc2midi_prints_an_error_about_is_refused_with_the_line(tmp_path):
    answer = tune(tmp_path, "C2 D2 |\nE2 ;=20 F2 |")
    assert "printed an error" in answer.reason
    assert "8-" in answer.reason


UNREADABLE = "X:1\nT:no key line that abc2midi takes\nM:4/4\nL:1/8\n\nK:C\nCDEF|\n"


def test_where_abc2midi_writes_no_file_the_reason_says_so_without_paths(tmp_path):
    path = tmp_path / "t.abc"
    path.write_text(UNREADABLE)
    first, second = (read_files([path], workers=1)[0].reason for _ in range(2))
    assert first.startswith("abc2midi wrote no file.")
    assert first == second
    assert "modeloid-" not in first
    assert "/" not in first
    path.write_text(UNREADABLE.replace("\n\n", "\n"))
    assert isinstance(read_files([path], workers=1)[0], Columns)


def test_an_abc2midi_that_cannot_be_run_is_said_without_paths(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", absent)
    with pytest.raises(ReadError, match=r"t\.abc: abc2midi cannot be run on it \(No such file or directory\)\.$"):
        abc(b"X:1\nK:C\nC\n", tmp_path / "t.abc", Limits())


def absent(command, **_):
    raise FileNotFoundError(2, "No such file or directory", str(command[1]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("X:1\nK:C\nC\n\nX:2\nK:C\nD\n", "2 tunes"),
        ("K:C\nC\n", "0 tunes"),
        ("X:1\nT:x\n", "no key"),
        ("X:1\nK:C\n", "no notes"),
    ],
)
def test_what_is_no_single_tune_is_refused(tmp_path, text, reason):
    path = tmp_path / "t.abc"
    path.write_text(text)
    assert reason in read_files([path], workers=1)[0].reason
