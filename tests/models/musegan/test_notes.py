import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.musegan.calibrate import wanted
from modeloid.models.musegan.notes import Notes, Roll, of_velocities, recurrence

from .small import a_batch, a_model


def in_a_loop(keep, new, first):
    states, state = [], first
    for step in range(keep.shape[1]):
        state = keep[:, step] * state + new[:, step]
        states.append(state)
    return torch.stack(states, 1)


@given(steps=st.integers(1, 20), seed=st.integers(0, 100))
def test_the_recurrence_is_that_of_a_loop(steps, seed):
    generator = torch.Generator().manual_seed(seed)
    keep = torch.rand(2, steps, 3, generator=generator)
    new, first = torch.rand(2, steps, 3, generator=generator), torch.rand(2, 3, generator=generator)
    torch.testing.assert_close(recurrence(keep, new, first), in_a_loop(keep, new, first))


def test_what_is_held_stays_equal_to_the_last_bit():
    keep, new = torch.ones(1, 50, 1), torch.zeros(1, 50, 1)
    new[0, 3], keep[0, 3] = 0.1, 0.0
    found = recurrence(keep, new, torch.zeros(1, 1))
    assert set(found[0, 3:].flatten().tolist()) == {new[0, 3].item()}
    assert not found[0, :3].any()


def maps_of(begins, holds, loud, model, tracks=3):
    bars, steps, pitches = model["phrase_bars"], *model["shape"][1:3]
    maps = torch.full((1, bars, steps, pitches, tracks, 3), -5.0)
    flat = maps.view(1, bars * steps, pitches, tracks, 3)
    for track, step in begins:
        flat[:, step, 0, track, 0] = 5.0
    for track, step in holds:
        flat[:, step, 0, track, 1] = 5.0
    flat[..., 2] = torch.logit(torch.tensor(loud))[None, :, None, None]
    return maps


def test_notes_begin_are_held_and_keep_their_velocity():
    model = a_model(context_bars=1)
    notes = Notes({**model, "calibrated": False}, [True, False, False])
    loud = np.linspace(0.1, 0.8, 8).tolist()
    holds = [(0, 2), (1, 2), (1, 3), (1, 6), (2, 0), (2, 1)]
    maps = maps_of([(0, 1), (0, 4), (1, 1), (1, 3), (2, 5)], holds, loud, model)
    before = of_velocities(torch.zeros(1, 1, 4, 14, 3))
    before.on[0, 0, 3, 0], before.loud[0, 0, 3, 0] = 1.0, 0.33
    roll = notes(maps, None, before, 1.0, None)
    on, velocity = (part.view(8, 14, 3)[:, 0] for part in roll)
    assert on[:, 0].tolist() == [0, 1, 0, 0, 1, 0, 0, 0]  # a drum is never held
    assert on[:, 1].tolist() == [0, 1, 1, 1, 0, 0, 0, 0]  # it begins again while it sounds: the same note
    assert on[:, 2].tolist() == [1, 1, 0, 0, 0, 1, 0, 0]  # it goes on from the bar before
    assert velocity[1:4, 1].tolist() == pytest.approx([loud[1]] * 3)
    assert velocity[:2, 2].tolist() == pytest.approx([0.33] * 2)
    assert velocity[[1, 4], 0].tolist() == pytest.approx([loud[1], loud[4]])
    assert (velocity[on == 0] == 0).all()
    silent = notes(maps, None, None, 1.0, None)
    assert not silent.on.view(8, 14, 3)[:2, 0, 2].any()


def test_cells_are_decided_alone():
    model = a_model(context_bars=0, notes="cells", calibrated=False, velocities=False)
    maps = torch.randn(2, 3, 4, 14, 3, 1, requires_grad=True)
    roll = Notes(model, [True, False, False])(maps, None, None, 2.0, None)
    assert torch.equal(roll.on, (maps[..., 0] > 0).float())
    assert torch.equal(roll.on, roll.loud)
    real = Notes({**model, "neurons": "real"}, [True, False, False])(maps, None, None, 1.0, None)
    torch.testing.assert_close(real.on, torch.sigmoid(maps[..., 0]))


def test_gradients_reach_every_map():
    model = a_model(context_bars=0)
    maps = torch.randn(2, 3, 4, 14, 3, 3, requires_grad=True)
    Notes(model, [True, False, False])(maps, None, None, 1.0, None).loud.sum().backward()
    share = (maps.grad != 0).float().mean((0, 1, 2, 3))
    assert (share[:, [0, 2]] > 0.05).all()
    assert share[1, 1] > 0.1
    assert share[0, 1] == 0  # drums are not held


