"""Gates are cut by what comes next in pieces like those that are sampled."""

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.musegan.generator import Generator
from modeloid.models.musegan.notes import Roll
from modeloid.models.musegan.rehearsal import Rehearsal
from modeloid.models.musegan.sampler import sampled
from modeloid.models.musegan.wishes import understood

from .small import SHAPE, a_model, trained


def rehearsed(**parameters):
    net = Generator(a_model(**parameters))
    return net, Rehearsal(a_model(**parameters), net.latents.shape)


def ends(n, value):
    whole = torch.full((n, *SHAPE), 0.2)
    whole[:, -1] = 1.0
    return Roll(whole, whole * value)


def test_the_last_ends_are_kept_and_a_quarter_begins_in_silence():
    net, rehearsal = rehearsed()
    seen = []
    net.see_gates = lambda held, seeds, before, memory: seen.append((held, before, memory))
    for number in range(5):
        assert rehearsal.ready == (number >= 2)
        rehearsal.keep(ends(6, 0.1 * (1 + number)), torch.full((6, *net.latents.shape), float(number)))
    assert rehearsal.loud.amax((1, 2, 3, 4)).tolist() == pytest.approx([0.5] * 6 + [0.4] * 6)
    assert rehearsal.on.min() == 1  # of the last bar alone
    rehearsal.go_on(net, 0.5)
    held, before, memory = seen[0]
    assert memory == 0.5
    assert before.on.flatten(1).sum(1).gt(0).tolist() == [False] * 4 + [True] * 12
    assert held[4:10].mean() > held[10:].mean() > 2 > held[:4].mean()


@pytest.mark.parametrize("parameters", [{"given": 1}, {"context_bars": 0}, {"gates": False}, {"calibrated": False}])
def test_nothing_is_kept_where_pieces_are_a_phrase_or_nothing_is_cut(parameters):
    net, rehearsal = rehearsed(**parameters)
    rehearsal.keep(ends(64, 1.0), torch.ones(64, *net.latents.shape))
    assert not rehearsal.ready
    assert len(rehearsal.held) == 0


def test_sampled_pieces_keep_to_the_datas_shares_where_what_is_heard_moves_the_gates():
    """Gates that fall behind what was made: cut by other scenes, tracks would be silent far too often."""
    modeloid = trained(2)
    net, rehearsal = modeloid.generator, modeloid._state.modules["rehearsal"]
    with torch.no_grad():
        for gate in net.plays:
            gate.weight[:, -4:] = -3.0
    net.notes.gate_shares.fill_(0.5)
    wish = understood({}, modeloid.model, modeloid._items)

    def rolls(n, address):
        generators = [Rng(address).at(row).generator() for row in range(n)]
        with torch.no_grad():
            return sampled(net.eval(), modeloid.model, wish, generators, modeloid._leads.kept())

    def beyond():
        return np.abs((rolls(64, 0) > 0).any((2, 3)).mean((0, 1)) - 0.5).max()

    before = beyond()
    for turn in range(60):
        torch.manual_seed(turn)
        loud = torch.from_numpy(rolls(6, 1 + turn))[:, :-1]
        rehearsal.keep(Roll((loud > 0).float(), loud), torch.randn(6, *net.latents.shape))
        if rehearsal.ready:
            rehearsal.go_on(net, min(0.95, (1 + turn) / (10 + turn)))
    assert before > 0.3
    assert beyond() < 0.15


def test_training_fills_it_and_the_state_keeps_it(tmp_path):
    modeloid = trained(6)
    rehearsal = modeloid._state.modules["rehearsal"]
    assert rehearsal.ready
    assert rehearsal.on.any()
    modeloid.save(tmp_path)
    again = trained(0, state=tmp_path)._state.modules["rehearsal"]
    for name, value in rehearsal.named_buffers():
        assert torch.equal(dict(again.named_buffers())[name], value)
