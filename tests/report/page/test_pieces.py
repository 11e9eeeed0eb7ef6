"""The section "What it plays" as text: what it holds equals the record, is the same twice, and stays small."""

import base64
import gzip
import json
import re
import shutil

import numpy as np
import pytest
from symusic import core

from modeloid.report.page import pieces
from modeloid.report.page.marks import key
from modeloid.report.page.player import audio, bank, notes, score
from modeloid.report.page.player.entry import entry
from modeloid.report.page.player.plan import plan
from modeloid.report.record import Piece
from modeloid.report.story import tell
from report import records


def unpacked(text):
    data = re.search(r'id="pieces-data">([^<]*)<', text).group(1)
    block = gzip.decompress(base64.b64decode(data))
    length = int.from_bytes(block[:4], "little")
    return json.loads(block[4 : 4 + length]), block[4 + length :]


def cells(content):
    return {(story, turn, number): content["pieces"][place] for story, turn, number, place in content["cells"]}


def piece_of(path, suffix, **annotation):
    return Piece(1, 0, {suffix: path}, 0, ("sample", 0), {}, annotation)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return records.tell(tmp_path_factory.mktemp("one") / "alpha", samples=3, pieces=4)


@pytest.fixture(scope="module")
def section(story):
    return pieces.section([story])


def test_every_note_of_the_record_is_in_the_page(story, section):
    content, files = unpacked(section)
    held = cells(content)
    assert content["turns"] == ["turn 13", "turn 26", "turn 40", "the test (turn 40)"]
    assert len(held) == 16
    for place, made in enumerate([*story.record.samples.values(), story.record.tested]):
        for piece in made:
            data = piece.files["mid"].read_bytes()
            found = held[0, place, piece.number]
            start, length = found["midi"]
            assert files[start : start + length] == data
            expected = sorted(
                (note.time, number, note.pitch, note.duration, note.velocity)
                for number, track in enumerate(core.ScoreTick.from_midi(data).tracks)
                for note in track.notes
            )
            columns = (
                np.cumsum(found["onset"]).tolist(),
                *(found[k] for k in ("track", "pitch", "length", "velocity")),
            )
            assert list(zip(*columns, strict=True)) == expected


def test_a_changed_note_would_be_seen(story, section, tmp_path):
    other = tmp_path / "alpha"
    shutil.copytree(story.directory, other)
    first = sorted((other / "record" / "samples").glob("step-*/00.mid"))[0]
    data = first.read_bytes()
    at = data.index(b"\x90")
    first.write_bytes(data[: at + 1] + bytes([data[at + 1] + 1]) + data[at + 2 :])
    assert unpacked(pieces.section([tell(other, records.card(other))])) != unpacked(section)


def test_rendering_twice_gives_the_same_bytes(story, section):
    assert pieces.section([story]) == section


def test_what_is_known_of_a_piece_is_there(section):
    first = cells(unpacked(section)[0])[0, 0, 0]
    assert (first["seed"], first["wishes"]) == (0, [["temperature", "0.9"]])
    assert ["pitch_range", "12"] in first["metrics"]
    assert "6 notes in a row as in a training piece" in first["originality"]


def test_no_piece_no_section(tmp_path):
    assert pieces.section([records.tell(tmp_path / "empty", samples=0, tested=False)]) == ""


def test_a_comparison_knows_what_is_missing(tmp_path):
    one = records.tell(tmp_path / "one", turns=40, samples=2, pieces=2)
    other = records.tell(tmp_path / "two", turns=40, samples=4, pieces=3, tested=False)
    content, _ = unpacked(pieces.section([one, other]))
    held = cells(content)
    assert content["turns"] == ["turn 10", "turn 20", "turn 30", "turn 40", "the test (turn 40)"]
    assert (1, 0, 0) in held and (0, 0, 0) not in held
    assert (0, 4, 0) in held and (1, 4, 0) not in held
    assert (1, 1, 2) in held and (0, 1, 2) not in held


