import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, WishError
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import rbm
from modeloid.models.rbm.sampler import cooling
from modeloid.music.errors import ReadError

from .small import a_batch, a_card, a_modeloid, all_states, log_p

ROLL = {"kind": "roll", "steps_per_beat": 1, "window_steps": 8, "low": 60, "high": 65}


@pytest.fixture(scope="module", params=[{}, {"kernel": 4, "stride": 2}, {"hidden": [6, 4], "layer_turns": [30]}])
def modeloid(request):
    made = a_modeloid(**request.param)
    for turn in range(60):
        made.train(a_batch(seed=turn), Rng(0).at(turn))
    return made


def test_fewer_pieces_are_the_first_of_more(modeloid):
    eight = modeloid.sample(9, Rng(0))
    for n in (0, 1, 4, 5, 8):
        assert all(np.array_equal(few, more) for few, more in zip(modeloid.sample(n, Rng(0)), eight, strict=False))
        assert len(modeloid.sample(n, Rng(0))) == n
    assert not all(np.array_equal(piece, eight[0]) for piece in eight)
    assert not np.array_equal(eight[0], modeloid.sample(1, Rng(1))[0])


@pytest.mark.parametrize("length", [1, 3, 8, 9, 12, 21])
def test_pieces_are_as_long_as_wished(modeloid, length):
    (piece,) = modeloid.sample(1, Rng(0), length=length)
    assert piece.shape == (length, 5)
    assert set(np.unique(piece)) <= {0, 1}


def test_a_longer_piece_goes_on_from_the_shorter_one(modeloid):
    (short,), (long,) = modeloid.sample(1, Rng(0)), modeloid.sample(1, Rng(0), length=20)
    assert np.array_equal(short, long[:8])


def test_a_start_stays_as_it_is(modeloid):
    start = np.eye(5, dtype=np.uint8)
    for piece in modeloid.sample(3, Rng(0), start=start, length=16):
        assert np.array_equal(piece[:4], start[:4])
    assert not all(np.array_equal(piece[:4], start[:4]) for piece in modeloid.sample(3, Rng(0)))


def test_a_start_that_does_not_fit_is_refused(modeloid):
    for start in (np.zeros((3, 5)), np.zeros((8, 6)), np.zeros(8)):
        with pytest.raises(BatchError, match="the piece to start from has the shape"):
            modeloid.sample(1, Rng(0), start=start)


def test_an_unknown_wish_names_the_nearest(modeloid):
    with pytest.raises(WishError, match=r"unknown wish 'temprature'\. Did you mean 'temperature'\?"):
        modeloid.sample(1, Rng(0), temprature=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("length", 0),
        ("length", 1e9),
        ("length", "4"),
        ("temperature", 0),
        ("temperature", float("nan")),
        ("temperature", True),
        ("steps", 0),
        ("steps", 1.5),
    ],
)
def test_a_wish_out_of_range_says_the_range(modeloid, name, value):
    with pytest.raises(WishError, match=f"wish {name}: .* It must be "):
        modeloid.sample(1, Rng(0), **{name: value})


def test_cold_samples_vary_less():
    made = a_modeloid(group=64, gibbs_steps=20)
    for turn in range(200):
        made.train(a_batch(seed=turn), Rng(0).at(turn))
    energy = {t: made.machines[0].free_energy(np.array(made.sample(64, Rng(0), temperature=t))) for t in (0.3, 10.0)}
    assert energy[0.3].mean() < energy[10.0].mean()


def test_without_cooling_samples_follow_the_machine():
    """On independent units, as before the first turn, the rates of the samples are those of the units."""
    made = a_modeloid(group=500)
    made.machines[0].b[...] = -1.0
    made.machines[0].W[...] = 0.0
    assert np.mean(made.sample(500, Rng(0))) == pytest.approx(1 / (1 + np.e), abs=0.01)
    cooled = a_modeloid(group=500, coldest=0.1, gibbs_steps=20)
    cooled.machines[0].b[...] = -1.0
    cooled.machines[0].W[...] = 0.0
    assert np.mean(cooled.sample(500, Rng(0))) < 0.001


def test_samples_of_a_stack_follow_the_stack():
    made = a_modeloid((1, 4), hidden=[3, 2], layer_turns=[1], group=2000, gibbs_steps=30)
    generator = np.random.default_rng(0)
    for array in (array for machine in made.machines for array in machine.arrays.values()):
        array[...] = generator.normal(size=array.shape)
    lower, top = (machine.astype(float) for machine in made.machines)
    h = all_states(1, 3)
    rates = np.exp(log_p(top, h)) @ (1 / (1 + np.exp(-lower.visible_input(h)[:, 0])))
    assert np.mean(made.sample(4000, Rng(0)), axis=(0, 1)) == pytest.approx(rates, abs=0.03)


def test_cooling_ends_cold():
    temperatures = list(cooling(100, 2.0, 0.1))
    assert len(temperatures) == 100
    assert temperatures[:75] == [2.0] * 75
    assert temperatures[-1] == pytest.approx(0.2)
    assert sorted(temperatures, reverse=True) == temperatures
    assert list(cooling(1, 1.0, 0.1)) == [1.0]


def musical():
    return rbm.load_model(a_card(data={"domain": "music", "representation": ROLL}), None, Alone())


def test_pieces_of_music_are_scores(tmp_path):
    made = musical()
    made.train(a_batch(), Rng(0))
    (piece,) = made.sample(1, Rng(0), length=12)
    assert {note.pitch for note in piece.tracks[0].notes} <= set(range(60, 65))
    start = np.zeros((8, 5), np.uint8)
    start[:, 2] = 1
    from modeloid.music.represent import representation

    coder = representation(ROLL)
    score = coder.decode(start)
    score.dump_midi(tmp_path / "start.mid")
    for wish in (score, tmp_path / "start.mid", str(tmp_path / "start.mid")):
        (piece,) = made.sample(1, Rng(0), start=wish)
        assert np.array_equal(coder.encode(piece)[:4], start[:4])


def test_a_start_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        musical().sample(1, Rng(0), start=tmp_path / "none.mid")
    (tmp_path / "text.mid").write_text("this is no MIDI file")
    with pytest.raises(ReadError, match="cannot be read"):
        musical().sample(1, Rng(0), start=tmp_path / "text.mid")
