"""The family as a modeloid: the contract, the cycle, states, and what is given and comes back."""

import inspect
import json
from dataclasses import replace

import numpy as np
import pytest

from modeloid.backends.arguments import BatchError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.errors import StateError
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import voices

from .small import Toy, a_batch, a_card, a_grid, a_modeloid, stirred, trained


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_it_keeps_the_contract():
    found = check(a_card(), voices.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []
    assert len(found) == 20


def test_it_runs_in_the_cycle_and_resumes_there(tmp_path):
    def state(name, *lasts):
        for last in lasts:
            recipe = {"seed": 0, "batch": 6, "last": last, "validate": "2t", "save": "3t", "best": "min valid/loss"}
            card = replace(a_card(), directory=tmp_path / name, cycle={**recipe, "generate": "6t", "pieces": 2})
            card.directory.mkdir(exist_ok=True)
            assert run(card, Toy(), TorchWorld()).status == "done"
        tested = json.loads((tmp_path / name / "record" / "test.json").read_text())
        step = (tmp_path / name / "state" / "last").read_text().strip()
        files = (tmp_path / name / "state" / step).glob("*.safetensors")
        return tested, {path.name: path.read_bytes() for path in files}

    tested, whole = state("whole", "6t")
    _, parts = state("parts", "4t", "6t")
    assert whole == parts
    assert tested["likelihood"]["nll_per_step"] == pytest.approx(tested["loss"]["loss"], rel=1e-12)
    assert tested["likelihood"]["steps"] == sum(3 + index % 6 for index in range(12))


def test_a_cut_changes_no_byte(tmp_path):
    whole = saved(trained(8), tmp_path / "whole")
    half = saved(trained(5), tmp_path / "half")
    rest = a_modeloid(state=tmp_path / "half")
    for turn in range(5, 8):
        rest.train(a_batch(seed=turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


@pytest.mark.parametrize("noise", ["noise", "near_noise", "dropout", "near_dropout"])
def test_noise_is_there_in_training_alone(noise):
    still = {"noise": 0.0, "near_noise": 0.0, "dropout": 0.0, "near_dropout": 0.0}
    noisy, plain = (stirred(a_modeloid(**{**still, noise: share})) for share in (0.9, 0.0))
    batch = a_batch()
    assert noisy.log_likelihood(batch)[0].tobytes() == plain.log_likelihood(batch)[0].tobytes()
    assert noisy.train(batch, Rng(0))["loss"] != plain.train(batch, Rng(0))["loss"]


def test_the_state_is_tensors_and_json(tmp_path):
    names = set(saved(trained(1), tmp_path / "a"))
    tensors = {"net.safetensors", "net.average.safetensors", "adamw.optimiser.safetensors"}
    assert names == tensors | {"adamw.optimiser.json", "counters.json"}


def test_a_state_of_another_size_is_refused(tmp_path):
    saved(trained(1), tmp_path / "a")
    with pytest.raises(StateError):
        a_modeloid(state=tmp_path / "a", width=10)


def test_the_average_is_another_network():
    modeloid = trained(20)
    plain = modeloid.log_likelihood(a_batch())[0]
    with modeloid.averaged():
        assert (modeloid.log_likelihood(a_batch())[0] != plain).all()
    assert modeloid.log_likelihood(a_batch())[0].tobytes() == plain.tobytes()


def test_a_repeat_is_learnt_from_few_turns():
    """Second halves that are the first again cost less than half where repeats are looked for."""
    losses = {}
    for repeats in (True, False):
        quiet = {"dropout": 0.0, "noise": 0.0, "near_noise": 0.0, "given_share": 0.0, "frames": 256}
        modeloid = a_modeloid(repeats=repeats, **quiet)
        for turn in range(60):
            batch = np.stack([a_grid(32, seed=8 * turn + row) for row in range(8)])
            modeloid.train(batch, Rng(0).at(turn))
        fresh = [modeloid.cell_likelihoods(a_grid(32, seed=10**6 + row))[20:] for row in range(8)]
        losses[repeats] = -np.mean(fresh)
    assert losses[True] < 0.5 * losses[False]


def test_what_is_given_helps_once_it_was_learnt():
    """The second voice sings what the first one sings a frame later: only what is given ahead tells it."""
    losses = {}

    def canon(seed):
        top = a_grid(25, of=1, seed=seed)[:, 0]
        return np.stack([top[:-1], top[1:]], axis=1)

    given = np.zeros((24, 2), bool)
    given[:, 0] = True
    for share in (0.7, 0.0):
        modeloid = a_modeloid(dropout=0.0, noise=0.0, near_noise=0.0, given_share=share, frames=256, order="up")
        for turn in range(80):
            modeloid.train(np.stack([canon(8 * turn + row) for row in range(8)]), Rng(0).at(turn))
        losses[share] = -np.mean([modeloid.cell_likelihoods(canon(10**6 + row), given)[:, 1] for row in range(8)])
    assert losses[0.7] < 0.7 * losses[0.0]


@pytest.mark.parametrize("order", ["down", "up", "outer"])
@pytest.mark.parametrize("share", [0.0, 0.3])
def test_given_voices_and_bars_come_back_in_every_output(order, share):
    modeloid, piece = stirred(a_modeloid(order=order, given_share=share)), a_grid(29)
    for voice in (0, 1):
        pieces = modeloid.sample(6, Rng(2), given=piece, voices=[f"voice {voice + 1}"], bars="2")
        for made in pieces:
            assert made.shape == piece.shape and made.dtype == np.uint8
            assert made[:, voice].tobytes() == piece[:, voice].tobytes()
            assert made[8:16].tobytes() == piece[8:16].tobytes()
        assert len({made.tobytes() for made in pieces}) > 1


def test_a_piece_is_gone_on_from():
    modeloid, piece = trained(), a_grid(11)
    for made in modeloid.sample(3, Rng(2), given=piece, length_bars=3):
        assert made.shape == (24, 2) and (made[:11] == piece).all()
    for made in modeloid.sample(3, Rng(2), given=piece, bars="1", length_bars=1 + 1):
        assert made.shape == (16, 2) and (made[:8] == piece[:8]).all()


def test_given_voices_of_a_score_come_back_in_scores(tmp_path):
    """Through notes: tracks are named, and the ones given hold the notes that were given."""
    from modeloid.music.represent import representation

    modeloid = stirred(a_modeloid(music=True))
    coder = representation(modeloid._items.representation)
    piece = coder.decode(a_grid(24, seed=3))
    path = tmp_path / "given.mid"
    piece.dump_midi(path)
    for source in (piece, path):
        for made in modeloid.sample(3, Rng(0), given=source, voices="voice 2"):
            assert [track.name for track in made.tracks] == ["Voice 1", "Voice 2"]
            assert np.array_equal(coder.encode(made)[:24, 1], a_grid(24, seed=3)[:, 1][: len(coder.encode(made))])


def test_one_track_is_the_one_voice_that_is_named(tmp_path):
    from modeloid.music.represent import representation

    modeloid = stirred(a_modeloid(music=True))
    grid = a_grid(16, seed=3)
    grid[-1] = 3
    coder = representation(modeloid._items.representation)
    score = coder.decode(grid)
    score.tracks.pop(1)
    for number, name in enumerate(("voice 1", "voice 2")):
        (made,) = modeloid.sample(1, Rng(0), given=score, voices=name)
        assert np.array_equal(coder.encode(made)[:, number], grid[:, 0])


def test_a_low_temperature_and_a_small_share_are_surer():
    modeloid = trained(60)
    warm = modeloid.sample(8, Rng(4), temperature=3.0, length_bars=2)
    for surer in ({"temperature": 0.05}, {"top_p": 0.05}):
        cold = modeloid.sample(8, Rng(4), length_bars=2, **surer)
        changes = [np.mean([np.ptp(made.astype(int), axis=0).sum() for made in some]) for some in (cold, warm)]
        assert changes[0] < changes[1]


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((2, 8, 3), np.uint8),
        np.zeros((8, 2), np.uint8),
        np.full((2, 8, 2), 7, np.uint8),
        np.zeros((0, 8, 2), np.uint8),
        a_batch()._replace(lengths=np.zeros(6, np.int64)),
        a_batch()._replace(lengths=np.full(6, 9)),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(batch):
    with pytest.raises(BatchError):
        a_modeloid().log_likelihood(batch)


def test_nothing_is_imported_before_it_is_needed():
    source = inspect.getsource(voices)
    assert "import torch" not in source
    assert not any(line.startswith("from .modeloid") for line in source.splitlines())


def test_the_seed_matters(tmp_path):
    cards = [a_card(seed=seed) for seed in (0, 0, 1)]
    states = [
        saved(voices.load_model(card, None, Alone()), tmp_path / str(number)) for number, card in enumerate(cards)
    ]
    assert states[0] == states[1] != states[2]
