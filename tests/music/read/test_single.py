"""One piece that a user names: a path, or the score itself."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("symusic")

from modeloid.music.errors import ReadError
from modeloid.music.read.single import read_piece


def _score():
    import symusic

    score = symusic.Score(480)
    track = symusic.Track()
    track.notes.append(symusic.Note(0, 480, 60, 90))
    score.tracks.append(track)
    return score


@pytest.mark.parametrize("kind", [Path, str])
def test_a_path_is_read(tmp_path: Path, kind: type) -> None:
    _score().dump_midi(tmp_path / "one.mid")
    read = read_piece(kind(tmp_path / "one.mid"))
    assert [(note.pitch, note.velocity) for note in read.tracks[0].notes] == [(60, 90)]


def test_a_score_is_what_it_is() -> None:
    score = _score()
    assert read_piece(score) is score


def test_what_is_no_file_or_no_music_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_piece(tmp_path / "absent.mid")
    (tmp_path / "text.mid").write_text("not music")
    with pytest.raises(ReadError, match="cannot be read"):
        read_piece(tmp_path / "text.mid")


@pytest.mark.parametrize("given", [5, None, [1, 2], {"a": 1}])
def test_what_is_neither_score_nor_path_is_told(given: object) -> None:
    with pytest.raises(ReadError, match="is neither a path nor a piece"):
        read_piece(given)
