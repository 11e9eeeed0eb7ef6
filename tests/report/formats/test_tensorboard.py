import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.report import story as stories
from modeloid.report.formats.clock import seconds
from modeloid.report.formats.crc32c import crc32c
from modeloid.report.formats.event_file import NAME, EventFile
from modeloid.report.formats.tensorboard import PIECES, TURNS, TensorBoard
from report import records

accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def opened(folder):
    everything = dict.fromkeys(("scalars", "tensors", "images", "audio"), 0)
    found = accumulators.EventAccumulator(str(folder), size_guidance=everything)
    found.Reload()
    return found


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return records.tell(tmp_path_factory.mktemp("made") / "chorister", turns=300)


@pytest.fixture(scope="module")
def rendered(story, tmp_path_factory):
    target = tmp_path_factory.mktemp("rendered")
    return target / "tensorboard" / "chorister", TensorBoard().write([story], target)


@pytest.fixture(scope="module")
def main(rendered):
    """The modeloid's own run, read once: its sounds make that slow."""
    return opened(rendered[0])


def test_every_point_of_every_curve_is_there(story, rendered):
    folder, _ = rendered
    for key, curve in story.record.curves.items():
        stage, _, name = key.partition("/")
        if name.startswith("data/"):
            stage, name = "real", name.removeprefix("data/")
        group = "curves" if stage in ("train", "valid") else "judge"
        found = opened(folder / stage).Scalars(f"{group}/{name}")
        assert [point.step for point in found] == curve.turns.tolist()
        assert [point.value for point in found] == curve.values.astype(np.float32).tolist()
        assert [point.wall_time for point in found] == seconds(story.record.journal, curve.turns).tolist()


def test_train_and_valid_share_a_chart(rendered):
    folder, _ = rendered
    assert "curves/loss" in opened(folder / "train").Tags()["scalars"]
    assert "curves/loss" in opened(folder / "valid").Tags()["scalars"]


def test_results_are_numbers_at_their_turn(story, main):
    found = main
    for row in story.tested:
        (point,) = found.Scalars(f"results/test/{row.kind}/{row.name}")
        assert (point.step, point.value) == (story.record.test["step"], np.float32(row.made))
    (best,) = found.Scalars("results/best/valid/loss")
    assert (best.step, best.value) == (story.best["step"], np.float32(story.best["value"]))


def test_texts_are_there(story, main):
    found = main

    def text(tag):
        (event,) = found.Tensors(tag)
        return event.tensor_proto.string_val[0].decode()

    assert story.card["id"] in text("card")
    assert "training began" in text("journal")
    assert story.repeat[0] in text("recipe")
    assert "likelihood" in text("test")
    assert text("words")


def test_pictures_have_a_slider_over_the_turns(story, main):
    found = main
    for number in range(PIECES):
        images = found.Images(f"pieces/{number:02d}")
        assert [image.step for image in images] == list(story.record.samples)
        assert all(image.encoded_image_string.startswith(b"\x89PNG") for image in images)
        assert all(image.width > 100 and image.height > 100 for image in images)
    assert found.Images("test/00")


def test_parameters_and_what_came_of_them_are_in_the_hparams(story, rendered, main):
    from tensorboard.plugins.hparams import plugin_data_pb2

    data = {
        kind: plugin_data_pb2.HParamsPluginData.FromString(
            main.SummaryMetadata(f"_hparams_/{kind}").plugin_data.content
        )
        for kind in ("experiment", "session_start_info", "session_end_info")
    }
    given_ = dict(data["session_start_info"].session_start_info.hparams.items())
    assert given_["cycle.batch"].number_value == story.card["cycle"]["batch"]
    assert given_["model.hidden"].string_value == "[8]"
    metrics = {(info.name.group, info.name.tag) for info in data["experiment"].experiment.metric_infos}
    assert {("valid", "curves/loss"), ("", "results/best/valid/loss")} <= metrics
    runs = {group: opened(rendered[0] / group) if group else main for group, _ in metrics}
    for group, tag in metrics:
        assert runs[group].Scalars(tag)
    assert data["session_end_info"].session_end_info.status == 1


def test_sound_is_there_or_its_lack_is_said(story, tmp_path, main, monkeypatch):
    sounds = main.Tags()["audio"]
    if sounds:
        (sound,) = main.Audio("sounds of the test/00")
        assert sound.content_type == "audio/wav"
        assert sound.encoded_audio_string[:4] == b"RIFF"
        assert sound.length_frames > sound.sample_rate
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    TensorBoard().write([story], tmp_path)
    silent = opened(tmp_path / "tensorboard" / "chorister")
    assert silent.Tags()["audio"] == []
    assert b"There is no sound" in silent.Tensors("pieces without sound")[0].tensor_proto.string_val[0]


