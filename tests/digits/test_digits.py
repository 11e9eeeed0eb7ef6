"""The cycle is general: torch modeloids on images, a GAN with two optimisers among them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from digits import domain
from digits.cards import card
from modeloid.backends.torch import TorchWorld
from modeloid.cycle.contract import Domain, HasAverage, HasLikelihood, Modeloid
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.stages import evaluate

KINDS = ("made", "gan")


@pytest.fixture(scope="module")
def digits():
    return {"made": domain.open({"binary": True}), "gan": domain.open({"binary": False})}


def made(tmp_path, digits, kind, turns=3, **model):
    """A modeloid that has trained a few turns, so that its statistics and averages are not the first ones."""
    here = card(tmp_path / "card", kind, model)
    modeloid = here.load_model(here, None, TorchWorld())
    for turn in range(turns):
        modeloid.train(batch(digits[kind]), here.rng.at("train", turn, 0))
    return here, modeloid


def batch(digits, part="train", count=16):
    return digits.batch(part, np.arange(count), Rng(0).at("item", 0))


def files(directory):
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def last_checkpoint(directory):
    return directory / "state" / (directory / "state" / "last").read_text().strip()


def state_files(directory):
    """What the modeloid itself saved, without what the cycle adds."""
    return {
        name: data
        for name, data in files(last_checkpoint(directory)).items()
        if name.islower() and name != "cycle.json"
    }


@pytest.mark.parametrize("kind", KINDS)
def test_fulfils_the_protocols(tmp_path, digits, kind):
    _, modeloid = made(tmp_path, digits, kind)
    assert isinstance(digits[kind], Domain)
    assert isinstance(modeloid, Modeloid)
    assert isinstance(modeloid, HasAverage)
    assert isinstance(modeloid, HasLikelihood) == (kind == "made")


def test_density_falls_by_a_margin_through_the_cycle(tmp_path, digits):
    here = card(tmp_path / "m", "made", last="20e", generate="10e")
    fresh = here.load_model(here, None, TorchWorld())
    before = evaluate(fresh, digits["made"], "valid", 64, TorchWorld(), here.rng)["loss"]
    outcome = run(here, digits["made"], TorchWorld())
    assert outcome.status == "done"
    # 64 fair coins are 44.4 nats; independent pixels of the training part's frequencies are 25.5.
    assert before > 43
    assert outcome.best["value"] < 21
    result = json.loads((here.directory / "record" / "test.json").read_text())
    assert result["likelihood"]["nll_per_step"] * 64 == pytest.approx(result["loss"]["loss"], rel=1e-9)
    assert len(list((here.directory / "record" / "samples").glob("step-*/*.pgm"))) == 4 * 2


def test_likelihood_is_a_probability(tmp_path, digits):
    """All 2^64 images cannot be summed, but what the model says of pixel i must not look at pixel i or later."""
    _, modeloid = made(tmp_path, digits, "made")
    items = torch.from_numpy(batch(digits["made"], count=1)).repeat(64, 1).requires_grad_()
    modeloid.net.eval()
    logits = modeloid.net(items)
    (slopes,) = torch.autograd.grad(logits.diagonal().sum(), items)
    assert slopes.triu().abs().sum() == 0
    assert slopes.tril(-1).abs().sum() > 0


@pytest.mark.parametrize(("kind", "precision"), [("made", "32"), ("made", "64"), ("made", "bf16"), ("gan", "32")])
def test_resumed_run_equals_undisturbed(tmp_path, digits, kind, precision):
    recipe = {"validate": "3t", "generate": "5t", "save": "4t", "batch": 32}
    model = {"milestones": [3, 6]} if kind == "made" else {}
    whole = card(tmp_path / "whole", kind, model, last="10t", **recipe)
    parts = card(tmp_path / "parts", kind, model, last="4t", **recipe)
    run(whole, digits[kind], TorchWorld(precision=precision))
    run(parts, digits[kind], TorchWorld(precision=precision))
    halfway = state_files(parts.directory)
    run(card(tmp_path / "parts", kind, model, last="10t", **recipe), digits[kind], TorchWorld(precision=precision))
    assert state_files(parts.directory) == state_files(whole.directory)
    assert halfway != state_files(whole.directory)
    log = whole.directory / "record" / "log.jsonl"
    assert (parts.directory / "record" / "log.jsonl").read_bytes() == log.read_bytes()


def test_gan_keeps_its_own_cadences(tmp_path, digits):
    here = card(tmp_path / "m", "gan", {"critic_steps": 3, "generator_every": 2}, last="7t")
    run(here, digits["gan"], TorchWorld())
    checkpoint = last_checkpoint(here.directory)
    assert json.loads((checkpoint / "counters.json").read_text()) == {"generator_steps": 3, "turns": 7}
    from safetensors.torch import load_file

    steps = {
        name: int(load_file(checkpoint / f"{name}.optimiser.safetensors")["0.step"]) for name in ("adam_c", "adam_g")
    }
    assert steps == {"adam_c": 21, "adam_g": 3}


def test_gan_draws_nearer_to_the_digits(tmp_path, digits):
    here, modeloid = made(tmp_path, digits, "gan", turns=0)
    before = digits["gan"].judge(modeloid.sample(64, Rng(0)), "valid")["mean_image_distance"]
    for turn in range(150):
        modeloid.train(digits["gan"].batch("train", np.arange(turn, turn + 64), Rng(0)), here.rng.at("train", turn, 0))
    after = digits["gan"].judge(modeloid.sample(64, Rng(0)), "valid")["mean_image_distance"]
    assert after < before / 2


@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_sample_leave_no_trace(tmp_path, digits, kind):
    _, modeloid = made(tmp_path, digits, kind)
    frozen = next(part for part in getattr(modeloid, "generator", getattr(modeloid, "net", None)).modules())
    for part in list(frozen.children())[:1]:
        part.eval()
    modes = [part.training for part in frozen.modules()]
    assert len(set(modes)) == 2
    torch.manual_seed(11)
    random = torch.get_rng_state()
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    modeloid.save(tmp_path / "before")
    first = modeloid.loss(batch(digits[kind], "valid"), Rng(0).at("valid", 0))
    again = modeloid.loss(batch(digits[kind], "valid"), Rng(0).at("valid", 0))
    modeloid.sample(3, Rng(0))
    modeloid.save(tmp_path / "after")
    assert first == again
    assert torch.equal(torch.get_rng_state(), random)
    assert [part.training for part in frozen.modules()] == modes
    assert files(tmp_path / "before") == files(tmp_path / "after")


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_samples_are_a_prefix(tmp_path, digits, kind):
    _, modeloid = made(tmp_path, digits, kind, group=3)
    many = modeloid.sample(8, Rng(0))
    assert len(many) == 8
    for n in (1, 4, 7):
        assert np.array_equal(many[:n], modeloid.sample(n, Rng(0)))
    assert not np.array_equal(many, modeloid.sample(8, Rng(1)))
    assert not np.array_equal(many[0], many[1])


@pytest.mark.parametrize("kind", KINDS)
def test_save_load_save_is_byte_equal(tmp_path, digits, kind):
    here, modeloid = made(tmp_path, digits, kind)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    modeloid.save(tmp_path / "one")
    here.load_model(here, tmp_path / "one", TorchWorld()).save(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_wishes_and_keys_are_refused(tmp_path, digits, kind):
    _, modeloid = made(tmp_path, digits, kind)
    with pytest.raises(ModeloidError, match="temprature"):
        modeloid.sample(1, Rng(0), temprature=2)
    with pytest.raises(ModeloidError, match="Did you mean 'binary'"):
        domain.open({"binery": True})
