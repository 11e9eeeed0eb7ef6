"""What tells codes is a chain: nothing looks ahead, rows are alone, and drawing goes by the same odds as learning."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeloid.models.inspired.idea.levels import symbols_of
from modeloid.models.inspired.roll.coder import SYMBOLS
from modeloid.models.inspired.roll.draw import draw
from modeloid.models.inspired.roll.net import chances
from modeloid.models.inspired.roll.teller import LAGS, Teller, levels_of, looked_at, turned

from .small import DIMS, some_ideas, some_symbols


def a_teller(seed=0, features=24):
    torch.manual_seed(seed)
    return Teller(DIMS, features).eval()


def uniforms(n, bars, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).random((n, bars, 4, SYMBOLS), np.float32))


def test_symbols_and_levels_are_each_others():
    symbols = some_symbols(2, 3)
    assert torch.equal(symbols_of(levels_of(turned(symbols))), symbols)
    assert float(levels_of(torch.full((1, 4), 0.25))) == pytest.approx(0, abs=1e-6)


def test_a_symbol_moves_what_comes_after_it_and_nothing_before():
    teller, symbols, ideas = a_teller(), some_symbols(1, 12), some_ideas(1, 12)
    moved = symbols.clone()
    moved[0, 2, 1, 5] = (moved[0, 2, 1, 5] + 1) % 4
    with torch.no_grad():
        away = (teller(symbols, ideas) != teller(moved, ideas)).any(-1)[0]
    order = away.flatten()
    place = (2 * 4 + 1) * SYMBOLS + 5
    assert not order[: place + 1].any()
    assert order[place + 1 :].float().mean() > 0.9


def test_rows_and_lengths_do_not_matter_to_a_row():
    teller, symbols, ideas = a_teller(), some_symbols(3, 6), some_ideas(3, 6)
    with torch.no_grad():
        whole = teller(symbols, ideas)
        alone = teller(symbols[1:2, :4], type(ideas)(ideas.bars[1:2, :4], ideas.piece[1:2]))
    assert torch.allclose(whole[1:2, :4], alone, atol=1e-5)


def test_unknown_ideas_are_no_ideas():
    teller, symbols, ideas = a_teller(), some_symbols(2, 4), some_ideas(2, 4)
    with torch.no_grad():
        some = teller(symbols, ideas, torch.tensor([True, False]))
        all_, none = teller(symbols, ideas), teller(symbols, None)
    assert torch.allclose(some[0], all_[0], atol=1e-6)
    assert torch.allclose(some[1], none[1], atol=1e-6)
    assert not torch.allclose(some[0], none[0], atol=1e-4)


def test_looks_are_the_bars_so_many_before_and_nothing_before_the_first():
    symbols = some_symbols(2, 10)
    looks = looked_at(symbols, 0, 10)
    for number, lag in enumerate(LAGS):
        assert float(looks[:, :lag, number].sum()) == 0
        assert torch.equal(looks[:, lag:, number].argmax(-1), symbols[:, :-lag])
    assert torch.equal(looked_at(symbols, 5, 7), looks[:, 5:7])


def test_drawing_goes_by_the_odds_of_learning():
    teller, ideas, numbers = a_teller(), some_ideas(2, 9), uniforms(2, 9)
    symbols = draw(teller, numbers, ideas)
    with torch.no_grad():
        odds = teller(symbols, ideas).softmax(-1).cumsum(-1)
    again = (odds[..., :-1] <= numbers[..., None]).sum(-1)
    assert float((again == symbols).float().mean()) > 0.999


def test_dose_0_is_no_idea_1_the_odds_themselves_and_guidance_lies_beyond():
    teller, ideas, numbers = a_teller(), some_ideas(2, 4), uniforms(2, 4)
    none = draw(teller, numbers, None)
    assert torch.equal(draw(teller, numbers, ideas, dose=0.0), none)
    apart = [int((draw(teller, numbers, ideas, dose) != none).sum()) for dose in (0.3, 1.0, 5.0)]
    assert 0 < apart[0] < apart[1] < apart[2]
    near = draw(teller, numbers, ideas, dose=1.0001)
    assert float((near == draw(teller, numbers, ideas)).float().mean()) > 0.95


def test_cold_drawing_is_of_the_likeliest_whatever_the_numbers():
    teller = a_teller()
    cold = [draw(teller, uniforms(1, 4, seed), None, temperature=1e-4) for seed in (0, 1)]
    assert torch.equal(*cold)
    warm = [draw(teller, uniforms(1, 4, seed), None) for seed in (0, 1)]
    assert not torch.equal(*warm)


def test_songs_that_repeat_are_told_by_their_bars_before():
    torch.manual_seed(0)
    teller = Teller(DIMS, 16)
    optimiser = torch.optim.AdamW(teller.parameters(), lr=0.01)

    def cost(symbols):
        return -chances(teller(symbols, None), levels_of(turned(symbols)))[:, 4:].mean()

    def repeating(seed):
        return some_symbols(4, 4, seed).repeat(1, 3, 1, 1)

    for turn in range(60):
        optimiser.zero_grad()
        cost(repeating(turn)).backward()
        optimiser.step()
    teller.eval()
    with torch.no_grad():
        assert float(cost(repeating(999))) < 0.7
        assert float(cost(some_symbols(4, 12, 998))) > 1.3
