"""The golden tests: what verovio plays back from our MusicXML is what was written."""

from __future__ import annotations

import base64
import os
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.columns import to_score
from modeloid.music.errors import MusicError
from modeloid.music.read.guarded import read_files
from modeloid.music.score.engrave import engraver, score_svg
from modeloid.music.score.grid import gridded
from modeloid.music.score.musicxml import to_musicxml

from ..pieces import piece

pytest.importorskip("verovio")


def song(*tracks, meters=((0, 4, 4),), keys=()):
    """A score of tracks (program, notes); times in units of 1/48 quarter."""
    score = core.ScoreTick(48)
    for program, notes in tracks:
        track = core.TrackTick(f"t{len(score.tracks)}", program, False)
        for start, end, pitch in notes:
            track.notes.append(core.NoteTick(start, end - start, pitch, 80))
        score.tracks.append(track)
    for at, numerator, denominator in meters:
        score.time_signatures.append(core.TimeSignatureTick(at, numerator, denominator))
    for at, sharps, minor in keys:
        score.key_signatures.append(core.KeySignatureTick(at, sharps, minor))
    return score


def played(musicxml):
    """What verovio plays, in units of 1/48 quarter; its notes end a tick early."""
    score = core.ScoreTick.from_midi(base64.b64decode(engraver(musicxml).renderToMIDI()))
    return Counter(
        (round(note.time * 48 / score.tpq), round((note.end + 1) * 48 / score.tpq), note.pitch)
        for track in score.tracks
        for note in track.notes
    )


def raw(score):
    """The notes of a piece as they are, without our reading of the grid."""
    return Counter(
        (note.time * 48 / score.tpq, note.end * 48 / score.tpq, note.pitch)
        for track in score.tracks
        for note in track.notes
    )


def wanted(score):
    """The same where a piece is on the grid and no pitch of a track sounds twice at once, else what is left of it."""
    grid = gridded(score)
    if not grid.united and grid.moved_quarters is None:
        return raw(score)
    assert grid.united < score.note_num()
    return Counter(note for part in grid.parts for note in part.notes)


def merged(score):
    """All tracks as one keyboard."""
    one = core.ScoreTick(score.tpq)
    one.tracks.append(core.TrackTick("keys", 0, False))
    for track in score.tracks:
        one.tracks[0].notes.extend(track.notes)
    one.time_signatures, one.key_signatures = score.time_signatures, score.key_signatures
    return one


def chorales(step):
    base = Path(pytest.importorskip("music21").__file__).parent / "corpus" / "bach"
    return sorted(base.glob("bwv*.mxl"))[::step]


def check_chorales(paths):
    assert paths
    loose = 0
    for path, columns in zip(paths, read_files(paths, workers=1), strict=True):
        score = to_score(columns)
        for made in (score, merged(score)):
            assert played(to_musicxml(made)) == wanted(made), path.name
            loose += gridded(made).moved_quarters is not None
    # verovio's ticks round 64ths, which few chorales have
    assert loose <= len(paths) / 50


def test_chorales_by_voice_and_as_one_keyboard():
    check_chorales(chorales(40))


@pytest.mark.long
def test_all_chorales():
    check_chorales(chorales(1))


