"""Velocities are spread as the data's are, whatever a network gives; which notes are the louder stays its own."""

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.musegan.loudness import Loudness
from modeloid.models.musegan.notes import of_velocities

from .small import SHAPE, a_batch, a_model, trained


def phrase(draw, share=0.1, n=150):
    """Notes of one step, as loud as drawn."""
    on = torch.rand(n, *SHAPE) < share
    on[:, :, 1::2] = False
    return of_velocities(on * draw(on.shape))


def two_loudnesses(shape):
    return torch.where(torch.rand(shape) < 0.5, 0.4, 0.9)


def narrow(shape):
    return (0.5 + 0.05 * torch.randn(shape)).clamp(0.1, 0.9)


def heard(draw, **parameters):
    net = Loudness(a_model(**parameters))
    for _ in range(5):
        net.see(phrase(draw))
        net.hear(phrase(narrow))
    return net


def test_what_is_narrow_is_spread_as_the_data():
    given = phrase(narrow).loud.numpy()
    found, shares = heard(torch.rand).spread(given), [0.05, 0.25, 0.5, 0.75, 0.95]
    for track in range(SHAPE[3]):
        before, after = given[..., track][given[..., track] > 0], found[..., track][given[..., track] > 0]
        np.testing.assert_allclose(np.quantile(after, shares), shares, atol=0.05)
        assert np.ptp(np.quantile(before, [0.05, 0.95])) < 0.2  # the negative control
        assert (np.diff(after[before.argsort()]) >= 0).all()
    assert ((found > 0) == (given > 0)).all()


def test_only_velocities_of_the_data_are_heard():
    given = phrase(narrow).loud.numpy()
    found = heard(two_loudnesses).spread(given)
    assert np.unique(np.round(found[given > 0], 2)).tolist() == pytest.approx([0.4, 0.9])
    assert (found[given > 0] > 0.6).mean() == pytest.approx(0.5, abs=0.1)


def test_silence_stays_and_no_note_falls_silent():
    net = heard(lambda shape: 0.004 * torch.ones(shape))
    given = phrase(narrow).loud.numpy()
    found = net.spread(given)
    assert ((found > 0) == (given > 0)).all()
    assert found[given > 0].min() >= np.float32(1 / 127)


def test_a_note_counts_once_however_long():
    on = torch.zeros(1, *SHAPE)
    on[0, 0, :, 3] = 1  # a whole bar
    net = Loudness(a_model())
    net.see(of_velocities(on * 0.5))
    assert net.wanted.sum(1).tolist() == [SHAPE[1], 1, 1]  # drums begin at every step


@pytest.mark.parametrize("parts", [{"velocities": False}, {"calibrated": False}])
def test_nothing_is_changed_where_it_is_not_wanted(parts):
    given = phrase(narrow).loud.numpy()
    assert np.array_equal(heard(torch.rand, **parts).spread(given), given)


def test_nothing_is_changed_before_both_are_known_nor_a_given_track():
    given, net = phrase(narrow).loud.numpy(), Loudness(a_model())
    net.see(phrase(torch.rand))
    assert np.array_equal(net.spread(given), given)
    net.hear(phrase(narrow))
    assert not np.array_equal(net.spread(given), given)
    found = heard(torch.rand, given=1).spread(given)
    assert np.array_equal(found[..., 1], given[..., 1])
    assert not np.array_equal(found[..., 2], given[..., 2])


def pieces(modeloid):
    with modeloid.averaged():
        return np.stack(modeloid.sample(16, Rng(0)))


def learnt():
    modeloid = trained(0)
    for turn in range(20):
        batch = a_batch(seed=turn)
        loud = np.random.default_rng(turn).uniform(0.2, 1.0, (len(batch), 1, 1, 1, 1)).astype(np.float32)
        modeloid.train((batch > 0) * loud, Rng(0).at("train", turn))
    return modeloid


def test_samples_are_as_wide_as_the_data_with_the_same_notes():
    modeloid = learnt()
    spread = pieces(modeloid)
    modeloid._loudness.used = False
    plain = pieces(modeloid)
    assert ((spread > 0) == (plain > 0)).all()
    widths = [np.subtract(*np.quantile(rolls[rolls > 0], (0.9, 0.1))) for rolls in (spread, plain)]
    assert widths[0] > 0.45  # 0.64 in the data
    assert widths[1] < 0.35


def test_a_prompt_stays_as_it_is(tmp_path):
    modeloid, prompt = learnt(), a_batch(1)[0][:2]
    found = modeloid.sample(1, Rng(0), prompt=prompt, length_bars=4)[0]
    assert np.array_equal(found[:2], prompt)
    modeloid.save(tmp_path)
    again = trained(0, state=tmp_path)
    assert np.array_equal(again.sample(1, Rng(0), prompt=prompt, length_bars=4)[0], found)