def test_the_test_is_named_with_its_turns(tmp_path):
    one = records.tell(tmp_path / "one", turns=40, samples=1, pieces=1, best=30)
    other = records.tell(tmp_path / "two", turns=40, samples=1, pieces=1)
    for shown, name in (([one], "the test (turn 30)"), ([one, other], "the test (turns 30, 40)")):
        text = pieces.section(shown)
        assert unpacked(text)[0]["turns"][-1] == name
        assert f'<output for="pieces-turn">{name}</output>' in text
    del one.record.test["step"]
    assert unpacked(pieces.section([one]))[0]["turns"][-1] == "the test"


def test_the_cards_of_a_comparison_have_the_marks_of_the_legends(tmp_path, story, section):
    other = records.tell(tmp_path / "two", samples=1, pieces=1)
    heads = re.findall(r"<h3>(.*?)</h3>", pieces.section([story, other]))
    assert [re.sub("<[^>]*>", "", head).strip() for head in heads] == ["alpha", "two"]
    for series, head in enumerate(heads):
        assert key(series) in head and key(1 - series) not in head
    assert "<h3>" not in section


def test_the_note_says_where_the_space_bar_plays(section):
    assert "the space bar while the focus is in this section;" in section


def test_turns_are_thinned_evenly_before_pieces_and_it_is_said(tmp_path):
    story = records.tell(tmp_path / "many", turns=60, samples=60, pieces=3)
    whole = plan([story])
    assert len(whole.turns) == 61 and whole.left_out == ""
    few = plan([story], most_bytes=20_000)
    steps = [61 if turn is None else turn for turn in few.turns]
    assert 2 < len(steps) < 61
    assert (steps[0], few.turns[-1]) == (1, None)
    assert max(np.diff(steps)) - min(np.diff(steps)) <= 1
    assert few.count == 3
    assert f"shows {len(steps)} of 61 turns, evenly spread; all are in record/samples" in few.left_out
    least = plan([story], most_bytes=1)
    assert len(least.turns) == 2 and least.count == 1
    assert "the first 1 of 3 pieces" in least.left_out


def test_twenty_pieces_stay_below_two_megabytes(tmp_path):
    story = records.tell(tmp_path / "twenty", turns=100, samples=5, pieces=20)
    text = pieces.section([story]) + pieces.styles() + pieces.scripts()
    assert len(text.encode()) < 1_700_000


def test_labels_and_texts_of_a_record_are_escaped(tmp_path):
    story = records.tell(tmp_path / "bad", samples=1, pieces=1, name="<script>alert(1)</script>")
    assert "<script>alert" not in pieces.section([story])


def test_scripts_do_not_close_their_own_element():
    assert "</script" not in pieces.scripts()
    assert "</style" not in pieces.styles()


