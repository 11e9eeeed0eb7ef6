"""The batches of every representation, as the cycle sees them."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.cycle.contract import Domain
from modeloid.cycle.rng import Rng
from modeloid.music import domain
from modeloid.music.columns import from_score, to_score
from modeloid.music.errors import DataError, RepresentationError

from .pieces import piece
from .represent.strategies import columns
from .split.test_split import tune

KINDS = {
    "events": {"kind": "events", "window_tokens": 64},
    "multitrack": {"kind": "multitrack", "window_bars": 2},
    "voices": {"kind": "voices", "voices": 2, "window_steps": 16},
    "roll": {"kind": "roll", "window_steps": 16},
}


@pytest.fixture
def data(tmp_path, home):
    place = tmp_path / "music"
    place.mkdir()
    for seed in range(20):
        (place / f"{seed:02}.mid").write_bytes(to_score(piece(tune(seed, length=15 + seed))).dumps_midi())
    return {"sets": [f"folder:{place}"]}


def arrays_of(batch):
    return list(batch) if isinstance(batch, tuple) else [batch]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_batches_that_its_address_alone_decides(data, kind):
    opened = domain.open(data | {"representation": KINDS[kind], "transpose": [-3, 4]})
    assert isinstance(opened, Domain)
    indices = np.arange(opened.size("train"))
    one, again, other = (opened.batch("train", indices, Rng(0, ("item", e))) for e in (0, 0, 1))
    assert arrays_of(one)[0].shape == (len(indices), *opened.shape)
    assert all(np.array_equal(a, b) for a, b in zip(arrays_of(one), arrays_of(again), strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(arrays_of(one), arrays_of(other), strict=True))
    alone = opened.batch("train", indices[3:4], Rng(0, ("item", 0)))
    assert np.array_equal(arrays_of(alone)[0][0], arrays_of(one)[0][3])


@pytest.mark.parametrize("kind", KINDS)
def test_held_out_items_lie_still_have_names_and_decode(data, kind, tmp_path):
    opened = domain.open(data | {"representation": KINDS[kind], "transpose": [-3, 4]})
    indices = np.arange(opened.size("valid"))
    one, again = (arrays_of(opened.batch("valid", indices, Rng(seed)))[0] for seed in (0, 1))
    assert np.array_equal(one, again)
    names = opened.names("valid")
    assert len(names) == len(set(names)) == len(indices)
    assert names[0].endswith(".mid@0")
    made = [opened.representation.decode(item) for item in one]
    assert all(len(from_score(score)) for score in made)
    assert opened.judge(made, "valid")
    assert opened.write(made[0], tmp_path / "a")[0].stat().st_size > 40


def test_velocity_and_tempo_are_varied_where_there_are_any(data):
    varied = data | {"velocity": [0.5, 2.0], "tempo": [0.7, 1.4]}
    opened = domain.open(varied | {"representation": KINDS["events"]})
    plain = domain.open(data | {"representation": KINDS["events"]})
    indices = np.arange(opened.size("train"))
    batch, still = (which.batch("train", indices, Rng(0)) for which in (opened, plain))
    known = opened.representation.known
    for name, kinds in (("Velocity", 10), ("Tempo", 5)):
        assert len(np.unique(batch.ids[known[name].holds(batch.ids)])) >= kinds
        assert len(np.unique(still.ids[known[name].holds(still.ids)])) == 1
    assert np.array_equal(batch.lengths, still.lengths)
    for kind in ("roll", "voices"):
        with pytest.raises(RepresentationError, match="velocity cannot be varied"):
            domain.open(varied | {"representation": KINDS[kind]})


def test_a_piece_that_cannot_be_represented_is_left_out_and_said(data, tmp_path):
    odd = columns([(0, 240 * i, 60 + i % 7, 240, 80) for i in range(30)], [["", 0, 0]], meters=[(0, 11, 16)])
    (tmp_path / "music" / "odd.mid").write_bytes(to_score(odd).dumps_midi())
    opened = domain.open(data | {"representation": KINDS["events"]})
    assert [left.path.rpartition("/")[2] for left in opened.left_out] == ["odd.mid"]
    assert "11/16" in opened.left_out[0].reason
    assert sum(opened.size(part) > 0 for part in ("train", "valid", "test")) == 3
    assert domain.open(data | {"representation": KINDS["roll"]}).left_out == ()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"velocity": 1.2}, "velocity=1.2 is no range"),
        ({"tempo": [1.1, 0.9]}, "tempo=.* is no range"),
        ({"tempo": [0.1, 1.0]}, "lie in 0.25 to 4"),
        ({"velocity": [True, 1.0]}, "is no range"),
        ({"representation": {"kind": "events", "low": 0, "high": 5}}, "no piece of train can be represented"),
    ],
)
def test_a_mistake_is_one_line(data, change, text):
    with pytest.raises(DataError, match=text) as caught:
        domain.open({"representation": KINDS["events"]} | data | change)
    assert "\n" not in str(caught.value)
