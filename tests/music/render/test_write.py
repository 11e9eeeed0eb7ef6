from __future__ import annotations

import pytest

from modeloid.music.columns import to_score
from modeloid.music.errors import MusicError, NoSoundfont
from modeloid.music.render import soundfont as soundfonts
from modeloid.music.render.midi import recipe_of
from modeloid.music.render.write import WRITERS, write

from ..pieces import piece
from .fonts import sine_font

SONG = to_score(piece([(0, 1, 60), (1, 3, 64)]))
STARTS = {
    "mid": b"MThd",
    "wav": b"RIFF",
    "flac": b"fLaC",
    "ogg": b"OggS",
    "mp3": b"\xff\xfb",
    "musicxml": b"<?xml",
    "svg": b"<svg",
    "png": b"\x89PNG",
    "score.svg": b"<svg",
}


def test_every_format_is_written_to_its_suffix(tmp_path, monkeypatch):
    pytest.importorskip("verovio")
    pytest.importorskip("soundfile")
    monkeypatch.setenv(soundfonts.VARIABLE, str(sine_font(tmp_path / "sine.sf2")))
    paths = write(SONG, tmp_path / "out" / "bwv1.6", tuple(WRITERS), {"seed": 5})
    assert [path.name for path in paths] == [f"bwv1.6.{name}" for name in WRITERS]
    assert set(STARTS) == set(WRITERS)
    for path, name in zip(paths, WRITERS, strict=True):
        assert path.read_bytes().startswith(STARTS[name]), name
    assert recipe_of(paths[0]) == {"seed": 5}
    assert '{"seed": 5}' in paths[list(WRITERS).index("musicxml")].read_text()


def test_midi_is_written_where_nothing_is_named(tmp_path):
    [path] = write(SONG, tmp_path / "a")
    assert path.name == "a.mid"
    assert recipe_of(path) is None


@pytest.mark.parametrize(
    ("name", "near"), [("midi", "mid"), ("wave", "wav"), ("scoresvg", "score.svg"), ("xml", "musicxml")]
)
def test_an_unknown_format_names_the_nearest_and_writes_nothing(tmp_path, name, near):
    with pytest.raises(MusicError, match=f"unknown format '{name}'.*Did you mean '{near}'"):
        write(SONG, tmp_path / "x", ("mid", name))
    assert not list(tmp_path.iterdir())


def test_without_a_soundfont_what_was_named_before_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv(soundfonts.VARIABLE, str(tmp_path / "none.sf2"))
    with pytest.raises(NoSoundfont, match=r"none\.sf2"):
        write(SONG, tmp_path / "x", ("mid", "wav"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.mid"]