@pytest.mark.parametrize("data", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\x40\x90"])
def test_a_damaged_file_is_said_and_the_rest_is_shown(tmp_path, data):
    path = tmp_path / "00.mid"
    path.write_bytes(data)
    found = entry(piece_of(path, "mid"))
    assert found.about["kind"] == "other"
    assert "00.mid" in found.about["text"]
    assert str(tmp_path) not in json.dumps(found.about)


def test_a_piece_of_a_whole_record_may_be_damaged(tmp_path):
    story = records.tell(tmp_path / "hurt", samples=1, pieces=2)
    story.record.samples[40][0].files["mid"].write_bytes(b"no MIDI")
    held = cells(unpacked(pieces.section([story]))[0])
    assert held[0, 0, 0]["kind"] == "other"
    assert held[0, 0, 1]["kind"] == "music"


def test_text_and_pictures_of_another_domain(tmp_path):
    (tmp_path / "a.txt").write_text("piece <1>")
    assert entry(piece_of(tmp_path / "a.txt", "txt")).about["text"] == "piece <1>"
    (tmp_path / "a.pgm").write_text("P2\n2 2\n16\n0 16\n8 4\n")
    picture = entry(piece_of(tmp_path / "a.pgm", "pgm")).about
    assert picture["source"].startswith("data:image/png;base64,iVBOR")
    (tmp_path / "a.pgm").write_text("P2\n2 2\n16\n0 16\n8\n")
    assert entry(piece_of(tmp_path / "a.pgm", "pgm")).about["kind"] == "other"
    (tmp_path / "a.npz").write_bytes(b"\0")
    assert "a.npz" in entry(piece_of(tmp_path / "a.npz", "npz")).about["text"]


def test_a_png_is_the_picture_that_the_pgm_was(tmp_path):
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    (tmp_path / "a.pgm").write_text("P2\n2 2\n16\n0 16\n8 4\n")
    source = entry(piece_of(tmp_path / "a.pgm", "pgm")).about["source"]
    (tmp_path / "a.png").write_bytes(base64.b64decode(source.partition(",")[2]))
    assert np.asarray(image.open(tmp_path / "a.png")).tolist() == [[0, 255], [127, 63]]


def test_instruments_are_those_that_play_the_most(tmp_path):
    story = records.tell(tmp_path / "two", samples=1, pieces=1)
    made = list(plan([story]).entries.values())
    assert bank.needed(made) == ["piano", "bass"]
    assert bank.needed(made, most_bytes=150_000) == ["piano"]
    assert bank.needed([]) == []
    block = bank.blocks(["bass"])
    assert 'id="sound-bass"' in block and 'id="sound-piano"' not in block


def test_every_program_has_an_instrument():
    about = json.loads((bank.FOLDER / "bank.json").read_text())
    assert {notes.instrument(program, False) for program in range(128)} == set(about) - {"drums"}
    assert notes.instrument(0, True) == "drums"
    assert (notes.instrument(0, False), notes.instrument(33, False)) == ("piano", "bass")


def test_recordings_stop_at_their_budget(story):
    made = [found for (_, turn, _), found in sorted(plan([story]).entries.items()) if turn == 3]
    text = audio.embed(made)
    if not text:
        pytest.skip("no soundfont, or soundfile is not installed")
    assert [found.about.get("audio") for found in made[:3]] == ["sound-of-0", "sound-of-1", "sound-of-2"]
    sizes = [3 * len(block) // 4 for block in re.findall(r">([^<]+)<", text)]
    assert sum(sizes) <= audio.MOST_BYTES
    again = [entry(found.piece) for found in made]
    assert audio.embed(again, most_bytes=sizes[0] + 10).count("<script") == 1
    assert "audio" not in again[1].about


def test_scores_need_no_font_and_stop_at_their_budget(story):
    pytest.importorskip("verovio", reason="modeloid[score] is not installed")
    made = [found for (_, turn, _), found in sorted(plan([story]).entries.items()) if turn == 3]
    assert score.engrave(made) == b""
    scores = [found.parts["score"] for found in made]
    assert all(found.startswith(b"<svg") and b'class="beat"' in found for found in scores)
    assert not any(word in found for found in scores for word in (b"font-face", b"Leipzig", b"<!--"))
    again = [entry(found.piece) for found in made]
    score.engrave(again, most_bytes=10)
    assert all("score" not in found.parts for found in again)


def test_the_tempo_of_a_score_is_seen_beside_its_number(story, tmp_path, visit):
    pytest.importorskip("verovio", reason="modeloid[score] is not installed")
    made = [found for (_, turn, _), found in sorted(plan([story]).entries.items()) if turn == 3]
    score.engrave(made)
    (tmp_path / "a.svg").write_bytes(made[0].parts["score"])
    (tmp_path / "bare.svg").write_bytes(re.sub(rb'<path class="beat"[^>]*>', b"", made[0].parts["score"]))
    edges = """() => [...document.querySelectorAll('path.beat, g.tempo text')].map((each) => {
        const box = each.getBoundingClientRect(); return [box.left, box.right, box.height, box.top]; })"""
    seen = visit(tmp_path / "a.svg")
    note, number = seen.page.evaluate(edges)
    assert note[2] > 10
    assert 0 < number[0] - note[1] < note[2]
    assert "= 120" in " ".join(seen.page.locator("g.tempo text").first.text_content().split())
    assert seen.requests == []
    place = {"x": note[0], "y": note[3], "width": note[1] - note[0], "height": note[2]}
    pictures = [visit(tmp_path / name).page.screenshot(clip=place) for name in ("a.svg", "a.svg", "bare.svg")]
    assert pictures[0] == pictures[1] != pictures[2]
