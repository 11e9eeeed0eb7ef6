import inspect
import json
from dataclasses import replace

import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, WishError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.errors import ModeloidError, StateError
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import frames
from modeloid.models.frames.items import Items
from modeloid.models.frames.transpose import transposed
from modeloid.music.errors import ReadError

from .small import Toy, a_batch, a_card, a_modeloid, a_roll, trained


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_it_keeps_the_contract():
    found = check(a_card(), frames.load_model, Toy(), Alone())
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


@pytest.mark.parametrize("parts", [{}, {"noise": 0.2, "near_dropout": 0.2, "recurrent": 0}])
def test_a_cut_changes_no_byte(parts, tmp_path):
    whole = saved(trained(8, **parts), tmp_path / "whole")
    half = saved(trained(5, **parts), tmp_path / "half")
    rest = a_modeloid(state=tmp_path / "half", **parts)
    for turn in range(5, 8):
        rest.train(a_batch(seed=turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


def test_noise_hides_notes_in_training_alone():
    noisy, plain = (a_modeloid(noise=noise, dropout=0.0, far_dropout=0.0) for noise in (0.9, 0.0))
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
    """What an earlier passage says is worth more than half of the second half of these pieces."""
    losses = {}
    for repeats in (True, False):
        modeloid = a_modeloid(shape=(32, 6), repeats=repeats, transpose=[0, 0], dropout=0.0, warm_turns=5)
        for turn in range(60):
            modeloid.train(np.stack([a_roll(32, 6, seed=8 * turn + row) for row in range(8)]), Rng(0).at(turn))
        fresh = [modeloid.frame_likelihoods(a_roll(32, 6, seed=10**6 + row))[18:] for row in range(8)]
        losses[repeats] = -np.mean(fresh)
    assert losses[True] < 0.7 * losses[False]


def test_a_prompt_is_kept_and_gone_on_from():
    modeloid, prompt = trained(), a_roll(5, 6)
    pieces = modeloid.sample(3, Rng(2), prompt=prompt, length_frames=9)
    assert all(piece.shape == (9, 6) and (piece[:5] == prompt).all() for piece in pieces)
    shorter = modeloid.sample(1, Rng(2), prompt=prompt, prompt_frames=2, length_frames=9)
    assert (shorter[0][:2] == prompt[:2]).all()


def test_going_on_draws_from_the_same_distribution_whatever_was_seen_at_once():
    """One call on the whole past gives the network's memory that frame by frame gives."""
    import torch

    modeloid, roll = trained(), torch.from_numpy(a_roll(12, 6)).float()[None]
    zero = torch.zeros(1, dtype=torch.int64)
    modeloid.nets[0].eval()
    with torch.no_grad():
        whole, _ = modeloid.nets[0].known(roll, zero, zero)
        memory = None
        for frame in range(12):
            part, memory = modeloid.nets[0].known(roll[:, : frame + 1], zero, zero, frame, memory)
            for one, all_ in zip(part, whole, strict=True):
                torch.testing.assert_close(one[0], all_[frame], rtol=1e-4, atol=1e-5)


def test_a_low_temperature_is_surer():
    modeloid = trained(60)
    cold, warm = (modeloid.sample(8, Rng(4), temperature=heat, length_frames=12) for heat in (0.05, 3.0))
    assert np.ptp(np.array(cold), axis=0).sum() < 0.7 * np.ptp(np.array(warm), axis=0).sum()


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        ({"temprature": 1}, "temperature"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": 1e-310}, "at least 0.000001"),
        ({"temperature": True}, "temperature"),
        ({"length_frames": 0}, "length_frames"),
        ({"length_frames": 2.5}, "length_frames"),
        ({"prompt_frames": -1}, "prompt_frames"),
        ({"prompt_frames": 3}, "no prompt"),
        ({"prompt": a_roll(8, 6)}, "prompt"),
        ({"prompt": a_roll(4, 6), "prompt_frames": 5}, "prompt_frames"),
    ],
)
def test_bad_wishes_are_named(wishes, names):
    with pytest.raises(WishError) as caught:
        a_modeloid().sample(1, Rng(0), **wishes)
    assert names in str(caught.value)


@pytest.mark.parametrize("prompt", [np.zeros((4, 5)), np.zeros(6), np.zeros((0, 6))])
def test_a_prompt_of_another_shape_is_refused(prompt):
    with pytest.raises(BatchError, match="prompt"):
        a_modeloid().sample(1, Rng(0), prompt=prompt)


def test_no_file_is_no_prompt():
    music = {"kind": "roll", "steps_per_beat": 1, "low": 60, "high": 66}
    items = Items(6, music)
    with pytest.raises(ReadError, match="no such file"):
        items.prompt("nowhere.mid")


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((2, 8, 5), np.uint8),
        np.zeros((8, 6), np.uint8),
        np.full((2, 8, 6), 2, np.uint8),
        np.zeros((0, 8, 6), np.uint8),
        a_batch()._replace(lengths=np.zeros(6, np.int64)),
        a_batch()._replace(lengths=np.full(6, 9)),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(batch):
    with pytest.raises(BatchError):
        a_modeloid().log_likelihood(batch)


def test_transposition_keeps_every_note_and_says_how_far():
    rolls = a_batch([8] * 200, pitches=20).frames
    rolls[:, :, :7] = rolls[:, :, 15:] = 0
    rolls[0] = 0
    moved, shift = transposed(rolls, -5, 6, Rng(0))
    assert set(shift[1:]) == set(range(-5, 6)) | {6}
    for before, after, by in zip(rolls, moved, shift, strict=True):
        assert (np.roll(before, by, axis=1) == after).all()
    rolls[:, 0, 19] = rolls[:, 0, 1] = 1
    assert set(transposed(rolls, -5, 6, Rng(0))[1][1:]) == {-1, 0}


def test_nothing_is_imported_before_it_is_needed():
    source = inspect.getsource(frames)
    assert "import torch" not in source
    assert not any(line.startswith("from .modeloid") for line in source.splitlines())


def test_the_seed_matters(tmp_path):
    states = [saved(a_modeloid(seed=seed), tmp_path / str(number)) for number, seed in enumerate((0, 0, 1))]
    assert states[0] == states[1] != states[2]


def test_errors_are_ours():
    assert issubclass(WishError, ModeloidError)
    assert issubclass(BatchError, ModeloidError)