def test_real_neurons_are_calibrated_for_the_threshold_that_decides():
    model = a_model(context_bars=0, notes="cells", neurons="real")
    real = of_velocities(torch.from_numpy(a_batch(64)))
    notes, rates = Notes(model, [False] * 3), wanted(real, [False] * 3, False, False)
    maps = 0.7 * torch.randn(200, 3, 4, 14, 3, 2) + 0.4
    notes.calibrate(maps, rates)
    often = (notes(maps, None, None, 1.0, None).on > 0.5).float().mean((0, 1, 2, 3))
    torch.testing.assert_close(often, rates.begins.mean(0), rtol=0.1, atol=0.002)


@pytest.mark.parametrize("neurons", ["deterministic", "stochastic"])
def test_calibrated_levels_begin_and_hold_as_often_as_the_data(neurons):
    model = a_model(context_bars=0, neurons=neurons)
    drums = [True, False, False]
    items = a_batch(64)
    items[::2, 1, ..., 1] = 0
    real = of_velocities(torch.from_numpy(items))
    notes, rates = Notes(model, drums), wanted(real, drums, True, True)
    maps = 0.7 * torch.randn(200, 3, 4, 14, 3, 3) + 0.4
    playing = torch.randn(200, 3, 3) + 0.3
    notes.calibrate(maps, rates)
    roll = notes(maps, playing, None, 1.0, torch.rand(200, 3, 4, 14, 3, 2) if neurons == "stochastic" else None)
    made = wanted(Roll(*(part.detach() for part in roll)), drums, True, False)
    rates = rates._replace(begins=rates.begins * rates.plays)
    open_ = notes._gates(playing, 1.0).mean((0, 1, 2, 3))
    torch.testing.assert_close(open_, rates.plays, rtol=0, atol=0.05)
    torch.testing.assert_close(made.begins.mean(0), rates.begins.mean(0), rtol=0.2, atol=0.002)
    torch.testing.assert_close(made.holds[1:], rates.holds[1:], rtol=0.1, atol=0.02)
    torch.testing.assert_close(made.loudness, rates.loudness, rtol=0.15, atol=0.02)


def test_a_gate_silences_a_track_for_a_bar():
    notes = Notes(a_model(context_bars=0, calibrated=False), [True, False, False])
    maps, playing = torch.full((1, 3, 4, 14, 3, 3), 5.0), torch.full((1, 3, 3), 5.0)
    playing[0, 1, 2] = playing[0, 2, 0] = -5.0
    playing.requires_grad_()
    roll = notes(maps, playing, None, 1.0, None)
    assert roll.on.amax((2, 3))[0].tolist() == [[1, 1, 1], [1, 1, 0], [0, 1, 1]]
    roll.on.sum().backward()
    assert playing.grad[0, 1, 2] > 0  # a closed gate is told what opening it would do
    assert playing.grad[0, 2, 0] > 0


def test_a_track_that_plays_has_a_note():
    notes = Notes(a_model(context_bars=0, calibrated=False), [True, False, False])
    maps, playing = torch.randn(2, 3, 4, 14, 3, 3) - 20.0, torch.full((2, 3, 3), 1.0)
    playing[0, 1] = -1.0
    begun = notes(maps, playing, None, 1.0, None).on.sum((2, 3))
    assert (begun == (playing > 0).float()).all()
    assert not notes(maps, None, None, 1.0, None).on.any()


def test_gates_keep_to_the_datas_shares_whatever_is_learnt():
    notes = Notes(a_model(context_bars=0), [True, False, False])
    notes.gate_shares.copy_(torch.tensor([0.9, 0.5, 0.1]))
    wanted = torch.tensor([0.9, 0.5, 0.1])

    def logits(n):  # far from a bell
        return torch.randn(n, 3, 3).exp() - 4.0

    in_training = notes.train()._gates(3 * torch.randn(2000, 3, 3) - 4.0, 1.0).mean((0, 1, 2, 3))
    torch.testing.assert_close(in_training, wanted, rtol=0, atol=0.02)
    unseen = notes.eval()._gates(logits(2000), 1.0).mean((0, 1, 2, 3))
    assert (unseen - wanted).abs().max() > 0.2
    for _ in range(100):
        notes.remember_gates(logits(64), 0.9)
    often = notes._gates(logits(2000), 1.0).mean((0, 1, 2, 3))
    torch.testing.assert_close(often, wanted, rtol=0, atol=0.03)
    notes.gate_shares.copy_(torch.tensor([1.0, 1.0, 0.0]))
    notes.remember_gates(logits(1), 0.9)  # one item has its quantiles too
    notes.remember_gates(logits(64), 0.0)
    alone = notes.train()._gates(torch.randn(1, 1, 3), 1.0)
    assert alone.shape == (1, 1, 1, 1, 3)


def test_rolls_are_cut_and_joined():
    roll = of_velocities(torch.from_numpy(a_batch(2)))
    assert isinstance(roll.bars(1), Roll)
    assert roll.bars(1).on.shape[1] == 2
    assert torch.equal(roll.tracks([2, 0]).loud, roll.loud[..., [2, 0]])
    assert roll.tracks([0, 1, 2]).on is roll.on
