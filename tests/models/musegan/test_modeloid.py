import inspect
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from modeloid.backends.arguments import BatchError, WishError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.errors import ModeloidError, StateError
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import musegan
from modeloid.models.musegan.learner import falling, scene
from modeloid.models.musegan.likeness import apart, far, features, neighbours
from modeloid.models.musegan.notes import of_velocities
from modeloid.music.errors import ReadError

from .small import PAPER, SHAPE, TINY, Toy, a_batch, a_card, a_modeloid, an_item, trained

BASE = {key: value for key, value in TINY.items() if key != "planned_turns"}


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def of_preset(name):
    """The preset's own parameters, but its sizes; the given track by number, as the toy's tracks have other names."""
    found = {**musegan.presets[name]["parameters"], **BASE}
    found |= {"learning_rate": 0.003, "critic_learning_rate": 0.003}
    return {**found, "given": 1} if "given" in found else found


LONG = [name for name in musegan.presets if name not in ("default", "small", "composer", "jamming-accompany-paper")]


@pytest.mark.parametrize(
    "name",
    ["default", "composer", "jamming-accompany-paper", *(pytest.param(one, marks=pytest.mark.long) for one in LONG)],
)
def test_every_preset_keeps_the_contract(name):
    found = check(a_card(**of_preset(name)), musegan.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []
    assert len(found) == 19


@pytest.mark.parametrize("parts", [{"neurons": "stochastic"}, {"critics": "each", "given": 0}, {"average": 0.0}])
def test_other_choices_keep_the_contract(parts):
    assert all(result.passed for result in check(a_card(**parts), musegan.load_model, Toy(), Alone()))


def test_it_runs_in_the_cycle_and_resumes_there(tmp_path):
    def state(name, *lasts):
        for last in lasts:
            recipe = {"seed": 0, "batch": 6, "last": last, "validate": "2t", "save": "3t", "best": "min judge/far"}
            card = replace(a_card(), directory=tmp_path / name, cycle={**recipe, "generate": "2t", "pieces": 2})
            card.directory.mkdir(exist_ok=True)
            assert run(card, Toy(), TorchWorld()).status == "done"
        tested = json.loads((tmp_path / name / "record" / "test.json").read_text())
        step = (tmp_path / name / "state" / "last").read_text().strip()
        files = (tmp_path / name / "state" / step).glob("*.safetensors")
        return tested, {path.name: path.read_bytes() for path in files}

    tested, whole = state("whole", "6t")
    _, parts = state("parts", "4t", "6t")
    assert whole == parts
    assert {"unlike", "distance", "diversity", "empty_bars", "data_empty_bars"} == set(tested["loss"])


@pytest.mark.parametrize("parts", [{}, {**PAPER, "given": 2}])
def test_a_cut_changes_no_byte(parts, tmp_path):
    whole = saved(trained(7, **parts), tmp_path / "whole")
    half = saved(trained(3, **parts), tmp_path / "half")
    rest = a_modeloid(state=tmp_path / "half", **parts)
    for turn in range(3, 7):
        rest.train(a_batch(seed=turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


def test_the_state_holds_both_sides_and_their_optimisers(tmp_path):
    names = ("generator", "critics", "leads", "matching", "rehearsal", "choice", "practice", "generator.average")
    modules = {f"{name}.safetensors" for name in names}
    adams = {f"{name}.optimiser.{end}" for name in ("generator", "critics") for end in ("safetensors", "json")}
    assert set(saved(trained(2), tmp_path / "a")) == modules | adams | {"counters.json"}
    with pytest.raises(StateError):
        a_modeloid(state=tmp_path / "a", width=17)


def test_critics_step_each_turn_and_the_generator_each_so_many():
    modeloid = a_modeloid(critic_steps=3, calibrated=False)
    moved = []
    for turn in range(6):
        before = [[one.clone() for one in net.parameters()] for net in (modeloid.critics, modeloid.generator)]
        told = modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
        nets = zip(before, (modeloid.critics, modeloid.generator), strict=True)
        moved.append(
            [any(not torch.equal(*pair) for pair in zip(old, net.parameters(), strict=True)) for old, net in nets]
        )
        assert ("score" in told) == (turn % 3 == 2)
    assert moved == [[True, turn % 3 == 2] for turn in range(6)]


def test_critics_may_step_more_often_at_first_and_each_500th():
    modeloid = a_modeloid(first_critic_steps=5)
    scored = ["score" in modeloid.train(a_batch(), Rng(0).at(turn)) for turn in range(10)]
    assert [turn for turn, one in enumerate(scored) if one] == [4, 9]
    wanted = {}
    for done in (0, 24, 25, 499, 500, 501):
        modeloid._counters["generator_steps"] = done
        wanted[done] = modeloid._steps_wanted()
    assert wanted == {0: 5, 24: 5, 25: 2, 499: 2, 500: 5, 501: 2}


def test_levels_step_further_than_weights():
    far, near = (trained(2, level_steps=steps, calibrated=True).generator for steps in (20.0, 1.0))
    fresh = trained(1, calibrated=True).generator  # calibrated, and no step of the generator yet
    moved = [(net.notes.levels - fresh.notes.levels).abs().max().item() for net in (far, near)]
    assert moved[0] == pytest.approx(20 * moved[1], rel=1e-3)
    assert torch.equal(far.nets[0].first.weight, near.nets[0].first.weight)


def test_steps_fall_at_the_end():
    assert [falling(turn, 100, 0.2) for turn in (0, 80, 90, 99, 100, 200)] == [1, 1, 0.5, 0.05, 0.01, 0.01]
    assert falling(99, 100, 0.0) == 1


def test_it_learns_which_pitches_there_are():
    """All notes of the data lie in the lower half; the upper half falls silent."""
    rates = {"learning_rate": 0.005, "critic_learning_rate": 0.005, "chords": False, "matching": 0.0}
    modeloid = a_modeloid(calibrated=False, context_bars=0, kind="composer", streams=[], **rates)
    high = []
    for turn in range(160):
        if turn in (0, 159):
            high.append(np.mean([(piece[:, :, 7:] > 0).mean() for piece in modeloid.sample(8, Rng(1))]))
        modeloid.train(a_batch(8, seed=turn), Rng(0).at("train", turn))
    assert high[1] < 0.3 * high[0]


def test_what_is_like_the_data_has_no_distance_from_it():
    """Two sets of one kind, and a set of another kind."""
    one, other, third = (features(of_velocities(torch.from_numpy(a_batch(200, seed)))) for seed in (1, 2, 3))
    inside = far(one, neighbours(one)).mean()
    assert abs(far(one, other).mean() - inside / 2 - far(other, third).mean() / 2) < 0.02 * inside
    wild = features(of_velocities((torch.rand(200, *SHAPE) > 0.5).float()))
    assert far(one, wild).mean() - inside / 2 - far(wild, neighbours(wild)).mean() / 2 > inside


@pytest.mark.parametrize("parts", [{}, {"neurons": "stochastic", "given": 1}, {"notes": "cells", "neurons": "real"}])
@pytest.mark.parametrize("precision", ["bf16", "64"])
def test_other_precisions_train_tell_and_sample(parts, precision):
    modeloid = musegan.load_model(a_card(**parts), None, TorchWorld(precision=precision))
    for turn in range(2):
        told = modeloid.train(a_batch(seed=turn), Rng(0).at(turn))
    losses = modeloid.loss(a_batch(), Rng(0))
    assert all(np.isfinite(value) for value in (*told.values(), *(total for total, _ in losses.values())))
    assert modeloid.sample(1, Rng(0))[0].dtype == np.float32


@pytest.mark.parametrize(("share", "parts"), [(0.0, {}), (1.0, {}), (0.5, {}), (1.0, {"given": 1})])
def test_phrases_learn_to_go_on_from_what_was_made(share, parts):
    modeloid = trained(2, own_context=share, **parts)
    shown = scene(of_velocities(torch.from_numpy(a_batch(64))), modeloid.model)
    torch.manual_seed(0)
    begun, phrase = modeloid._learner.played(shown, 0)
    real = (begun.before.on == shown.before.on).flatten(1).all(1).float().mean().item()
    assert real == pytest.approx(1.0 if parts else 1 - share, abs=0.2 * (0 < share < 1))
    assert phrase.on.requires_grad
    assert not begun.before.on.requires_grad


def test_a_collapse_is_told():
    modeloid = trained(6)
    batch = a_batch(6)
    usual = modeloid.loss(batch, Rng(0))["diversity"]
    with torch.no_grad():
        for net in modeloid.generator.latents.temporal:
            for parameter in net.parameters():
                parameter.zero_()
        for net in modeloid.generator.nets:
            net.first.weight.zero_()
            net.first.bias.normal_()
        modeloid.generator.harmony.heard = None
        for net in (*modeloid.generator.plays, modeloid.generator.harmony.first):
            net.weight.zero_()
        modeloid.generator.notes.levels[..., 0] += 1.0
        modeloid.generator.notes.gate_shares.fill_(1.0)
    collapsed = modeloid.loss(batch, Rng(0))["diversity"]
    assert usual[0] / usual[1] > 0.5
    assert collapsed[0] / collapsed[1] < 0.05
    modeloid.train(batch, Rng(0).at(0))
    assert modeloid.train(batch, Rng(0).at(1))["diversity"] < 0.05


def test_rolls_are_apart_by_what_they_do_not_share():
    one, other = torch.zeros(3, 4), torch.zeros(3, 4)
    one[0, :2] = other[0, 1:3] = one[1, 0] = other[1, 0] = 1
    assert apart(one, other).tolist() == pytest.approx([2 / 3, 0, 0])


def test_any_length_comes_in_one_run_without_a_hole():
    """Phrases of two bars; notes go on over the border between them, bars are not silent there more than elsewhere."""
    modeloid = trained(6)
    with torch.no_grad():
        modeloid.generator.notes.levels[..., 1] += 5.0  # so young, it would hardly hold a note
    pieces = np.stack(modeloid.sample(16, Rng(3), length_bars=7))
    assert pieces.shape == (16, 7, *SHAPE[1:])
    on = pieces[..., 1:] > 0
    held = [(on[:, bar - 1, -1] & on[:, bar, 0]).sum() for bar in range(1, 7)]
    assert sum(held[1::2]) > 0  # bars 2, 4, 6 begin a phrase
    assert all(on[:, bar].any() for bar in range(7))
    longer = modeloid.sample(2, Rng(3), length_bars=9)
    assert (longer[0][:7] == pieces[0]).all()


def test_what_holds_moves_as_far_as_is_wished():
    modeloid = a_modeloid()
    from modeloid.models.musegan.latents import moved

    held, fresh = torch.randn(2, 20_000)
    assert torch.equal(moved(held, fresh, 0.0), held)
    assert moved(held, fresh, 0.5).std() == pytest.approx(1, abs=0.02)
    steady, restless = (modeloid.sample(2, Rng(0), length_bars=8, change=change) for change in (0.0, 1.0))
    assert (steady[0][:2] == restless[0][:2]).all()
    assert not (steady[0] == restless[0]).all()


def test_a_smaller_spread_is_closer_to_the_usual():
    modeloid = trained(4)

    def differ(spread):
        rolls = torch.from_numpy(np.stack(modeloid.sample(16, Rng(0), length_bars=2, spread=spread)))
        return float(apart(rolls, neighbours(rolls)).mean())

    assert differ(0.01) < 0.5 * differ(1.0)


def test_velocities_are_made_and_differ():
    pieces = np.stack(trained(6).sample(8, Rng(0)))
    loud = pieces[pieces > 0]
    assert ((loud >= 1 / 127 - 1e-7) & (loud <= 1)).all()
    assert len(np.unique(loud)) > 8
    plain = np.stack(trained(6, velocities=False).sample(2, Rng(0)))
    assert set(np.unique(plain)) <= {0, np.float32(80 / 127)}


def test_real_neurons_are_cut_at_a_half():
    modeloid = trained(2, **PAPER)
    piece = modeloid.sample(1, Rng(0), length_bars=2)[0]
    assert set(np.unique(piece)) <= {0, np.float32(80 / 127)}


def test_a_prompt_is_kept_and_gone_on_from():
    modeloid = trained(4)
    prompts = [an_item(5)[:2], an_item(6)[:2]]
    pieces = [modeloid.sample(1, Rng(2), prompt=prompt, length_bars=6)[0] for prompt in prompts]
    assert all((piece[:2] == prompt).all() and len(piece) == 6 for piece, prompt in zip(pieces, prompts, strict=True))
    assert (pieces[0][2:] != pieces[1][2:]).any()
    assert len(modeloid.sample(1, Rng(2), prompt=prompts[0])[0]) == 2 + 8


def test_a_given_track_is_kept_and_the_others_follow_it():
    modeloid = trained(4, given=1)
    leads = [an_item(5)[[0, 1, 2, 0, 1]], an_item(6)[[0, 1, 2, 0, 1]]]
    pieces = [modeloid.sample(1, Rng(2), given=lead)[0] for lead in leads]
    for piece, lead in zip(pieces, leads, strict=True):
        assert piece.shape == (5, *SHAPE[1:])
        assert (piece[..., 1] == lead[..., 1]).all()
    assert (pieces[0][..., [0, 2]] != pieces[1][..., [0, 2]]).any()
    (alone,) = modeloid.sample(1, Rng(2), given=leads[0][..., 1])
    assert (alone == pieces[0]).all()
    longer = modeloid.sample(1, Rng(2), given=leads[0], length_bars=8)[0]
    assert not longer[5:, ..., 1].any()


def test_without_a_wish_it_accompanies_what_it_saw_in_training():
    modeloid = trained(4, given=1)
    seen = np.concatenate([a_batch(seed=turn) for turn in range(4)])[:, 1:, :, :, 1]
    for piece in modeloid.sample(6, Rng(0)):
        assert any((piece[..., 1] == lead).all() for lead in seen)
    fresh = a_modeloid(given=1).sample(1, Rng(0))[0]
    assert not fresh[..., 1].any()


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        ({"lenght_bars": 1}, "length_bars"),
        ({"length_bars": -1}, "length_bars"),
        ({"length_bars": 5000}, "length_bars"),
        ({"length_bars": True}, "length_bars"),
        ({"spread": 0}, "spread"),
        ({"spread": float("nan")}, "spread"),
        ({"change": 1.1}, "change"),
        ({"prompt": an_item(0), "length_bars": 3}, "prompt"),
        ({"given": an_item(0) * 0}, "given"),
    ],
)
def test_bad_wishes_are_named(wishes, names):
    with pytest.raises(WishError) as caught:
        a_modeloid(given=1).sample(1, Rng(0), **wishes)
    assert names in str(caught.value)


@pytest.mark.parametrize("piece", [np.zeros((0, 4, 14, 3)), np.zeros((2, 4, 13, 3)), np.zeros(3), 2 * an_item(0)])
@pytest.mark.parametrize("wish", ["prompt", "given"])
def test_pieces_that_do_not_fit_are_refused(piece, wish):
    with pytest.raises(BatchError, match=wish):
        a_modeloid(given=1).sample(1, Rng(0), **{wish: piece})


def test_wishes_that_a_modeloid_cannot_fulfil_are_unknown_to_it():
    with pytest.raises(WishError, match="prompt"):
        a_modeloid(context_bars=0).sample(1, Rng(0), prompt=an_item(0))
    with pytest.raises(WishError, match="given"):
        a_modeloid().sample(1, Rng(0), given=an_item(0))


def test_no_file_is_no_piece():
    from modeloid.models.musegan.items import Items

    with pytest.raises(ReadError, match="no such file"):
        Items(SHAPE, {"kind": "multitrack"}).bars("nowhere.mid", "prompt", 3)


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((2, 3, 4, 14)),
        np.zeros((2, 3, 4, 13, 3)),
        np.zeros((0, *SHAPE)),
        np.full((2, *SHAPE), 1.5),
        np.full((2, *SHAPE), np.nan),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(batch):
    for act in (a_modeloid().train, a_modeloid().loss):
        with pytest.raises(BatchError):
            act(batch, Rng(0))


def test_rolls_of_0_and_1_and_silence_are_taken():
    modeloid = a_modeloid()
    for turn, batch in enumerate([np.zeros((3, *SHAPE), np.uint8), (a_batch(3) > 0).astype(np.uint8)]):
        told = modeloid.train(batch, Rng(0).at(turn))
        assert all(np.isfinite(value) for value in told.values())


def test_nothing_is_imported_before_it_is_needed():
    assert "import torch" not in inspect.getsource(musegan)
    assert not any(line.startswith("from .modeloid") for line in inspect.getsource(musegan).splitlines())


def test_errors_are_ours():
    assert issubclass(WishError, ModeloidError)
    assert issubclass(BatchError, ModeloidError)
