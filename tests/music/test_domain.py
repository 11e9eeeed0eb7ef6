from __future__ import annotations

import json
import time

import numpy as np
import pytest

from modeloid.cycle.contract import Domain
from modeloid.cycle.rng import Rng
from modeloid.music import domain
from modeloid.music.columns import from_score, to_score
from modeloid.music.errors import DataError, MusicError, RepresentationError

from .pieces import piece
from .split.test_split import tune

ROLL = {"kind": "roll", "steps_per_beat": 2, "window_steps": 16, "low": 48, "high": 96}


@pytest.fixture
def data(tmp_path, home):
    place = tmp_path / "music"
    place.mkdir()
    for seed in range(20):
        (place / f"{seed:02}.mid").write_bytes(to_score(piece(tune(seed, length=15 + seed))).dumps_midi())
    return {"sets": [f"folder:{place}"], "representation": ROLL}


def rolls(opened, part):
    return [opened.representation.encode_columns(columns)[0] for columns in opened.pieces(part)]


def test_it_fulfils_the_contract(data):
    opened = domain.open({"domain": "music", **data})
    assert isinstance(opened, Domain)
    assert domain.doc
    assert set(domain.defaults) == {"sets", "split", "representation", "transpose", "velocity", "tempo"}
    assert [len(opened.pieces(part)) for part in ("train", "valid", "test")] == [16, 2, 2]
    assert opened.licences[0].startswith("folder:")


@pytest.mark.parametrize("part", ["valid", "test"])
def test_held_out_windows_lie_still_and_cover_every_piece(data, part):
    opened = domain.open(data | {"transpose": [-3, 3]})
    indices = np.arange(opened.size(part))
    batch = opened.batch(part, indices, Rng(0))
    assert batch.shape == (len(indices), 16, 48)
    assert batch.dtype == np.uint8
    assert np.array_equal(batch, opened.batch(part, indices, Rng(1)))
    expected = [
        roll[min(start, len(roll) - 16) :][:16] for roll in rolls(opened, part) for start in range(0, len(roll), 16)
    ]
    assert np.array_equal(batch, expected)


def test_train_windows_are_cut_from_their_piece_and_move_with_the_address(data):
    opened = domain.open(data)
    indices = np.arange(opened.size("train"))
    batch = opened.batch("train", indices, Rng(0, ("item", 0)))
    owners = [name.rpartition("@")[0] for name in opened.names("train")]
    whole = dict(zip(opened.piece_names("train"), rolls(opened, "train"), strict=True))
    for window, owner in zip(batch, owners, strict=True):
        roll = whole[owner]
        assert any(np.array_equal(window, roll[start : start + 16]) for start in range(len(roll) - 15))
    assert np.array_equal(batch, opened.batch("train", indices, Rng(0, ("item", 0))))
    assert not np.array_equal(batch, opened.batch("train", indices, Rng(0, ("item", 1))))


def test_an_item_is_the_same_whatever_else_is_in_the_batch(data):
    opened = domain.open(data | {"transpose": [-4, 4]})
    rng = Rng(3, ("item", 2))
    together = opened.batch("train", np.array([5, 0, 9, 5]), rng)
    assert np.array_equal(together[2], opened.batch("train", np.array([9]), rng)[0])
    assert np.array_equal(together[0], together[3])


class Fixed:
    """An address whose numbers are given."""

    def __init__(self, start, shift):
        self.start, self.shift = start, shift

    def uniforms(self, indices, k=1):
        return np.tile([self.start, self.shift], (len(indices), 1))


@pytest.mark.parametrize(("shift", "semitones"), [(0.0, 5), (0.999, -4)])
@pytest.mark.parametrize(("low", "high"), [(48, 96), (66, 74), (0, 128)])
def test_a_transposed_window_is_that_of_the_transposed_piece(data, shift, semitones, low, high):
    data = data | {"representation": ROLL | {"low": low, "high": high}}
    moved = domain.open(data | {"transpose": [-4, 5]})
    indices = np.arange(moved.size("train"))
    window = moved.batch("train", indices, Fixed(0.0, shift))
    still = domain.open(data).batch("train", indices, Fixed(0.0, 0.0))
    wide = domain.open(data | {"representation": ROLL | {"low": 0, "high": 128}})
    everything = wide.batch("train", indices, Fixed(0.0, 0.0))
    expected = np.zeros_like(window)
    for row, pitch in enumerate(range(low, high)):
        if 0 <= pitch - semitones < 128:
            expected[:, :, row] = everything[:, :, pitch - semitones]
    assert np.array_equal(window, expected)
    assert not np.array_equal(window, still)


def test_every_start_and_every_transposition_occurs(data):
    opened = domain.open(data | {"transpose": [-1, 1]})
    windows = opened._windows["train"]
    many = np.zeros(3000, np.int64)
    uniform = np.random.default_rng(0).random(3000)
    starts = windows.random(many, uniform)
    assert set(starts) == set(range(int(np.ceil(windows.starts[0] / windows.items[0]))))
    last = np.flatnonzero(windows.item == windows.items - 1)
    assert np.array_equal(windows.random(last, np.full(len(last), 1 - 1e-16)), windows.starts[last] - 1)
    assert windows.view.shape[1] == 3


def test_onsets_are_a_second_channel(data):
    opened = domain.open(data | {"representation": ROLL | {"onset": True}, "transpose": [0, 2]})
    batch = opened.batch("train", np.arange(8), Rng(0))
    assert batch.shape == (8, *opened.shape) == (8, 16, 48, 2)
    assert batch.flags.c_contiguous
    assert batch[..., 1].sum() > 0
    assert (batch[..., 1] <= batch[..., 0]).all()