def test_rendered_again_it_is_the_same_and_what_is_no_more_goes(story, tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    other = records.tell(tmp_path / "other", seed=1)
    first = {path: path.read_bytes() for path in TensorBoard().write([story, other], tmp_path)}
    theirs = tmp_path / "tensorboard" / "theirs" / "events.out.tfevents.1700000000.host"
    theirs.parent.mkdir()
    theirs.write_bytes(b"kept")
    assert {path: path.read_bytes() for path in TensorBoard().write([story, other], tmp_path)} == first
    TensorBoard().write([story], tmp_path)
    assert not (tmp_path / "tensorboard" / "other").exists()
    assert theirs.read_bytes() == b"kept"
    assert all(path.name == NAME for path in first)


def test_several_are_compared_in_words(story, tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    TensorBoard().write([story, records.tell(tmp_path / "other", seed=1)], tmp_path)
    assert opened(tmp_path / "tensorboard").Tags()["tensors"] == ["compared"]


def test_pieces_that_are_no_music_are_text(tmp_path):
    story = records.tell(tmp_path / "digits", music=False, compared=False)
    TensorBoard().write([story], tmp_path)
    found = opened(tmp_path / "tensorboard" / "digits")
    assert found.Tags()["images"] == found.Tags()["audio"] == []
    assert found.Tensors("pieces/00")[0].tensor_proto.string_val[0] == b"    piece 0\n"


def test_nothing_is_needed_of_a_record(tmp_path):
    (tmp_path / "empty").mkdir()
    story = stories.tell(tmp_path / "empty", {})
    (path,) = TensorBoard().write([story], tmp_path)
    assert "problems" in opened(path.parent).Tags()["tensors"]


def test_a_damaged_piece_is_said(tmp_path):
    directory = records.make(tmp_path / "hurt")
    piece = next((directory / "record" / "samples").glob("step-*/00.mid"))
    piece.write_bytes(b"MThd, or not")
    TensorBoard().write([records.tell(directory)], tmp_path)
    found = opened(tmp_path / "tensorboard" / "hurt")
    assert b"pieces/00" in found.Tensors("pieces without a picture")[0].tensor_proto.string_val[0]
    assert len(found.Images("pieces/00")) == len(found.Images("pieces/01")) - 1


def test_many_sampled_turns_are_thinned_and_the_newest_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_SOUNDFONT", "nowhere.sf2")
    story = records.tell(tmp_path / "often", turns=100, samples=50, pieces=1)
    TensorBoard().write([story], tmp_path)
    steps = [image.step for image in opened(tmp_path / "tensorboard" / "often").Images("pieces/00")]
    assert len(steps) == TURNS
    assert steps[-1] == 100


def test_no_path_of_this_machine_is_told(story, rendered):
    _, paths = rendered
    assert not [path for path in paths if str(story.directory).encode() in path.read_bytes()]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**62), st.floats(allow_nan=False, width=32), st.floats(0, 4e9)), min_size=1))
def test_any_curve_comes_back(points):
    import tempfile
    from pathlib import Path

    turns, values, times = (np.array(column) for column in zip(*sorted(points), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        with EventFile(Path(folder)) as file:
            file.curve("ä/b", turns.astype(np.int64), values.astype(np.float64), times.astype(np.float64))
        found = opened(folder).Scalars("ä/b")
    assert [(point.step, point.value, point.wall_time) for point in found] == [
        (turn, value, time) for turn, value, time in zip(turns.tolist(), values.tolist(), times.tolist(), strict=True)
    ]


def test_a_flipped_bit_is_noticed_by_the_reader(tmp_path):
    """The reader does check the sums: otherwise the tests above would not see wrong ones."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

    with EventFile(tmp_path) as file:
        file.curve("a", np.arange(3), np.arange(3.0), np.zeros(3))
    path = tmp_path / NAME
    assert len(list(_records(PyRecordReader_New, path))) == 4
    data = bytearray(path.read_bytes())
    data[-8] ^= 1
    path.write_bytes(data)
    with pytest.raises(Exception, match="crc"):
        list(_records(PyRecordReader_New, path))


def _records(reader, path):
    found = reader(str(path))
    while True:
        try:
            found.GetNext()
        except Exception as error:
            if "End of file" in str(error) or "EOF" in str(error) or type(error).__name__ == "OutOfRangeError":
                return
            raise
        yield found.record()


def test_the_checksum_is_the_published_one():
    """RFC 3720, appendix B.4."""
    vectors = {bytes(32): 0x8A9136AA, b"\xff" * 32: 0x62A8AB43, bytes(range(32)): 0x46DD794E}
    rows = np.array([list(data) for data in vectors], np.uint8)
    assert crc32c(rows).tolist() == list(vectors.values())
    for row, known in zip(rows, vectors.values(), strict=True):
        assert crc32c(row[None]).tolist() == [known]


@settings(deadline=None)
@given(st.binary(min_size=4, max_size=300))
def test_one_long_row_and_many_short_ones_agree(data):
    row = np.frombuffer(data, np.uint8)
    assert crc32c(row[None])[0] == crc32c(np.stack([row, row]))[0]


def test_times_are_the_journals():
    journal = [
        {"time": 10.0, "step": 0, "what": "start"},
        {"time": 30.0, "step": 20, "what": "speed"},
        {"time": 100.0, "step": 10, "what": "start"},
        {"time": 120.0, "step": 20, "what": "end"},
        {"time": math.nan, "step": 30, "what": "notice"},
        {"what": "notice"},
    ]
    assert seconds(journal, np.array([0, 15, 20, 99])).tolist() == [10.0, 110.0, 120.0, 120.0]
    assert seconds([], np.array([1, 2])).tolist() == [0.0, 0.0]


@pytest.mark.long
def test_a_million_turns_take_seconds(tmp_path):
    import time

    turns = np.arange(1_000_000)
    begin = time.process_time()
    with EventFile(tmp_path) as file:
        file.curve("curves/loss", turns, np.sin(turns / 1e4), 1.7e9 + turns)
    assert time.process_time() - begin < 5
    counts = defaultdict(int)
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

    for event in LegacyEventFileLoader(str(tmp_path / NAME)).Load():
        counts[len(event.summary.value)] += 1
    assert counts[1] == 1_000_000
