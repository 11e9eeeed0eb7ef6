"""Several networks in one modeloid: one distribution, their mixture; a single one is what it always was."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from modeloid.check.suite import check
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import voices

from .small import Toy, a_batch, a_card, a_grid, a_modeloid, stirred, trained


def cells_of_each(modeloid, grid):
    values = torch.from_numpy(grid.astype(np.int64) - 1)
    for net in modeloid.nets:
        net.eval()
    with torch.no_grad():
        return np.stack([net.log_likelihoods(values).numpy() for net in modeloid.nets])


def test_each_choice_has_the_mean_of_their_probabilities():
    modeloid, grid = stirred(a_modeloid(members=3)), a_grid(20)
    each = cells_of_each(modeloid, grid)
    assert modeloid.cell_likelihoods(grid) == pytest.approx(np.log(np.exp(each).mean(0)))
    assert np.abs(each - each.mean(0)).max() > 0.3, "networks that agree prove nothing"


def test_the_whole_is_no_mean_over_pieces_of_their_probabilities():
    """Choice by choice: whoever was right before gains nothing, so that samples can be drawn in order."""
    modeloid, grid = stirred(a_modeloid(members=3)), a_grid(20)
    by_piece = np.logaddexp.reduce(cells_of_each(modeloid, grid).sum((1, 2))) - np.log(3)
    assert abs(modeloid.cell_likelihoods(grid).sum() - by_piece) > 0.01


def test_the_first_one_is_what_it_would_be_alone():
    alone, three, grid = trained(4), trained(4, members=3), a_grid(20)
    found = cells_of_each(three, grid)
    assert found[0].tobytes() == alone.cell_likelihoods(grid).tobytes()
    assert (found[1] != found[0]).any() and (found[1] != found[2]).any()


@pytest.mark.long
def test_several_keep_the_contract():
    found = check(a_card(members=2), voices.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []


def test_a_modeloid_made_before_there_were_several_still_loads(tmp_path):
    trained(2).save(tmp_path)
    card = a_card()
    older = replace(card, model={name: value for name, value in card.model.items() if name != "members"})
    loaded = voices.load_model(older, tmp_path, Alone())
    assert loaded.log_likelihood(a_batch())[0].tobytes() == trained(2).log_likelihood(a_batch())[0].tobytes()


def test_the_first_of_eight_pieces_are_the_four_and_no_single_networks():
    modeloid = stirred(a_modeloid(members=2))
    eight, four = modeloid.sample(8, Rng(5), length_bars=1), modeloid.sample(4, Rng(5), length_bars=1)
    assert [made.tobytes() for made in eight[:4]] == [made.tobytes() for made in four]
    every = modeloid.nets[:]
    for net in every:
        modeloid.nets[:] = [net]
        alone = modeloid.sample(4, Rng(5), length_bars=1)
        assert [made.tobytes() for made in alone] != [made.tobytes() for made in four]


@pytest.mark.parametrize("wished", [{"voices": ["voice 1"]}, {"bars": "2"}, {"voices": ["voice 2"], "top_p": 0.5}])
def test_given_cells_come_back(wished):
    modeloid, piece = stirred(a_modeloid(members=2)), a_grid(29)
    for made in modeloid.sample(4, Rng(2), given=piece, temperature=0.7, **wished):
        kept = made[8:16] if "bars" in wished else made[:, int(wished["voices"][0][-1]) - 1]
        want = piece[8:16] if "bars" in wished else piece[:, int(wished["voices"][0][-1]) - 1]
        assert kept.tobytes() == want.tobytes()
        assert made.tobytes() != piece.tobytes()


def test_a_low_temperature_takes_the_likeliest_by_all():
    """After one frame that all know, the next values are those whose mean probability is largest."""
    modeloid, piece = stirred(a_modeloid(of=1, members=3)), a_grid(3, of=1, seed=4)
    ways = [np.concatenate([piece, [[value]]]).astype(np.uint8) for value in range(7)]
    likely = np.array([modeloid.cell_likelihoods(way)[3, 0] for way in ways])
    drawn = [int(made[3, 0]) for made in modeloid.sample(48, Rng(2), given=piece, length_bars=1, temperature=0.001)]
    moved = [value for value in drawn if value != piece[2, 0]]
    likely[piece[2, 0]] = -np.inf
    assert moved and set(moved) == {int(likely.argmax())}