def check_folk(step):
    archive = Path(os.environ.get("MODELOID_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "folk.zip"
    if not archive.is_file():
        pytest.skip(f"{archive} is absent")
    import zipfile

    with zipfile.ZipFile(archive) as files:
        names = sorted(name for name in files.namelist() if name.endswith(".mid"))[::step]
        assert names
        for name in names:
            score = core.ScoreTick.from_midi(files.read(name))
            left = Counter(note for part in gridded(score).parts for note in part.notes)
            assert played(to_musicxml(score)) == left, name


def test_folk_tunes():
    check_folk(60)


@pytest.mark.long
def test_all_folk_tunes():
    check_folk(1)


METERS = [(4, 4), (3, 4), (2, 2), (6, 8), (9, 8), (12, 8), (5, 4), (7, 8), (5, 8), (3, 8), (2, 4), (4, 8)]


@st.composite
def songs(draw):
    """Pieces of up to three tracks whose quarters are divided in 16ths, 32nds, 64ths, or triplets down to 64ths."""
    grids = draw(st.lists(st.sampled_from([48, 24, 12, 6, 3, 16, 8, 4, 2]), min_size=2, max_size=10))
    points = sorted({48 * beat + step for beat, grid in enumerate(grids) for step in range(0, 49, grid)})
    tracks = []
    for _ in range(draw(st.integers(1, 3))):
        spans = draw(st.lists(st.tuples(st.sampled_from(points), st.sampled_from(points)), min_size=1, max_size=14))
        notes, free = [], {}
        for start, end in sorted((min(pair), max(pair)) for pair in spans if pair[0] != pair[1]):
            pitch = draw(st.integers(36, 90))
            if free.get(pitch, 0) <= start:
                notes.append((start, end, pitch))
                free[pitch] = end
        tracks.append((draw(st.sampled_from([0, 0, 19, 40, 73])), notes))
    meters = [(0, *draw(st.sampled_from(METERS)))]
    if draw(st.booleans()):
        meters.append((draw(st.sampled_from([48, 72, 96, 192])), *draw(st.sampled_from(METERS))))
    keys = [(0, draw(st.integers(-7, 7)), draw(st.integers(0, 1)))] if draw(st.booleans()) else []
    return song(*tracks, meters=meters, keys=keys)


@given(made=songs().filter(lambda made: made.note_num() > 0))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_lies_on_the_grid_is_played_as_it_was_written(made):
    assert played(to_musicxml(made, quantise=False)) == raw(made)


@given(made=songs().filter(lambda made: made.note_num() > 0))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_measures_are_full_and_beams_and_ties_are_closed(made):
    root = ElementTree.fromstring(to_musicxml(made, quantise=False))
    for part in root.iter("part"):
        length = 0
        beats, unit = 0, 0
        for measure in part.iter("measure"):
            for time in measure.iter("time"):
                beats, unit = int(time.findtext("beats")), 192 // int(time.findtext("beat-type"))
            length = voice_length(measure)
            if measure.get("implicit") is None:
                assert length == beats * unit
            begun = Counter(beam.text for beam in measure.iter("beam"))
            assert begun["begin"] == begun["end"]
            brackets = Counter(tuplet.get("type") for tuplet in measure.iter("tuplet"))
            assert brackets["start"] == brackets["stop"]
        ties = Counter(tie.get("type") for tie in part.iter("tie"))
        assert ties["start"] == ties["stop"]


def voice_length(measure):
    at = longest = 0
    for event in measure:
        step = int(event.findtext("duration", "0"))
        if event.tag == "backup":
            at -= step
        elif event.tag in ("note", "forward") and event.find("chord") is None:
            at += step
        longest = max(longest, at)
        assert at >= 0
    return longest


def names(musicxml):
    """Each note as its letter, accidental shown or "", and alteration."""
    found = []
    for note in ElementTree.fromstring(musicxml).iter("note"):
        if note.find("pitch") is not None:
            step, alter = note.findtext("pitch/step"), note.findtext("pitch/alter", "0")
            found.append((step, note.findtext("accidental", ""), int(alter)))
    return found


def test_accidentals_are_shown_once_a_bar_and_taken_back():
    pitches = [66, 66, 65, 65, 66, 78, 66, 67]
    notes = [(48 * place, 48 * place + 48, pitch) for place, pitch in enumerate(pitches)]
    shown = [accidental for _, accidental, _ in names(to_musicxml(song((73, notes), keys=[(0, 0, 1)])))]
    assert shown == ["sharp", "", "natural", "", "sharp", "sharp", "", ""]


def test_a_tied_note_shows_no_accidental_but_the_next_one_does():
    notes = [(144, 240, 66), (240, 288, 66)]
    shown = [accidental for _, accidental, _ in names(to_musicxml(song((73, notes), keys=[(0, 0, 1)])))]
    assert shown == ["sharp", "", "sharp"]


def test_the_key_is_the_piece_s_or_estimated():
    notes = [(48 * place, 48 * place + 48, 74 + step) for place, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12))]
    own = to_musicxml(song((73, notes), keys=[(0, -3, 1)]))
    assert "<fifths>-3</fifths><mode>minor</mode>" in own
    assert "estimated" not in own
    guessed = to_musicxml(song((73, notes)))
    assert "<fifths>2</fifths><mode>major</mode>" in guessed
    assert "estimated" in guessed


def test_a_pickup_is_bar_0():
    notes = [(0, 48, 67), (48, 240, 72)]
    for score, options in (
        (song((73, notes)), {"pickup_quarters": 1}),
        (song((73, notes), meters=[(0, 1, 4), (48, 4, 4)]), {}),
    ):
        text = to_musicxml(score, **options)
        assert '<measure number="0" implicit="yes">' in text
        assert "<beats>4</beats>" in text
        assert "<beats>1</beats>" not in text
        assert played(text) == Counter(notes)


def test_a_performance_says_what_was_moved_or_is_refused():
    loose = to_score(piece([(0.01, 0.97, 60), (1.02, 0.9, 62)]))
    text = to_musicxml(loose)
    assert "16ths" in text
    assert played(text) == Counter([(0, 48, 60), (48, 96, 62)])
    with pytest.raises(MusicError, match="lie on no grid"):
        to_musicxml(loose, quantise=False)


def test_names_and_recipes_are_escaped():
    score = song((0, [(0, 48, 60)]))
    score.tracks[0].name = "A & <B>\x00"
    root = ElementTree.fromstring(to_musicxml(score, {"wish": '<&">'}))
    assert root.findtext(".//part-name") == "A & <B>"
    assert '<&\\">' in root.findtext(".//miscellaneous-field[@name='modeloid recipe']")


def test_drums_stand_on_a_percussion_staff():
    score = core.ScoreTick(48)
    score.tracks.append(core.TrackTick("kit", 0, True))
    for place, pitch in enumerate((36, 42, 38, 42, 81)):
        score.tracks[0].notes.append(core.NoteTick(24 * place, 3, pitch, 80))
    root = ElementTree.fromstring(to_musicxml(score))
    assert root.findtext(".//clef/sign") == "percussion"
    steps = [step.text for step in root.iter("display-step")]
    assert steps == ["F", "G", "C", "G", "C"]
    assert "<svg" in score_svg(score)


def test_an_engraved_score_is_the_same_each_time_and_has_every_note():
    score = song((0, [(48 * place, 48 * place + 48, 60 + place) for place in range(8)]))
    picture = score_svg(score)
    assert picture == score_svg(score)
    root = ElementTree.fromstring(picture)
    assert sum(node.get("class") == "note" for node in root.iter()) == 8


def test_no_notes_make_no_score():
    with pytest.raises(MusicError, match="makes no score"):
        to_musicxml(to_score(piece([])))