def test_a_piece_shorter_than_a_window_ends_in_silence_and_is_counted(data):
    opened = domain.open(data | {"representation": ROLL | {"window_steps": 512}})
    assert opened.padded == 20
    assert opened.size("train") == 16
    window = opened.batch("train", np.arange(1), Rng(0))[0]
    roll = rolls(opened, "train")[0]
    assert np.array_equal(window[: len(roll)], roll)
    assert not window[len(roll) :].any()
    assert domain.open(data).padded == 0


def test_names_say_where_items_lie(data):
    opened = domain.open(data)
    names = opened.names("valid")
    assert len(names) == len(set(names)) == opened.size("valid")
    assert names[0].endswith(".mid@0")
    assert names[1].endswith(".mid@16")


def test_the_digest_names_the_content_and_the_data(data, tmp_path):
    digest = domain.open(data).digest
    assert digest == domain.open(data).digest
    assert digest != domain.open(data | {"transpose": [0, 1]}).digest
    assert digest == domain.open(data | {"representation": ROLL | {"onset": False}}).digest
    next((tmp_path / "music").glob("*.mid")).unlink()
    assert digest != domain.open(data).digest


def test_what_was_not_read_or_not_kept_is_said(data, tmp_path):
    (tmp_path / "music" / "bad.mid").write_bytes(b"junk")
    opened = domain.open(data | {"representation": ROLL | {"low": 66}})
    assert [file.path for file in opened.refused] == ["bad.mid"]
    assert opened.losses.notes == sum(15 + seed for seed in range(20))
    assert 0 < opened.losses.out_of_range < opened.losses.notes


def test_pieces_are_written_and_measured(data, tmp_path):
    opened = domain.open(data)
    made = [opened.representation.decode(window) for window in opened.batch("valid", np.arange(3), Rng(0))]
    [path] = opened.write(made[0], tmp_path / "out" / "bwv1.6")
    assert path.name == "bwv1.6.mid"
    svg, mid = opened.write(made[0], tmp_path / "out" / "b", ("svg", "mid"))
    assert svg.read_text().startswith("<svg")
    assert mid.read_bytes()[:4] == b"MThd"
    values = opened.judge(made, "train")
    assert values["polyphony"] >= 1
    assert all(np.isfinite(value) for value in values.values())
    real = [to_score(columns) for columns in opened.pieces("test")]
    assert opened.judge(real, "test")["pitch_class_distance"] == 0.0
    assert opened.judge([], "valid") == {}
    assert len(from_score(made[0])) > 0


def test_its_optional_faces_say_what_json_can_hold(data):
    opened = domain.open(data)
    made = [opened.representation.decode(window) for window in opened.batch("valid", np.arange(3), Rng(0))]
    said, compared, about = opened.annotate(made, "valid"), opened.compare(made, "valid"), opened.about()
    assert json.loads(json.dumps([said, compared, about], allow_nan=False)) == [said, compared, about]
    assert len(said) == compared["count"] == 3
    assert about["parts"]["train"] == {"pieces": 16, "items": opened.size("train")}
    [origin] = opened.origins(made[:1])
    assert said[0]["originality"]["longest_run"] == origin.longest_run
    values = opened.judge(made, "valid")
    [polyphony] = [row for row in compared["metrics"] if row["name"] == "polyphony"]
    assert polyphony["made"] == pytest.approx(values["polyphony"], rel=1e-5)
    assert compared["originality"]["longest_run"]["made"] == pytest.approx(values["longest_run"], rel=1e-5)
    for face in (opened.annotate, opened.compare):
        with pytest.raises(DataError, match="Did you mean 'valid'"):
            face(made, "validation")


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"set": []}, DataError, "Did you mean 'sets'"),
        ({"sets": []}, DataError, "not a list of names"),
        ({"sets": "bach-chorales"}, DataError, "not a list of names"),
        ({"sets": ["bach-chorals"]}, DataError, "Did you mean 'bach-chorales'"),
        ({"sets": ["folder:x", "folder:x"]}, DataError, "twice"),
        ({"split": "gruops"}, DataError, "Did you mean 'groups'"),
        ({"split": 3}, DataError, "not a name"),
        ({"transpose": [3, -3]}, DataError, "is no range"),
        ({"transpose": 5}, DataError, "is no range"),
        ({"transpose": [0, 99]}, DataError, "is no range"),
        ({"representation": "roll"}, DataError, "not a dict"),
        ({"representation": {"kind": "rolls"}}, RepresentationError, "Did you mean 'roll'"),
        ({"representation": ROLL | {"low": 0, "high": 5}}, DataError, "no note lies in the pitches 0 to 4"),
    ],
)
def test_a_mistake_in_the_data_is_one_line(data, change, error, text):
    with pytest.raises(error, match=text) as caught:
        domain.open(data | change)
    assert "\n" not in str(caught.value)


def test_unknown_parts_and_formats_name_the_nearest(data, tmp_path):
    opened = domain.open(data)
    with pytest.raises(DataError, match="Did you mean 'valid'"):
        opened.size("validation")
    with pytest.raises(MusicError, match="Did you mean 'mid'"):
        opened.write(to_score(piece([(0, 1, 60)])), tmp_path / "x", ("midi",))
    assert not list(tmp_path.glob("x*"))


def test_a_batch_is_made_in_well_under_a_millisecond(data):
    opened = domain.open(data | {"transpose": [-5, 6], "representation": ROLL | {"window_steps": 64}})
    indices, rng = np.arange(64) % opened.size("train"), Rng(0)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        opened.batch("train", indices, rng)
        times.append(time.perf_counter() - start)
    assert min(times) < 1e-3
