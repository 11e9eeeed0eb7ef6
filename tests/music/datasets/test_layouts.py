"""The sets that are fetched, as small archives of the published layout: the same folders, tables and names."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile

import pytest

from modeloid.music.columns import to_score
from modeloid.music.datasets import DATA_SETS, data_set
from modeloid.music.datasets.archived import Archived
from modeloid.music.datasets.entry import dealt
from modeloid.music.datasets.style import Style
from modeloid.music.errors import DataError

from ..pieces import piece

SONG = to_score(piece([(0, 1, 60)])).dumps_midi()

MAESTRO = """canonical_composer,canonical_title,split,year,midi_filename,audio_filename,duration
Alban Berg,Sonata Op. 1,train,2018,2018/MIDI-A_06_Track06_wav.midi,2018/MIDI-A_06_Track06_wav.wav,698.66
Alban Berg,"Sonata, Op. 1",test,2008,2008/MIDI-B_R2_2008_wav--3.midi,2008/MIDI-B_R2_2008_wav--3.wav,759.5
Béla Bartók,"Out of ""Doors"", Sz. 81",validation,2017,2017/MIDI-C.midi,2017/MIDI-C.wav,10.0
"""
GROOVE = """drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split
drummer1,drummer1/eval_session,d1/e/1,funk,138,beat,4-4,drummer1/eval_session/1_funk_138_beat_4-4.mid,a,27.8,test
drummer1,drummer1/session1,d1/s1/1,rock,105,fill,4-4,drummer1/session1/1_rock_105_fill_4-4.mid,b,2.0,train
drummer2,drummer2/session1,d2/s1/2,jazz,90,beat,3-4,drummer2/session1/2_jazz_90_beat_3-4.mid,,9.0,validation
"""
ASAP_TABLE = "composer,title,folder,xml_score,midi_score,midi_performance,performance_annotations\n"

LAYOUTS = {
    "maestro": (
        "maestro-v3.0.0-midi.zip",
        {
            "maestro-v3.0.0/maestro-v3.0.0.csv": MAESTRO.encode(),
            "maestro-v3.0.0/maestro-v3.0.0.json": b"{}",
            "maestro-v3.0.0/LICENSE": b"",
            "maestro-v3.0.0/2018/MIDI-A_06_Track06_wav.midi": SONG,
            "maestro-v3.0.0/2008/MIDI-B_R2_2008_wav--3.midi": SONG,
            "maestro-v3.0.0/2017/MIDI-C.midi": SONG,
            "__MACOSX/maestro-v3.0.0/2018/._MIDI-A_06_Track06_wav.midi": b"\0\5\26\7",
        },
        {
            "2008/MIDI-B_R2_2008_wav--3.midi": "test",
            "2017/MIDI-C.midi": "valid",
            "2018/MIDI-A_06_Track06_wav.midi": "train",
        },
    ),
    "groove": (
        "groove-v1.0.0-midionly.zip",
        {
            "groove/info.csv": GROOVE.encode(),
            "groove/README": b"",
            "groove/drummer1/eval_session/1_funk_138_beat_4-4.mid": SONG,
            "groove/drummer1/session1/1_rock_105_fill_4-4.mid": SONG,
            "groove/drummer2/session1/2_jazz_90_beat_3-4.mid": SONG,
        },
        {
            "drummer1/eval_session/1_funk_138_beat_4-4.mid": "test",
            "drummer1/session1/1_rock_105_fill_4-4.mid": "train",
            "drummer2/session1/2_jazz_90_beat_3-4.mid": "valid",
        },
    ),
    "lakh": (
        "lmd_full.tar.gz",
        {"lmd_full/0/00a1.mid": SONG, "lmd_full/f/ff07.mid": SONG, "lmd_full/f/notes.txt": b""},
        {"0/00a1.mid": "", "f/ff07.mid": ""},
    ),
    "giantmidi": (
        "midis_v1.2.zip",
        {
            "midis/Liszt, Franz, Liebesträume, S.541, oO7GhQh.mid": SONG,
            "midis/Aaron, Michael, Piano Course, V8WvKK-1b2c.mid": SONG,
        },
        {"Aaron, Michael, Piano Course, V8WvKK-1b2c.mid": "", "Liszt, Franz, Liebesträume, S.541, oO7GhQh.mid": ""},
    ),
    "asap": (
        "asap-dataset.zip",
        {
            "asap-dataset-afc815c/metadata.csv": ASAP_TABLE.encode(),
            "asap-dataset-afc815c/Bach/Fugue/bwv_846/Shi05M.mid": SONG,
            "asap-dataset-afc815c/Bach/Fugue/bwv_846/Shi05M_annotations.txt": b"",
            "asap-dataset-afc815c/Bach/Fugue/bwv_846/midi_score.mid": SONG,
            "asap-dataset-afc815c/Bach/Fugue/bwv_846/xml_score.musicxml": b"",
            "asap-dataset-afc815c/Ravel/Pavane/Chen01.mid": SONG,
            "asap-dataset-afc815c/Ravel/Pavane/midi_score.mid": SONG,
        },
        {
            "Bach/Fugue/bwv_846/Shi05M.mid": dealt("Bach/Fugue/bwv_846"),
            "Ravel/Pavane/Chen01.mid": dealt("Ravel/Pavane"),
        },
    ),
    "nottingham": (
        "nottingham-dataset.tar.gz",
        {
            "nottingham-dataset-0992bb6/MIDI/ashover1.mid": SONG,
            "nottingham-dataset-0992bb6/MIDI/melody/ashover1.mid": SONG,
            "nottingham-dataset-0992bb6/MIDI/chords/ashover1.mid": SONG,
            "nottingham-dataset-0992bb6/ABC_cleaned/ashover.abc": b"X:1\n",
        },
        {"ashover1.mid": ""},
    ),
    "vienna4x22": (
        "vienna4x22-master.zip",
        {
            "vienna4x22-decce45/midi/Chopin_op10_no3_p01.mid": SONG,
            "vienna4x22-decce45/match/Chopin_op10_no3_p01.match": b"",
        },
        {"Chopin_op10_no3_p01.mid": ""},
    ),
    "batik-mozart": (
        "batik_plays_mozart-master.zip",
        {"batik_plays_mozart-e1b7001/midi/kv279_1.mid": SONG, "batik_plays_mozart-e1b7001/score/kv279_1.xml": b""},
        {"kv279_1.mid": ""},
    ),
    "jsb-chorales": (
        "JSB-Chorales-dataset.zip",
        {
            "JSB-Chorales-dataset-9a7f733/Jsb16thSeparated.json": json.dumps(
                {part: [[[74, 70, 65, 58]] * 4] for part in ("train", "valid", "test")}
            ).encode(),
            "JSB-Chorales-dataset-9a7f733/jsb-chorales-16th.json": b"{}",
        },
        {"test/000": "test", "train/000": "train", "valid/000": "valid"},
    ),
}


def packed(path, members):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture
def place(tmp_path, home, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("MODELOID_DATA", str(folder))
    return folder


def parts(name):
    with data_set(name).entries() as entries:
        return {entry.name: entry.part for entry in entries}


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_archive_as_published_gives_its_names_and_its_split(place, name):
    file, members, expected = LAYOUTS[name]
    packed(place / file, members)
    assert parts(name) == expected


@pytest.mark.parametrize("name", LAYOUTS)
def test_so_does_what_it_unpacks_to_under_the_name_of_the_set(place, name):
    _, members, expected = LAYOUTS[name]
    for member, content in members.items():
        (place / name / member).parent.mkdir(parents=True, exist_ok=True)
        (place / name / member).write_bytes(content)
    assert parts(name) == expected


def test_the_scores_of_asap_are_the_other_half_with_the_same_parts(place):
    file, members, performances = LAYOUTS["asap"]
    packed(place / file, members)
    scores = parts("asap-scores")
    assert set(scores) == {"Bach/Fugue/bwv_846/midi_score.mid", "Ravel/Pavane/midi_score.mid"}
    assert scores["Bach/Fugue/bwv_846/midi_score.mid"] == performances["Bach/Fugue/bwv_846/Shi05M.mid"]


def test_a_table_that_forgets_a_file_leaves_it_without_a_part(place):
    file, members, _ = LAYOUTS["groove"]
    packed(place / file, members | {"groove/drummer9/session1/1_new_90_beat_4-4.mid": SONG})
    assert parts("groove")["drummer9/session1/1_new_90_beat_4-4.mid"] == ""


# a style is read from another set's archive: that set says what is missing
FETCHED = [name for name, known in DATA_SETS.items() if issubclass(known, Archived) and not issubclass(known, Style)]


@pytest.mark.parametrize("name", FETCHED)
def test_what_cannot_be_fetched_says_where_it_is_and_where_to_put_it(place, home, name):
    """Nobody listens at the address; sets without an address say so too."""
    known = data_set(name)
    if known.download:
        known.download = f"http://127.0.0.1:9/{known.download.rpartition('/')[2]}"
    with pytest.raises(DataError) as caught, known.entries():
        pass
    text = str(caught.value)
    assert "cannot be fetched" in text
    assert "\n" not in text
    assert f"by hand from {known.url}" in text
    assert f"put it at {home / 'downloads' / known.file}" in text
    assert f"into MODELOID_DATA={place} as {known.archives[0]}" in text
    assert not list((home / "downloads").glob("*"))


@pytest.mark.parametrize("name", [name for name in FETCHED if name in LAYOUTS and DATA_SETS[name].download])
def test_what_was_fetched_by_hand_is_found_where_the_message_says(place, home, name, monkeypatch):
    known = data_set(name)
    (home / "downloads").mkdir(parents=True)
    _, members, expected = LAYOUTS[name]
    target = home / "downloads" / known.file
    if target.suffix == ".json":
        target.write_bytes(next(iter(members.values())))
    else:
        packed(target, members)
    monkeypatch.setattr(type(known), "sha256", "")
    assert parts(name) == expected
    monkeypatch.setattr(type(known), "sha256", "0" * 64)
    with pytest.raises(DataError, match=r"SHA-256.*fetch it again"):
        parts(name)


@pytest.mark.parametrize("address", ["file:///etc/hosts", "ftp://127.0.0.1/x.zip"])
def test_only_the_web_is_fetched_from(place, address):
    known = data_set("maestro")
    known.download = address
    with pytest.raises(DataError, match=r"cannot be fetched by this program.*by hand"), known.entries():
        pass
