import csv
import wave
from pathlib import Path
from xml.etree import ElementTree

import pytest
from symusic.core import ScoreTick

from modeloid.music.errors import MusicError
from modeloid.music.render.soundfont import soundfont
from modeloid.report import story as stories
from modeloid.report.errors import MissingExtraError, ReportError
from modeloid.report.formats import pieces as tested
from modeloid.report.formats.pieces import COLUMNS, Flac, Midi, Mp3, MusicXml, Ogg, Wav
from report import records


def have_soundfont():
    try:
        return soundfont()
    except MusicError:
        return None


sounding = pytest.mark.skipif(have_soundfont() is None, reason="no soundfont is installed")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return records.tell(tmp_path_factory.mktemp("made") / "singer", samples=2, pieces=2)


def test_midi_is_the_record_of_all_turns(story, tmp_path):
    *files, index = Midi().write([story], tmp_path)
    assert index == tmp_path / "pieces-mid" / "index.csv"
    assert [path.read_bytes() for path in files] == [piece.files["mid"].read_bytes() for piece in story.pieces]
    found = rows(index)
    assert tuple(found[0]) == COLUMNS
    assert [(row["turn"], row["piece"]) for row in found] == [
        ("test" if piece.step is None else str(piece.step), str(piece.number)) for piece in story.pieces
    ]
    assert [index.parent / row["file"] for row in found] == files
    assert found[0]["modeloid"] == "singer"
    assert (found[0]["seed"], found[0]["address"], found[0]["wishes"]) == ("0", '["sample", 0]', '{"temperature": 0.9}')


def test_scores_hold_the_notes(story, tmp_path):
    *files, _ = MusicXml().write([story], tmp_path)
    assert len(files) == len(story.pieces)
    for path, piece in zip(files, story.pieces, strict=True):
        notes = ElementTree.fromstring(path.read_bytes()).iter("note")
        begun = [note for note in notes if note.find("pitch") is not None and note.find("tie[@type='stop']") is None]
        assert len(begun) == ScoreTick.from_midi(piece.files["mid"].read_bytes()).note_num()


@sounding
def test_sound_is_of_the_newest_turn_and_the_test(story, tmp_path):
    *files, index = Wav().write([story], tmp_path)
    newest = max(story.record.samples)
    assert {row["turn"] for row in rows(index)} == {str(newest), "test"}
    for path in files:
        with wave.open(str(path)) as sound:
            assert sound.getframerate() == 44_100
            assert 8 < sound.getnframes() / 44_100 < 11
            assert any(sound.readframes(44_100))


@sounding
def test_all_turns_are_had_by_asking(story, tmp_path):
    assert len(Wav(every=True).write([story], tmp_path)) == len(story.pieces) + 1
    assert len(Midi(every=False).write([story], tmp_path)) == 4 + 1


@sounding
@pytest.mark.parametrize(("made", "head"), [(Flac, b"fLaC"), (Ogg, b"OggS"), (Mp3, b"")])
def test_compressed_sound_is_read_by_its_own_reader(made, head, story, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    *files, _ = made().write([story], tmp_path)
    assert len(files) == 4
    for path in files:
        assert path.suffix == f".{made.suffix}"
        assert path.read_bytes().startswith(head)
        samples, rate_hz = soundfile.read(path)
        assert rate_hz == 44_100
        assert abs(samples).max() > 0.1


def test_twice_is_the_same(story, tmp_path):
    other = records.tell(tmp_path / "Singer", samples=1, pieces=1, seed=1)
    kinds = [Midi, MusicXml, *([Wav] if have_soundfont() else [])]

    def made():
        return {path: path.read_bytes() for kind in kinds for path in kind().write([story, other], tmp_path)}

    first = made()
    assert made() == first
    assert {path.parent.parent.name for path in first if path.suffix == ".mid"} == {"singer", "Singer-2"}


def test_what_is_no_music_is_copied_with_a_note(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    story = records.tell(tmp_path / "digits", music=False, samples=1, pieces=1, compared=False)
    *files, index = Wav().write([story], tmp_path)
    assert [path.name for path in files] == ["00.txt", "00.txt"]
    assert {row["note"] for row in rows(index)} == {"not music: copied as it is"}


def test_without_a_soundfont_it_says_what_to_do(story, tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    with pytest.raises(ReportError, match=r"format wav: .*soundfont"):
        Wav().write([story], tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert Midi().write([story], tmp_path)


def test_without_its_extra_it_says_what_to_install(story, tmp_path, monkeypatch):
    monkeypatch.setattr(tested.formats, "missing", lambda found: list(found.needs))
    with pytest.raises(MissingExtraError, match=r"soundfile is not installed.*modeloid\[audio\]"):
        Ogg().write([story], tmp_path)


def test_a_damaged_piece_is_a_note(tmp_path):
    directory = records.make(tmp_path / "hurt", samples=1, pieces=2)
    next((directory / "record" / "samples").glob("step-*/00.mid")).write_bytes(b"no music")
    *files, index = MusicXml().write([records.tell(directory)], tmp_path)
    assert len(files) == 3
    found = rows(index)
    assert found[0]["file"] == ""
    assert "cannot be read as MIDI" in found[0]["note"]
    assert [row["note"] for row in found[1:]] == ["", "", ""]
    assert str(tmp_path) not in index.read_text()


def test_an_empty_record_gives_an_empty_index(tmp_path):
    (tmp_path / "empty").mkdir()
    (index,) = Wav().write([stories.tell(tmp_path / "empty", {})], tmp_path)
    assert rows(index) == []


def test_a_label_is_no_formula(story, tmp_path):
    wild = stories.Story(story.directory, story.card, story.record, "=1+1")
    *_, index = Midi().write([wild], tmp_path)
    assert {row["modeloid"] for row in rows(index)} == {"'=1+1"}
    assert {row["file"].partition("/")[0] for row in rows(index)} == {"1+1"}


def test_a_label_cannot_leave_the_folder(story, tmp_path):
    wild = stories.Story(story.directory, story.card, story.record, "../../out")
    for path in Midi().write([wild], tmp_path):
        assert tmp_path / "pieces-mid" in Path(path).resolve().parents
