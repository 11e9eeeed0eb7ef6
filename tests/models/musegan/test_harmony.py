"""Chords that tracks share, what is counted of phrases, and means drawn to the data's."""

import numpy as np
import pytest
import torch

from modeloid.backends.torch import TorchWorld
from modeloid.cycle.rng import Rng
from modeloid.models.musegan.counts import Counts
from modeloid.models.musegan.generator import Generator
from modeloid.models.musegan.harmony import Circle, Harmony, balanced, chroma, over_pitches
from modeloid.models.musegan.matching import Matching
from modeloid.models.musegan.measure import least_steps, measures
from modeloid.models.musegan.notes import Roll, of_velocities
from modeloid.models.musegan.streams import Together
from modeloid.models.musegan.tallies import begun

from .small import a_batch, a_model, a_modeloid

BAND = (4, 16, 30, 4)
DRUMS = [True, False, False, False]


def a_roll(n=6, seed=0, share=0.06):
    return torch.from_numpy(np.random.default_rng(seed).random((n, *BAND)) < share).float()


def test_around_the_circle_all_keys_are_the_same():
    circle, classes = Circle(2, 3), torch.rand(4, 12, 2)
    torch.testing.assert_close(circle(classes.roll(5, 1)), circle(classes).roll(5, 1))
    assert not torch.allclose(circle(classes.roll(5, 1)), circle(classes))


def test_classes_are_counted_octave_by_octave_and_laid_over_all_pitches():
    on = torch.zeros(1, 1, 8, 30, 1)
    on[0, 0, 0, [3, 15, 27]] = on[0, 0, 5, 4] = 1
    found = chroma(on, 2)
    assert found.shape == (1, 1, 2, 12, 1)
    assert found[0, 0, 0, 3] == 3
    assert found.sum() == 4 == found[0, 0, 0, 3] + found[0, 0, 1, 4]
    laid = over_pitches(found, 8, 30)
    assert laid.shape == on.shape
    assert (laid[0, 0, :4, [3, 15, 27]] == 3).all()
    assert (laid[0, 0, 4:, [4, 16, 28]] == 1).all()
    assert laid.sum() == 4 * 9 + 4 * 3
    assert balanced(found).sum(3).max() < 1


def test_what_is_heard_higher_is_followed_as_much_higher():
    torch.manual_seed(0)
    net = Harmony(6, 16, 4, 2, 3)
    with torch.no_grad():
        for layer in (net.bar, net.beat):
            layer.weight.zero_()
            layer.bias.zero_()
    vectors, heard = torch.randn(2, 4, 6), torch.rand(2, 4, 4, 12, 2)
    near = net(vectors, heard)
    assert near.mean(3).abs().max() < 1e-6
    torch.testing.assert_close(net(vectors, heard.roll(7, 3)), near.roll(7, 3))
    assert not torch.allclose(net(vectors, heard.roll(7, 3)), near)


def test_at_first_all_tracks_follow_alike():
    net = Harmony(6, 16, 4, 0, 3)
    near = net(torch.randn(2, 4, 6), None)
    assert (near[..., :1] - near).abs().max() < 0.1 * near.abs().max()
    assert near.std() > 0.1


@pytest.mark.parametrize("kind", ["composer", "jamming", "hybrid"])
def test_chords_reach_all_pitched_tracks_and_no_drums(kind):
    net = Generator(a_model(kind=kind)).eval()
    noise = torch.randn(2, 1, *net.latents.shape)
    usual = net.maps(*noise, None, None)
    noise[:, :, -1] += 1
    apart = (net.maps(*noise, None, None) - usual).abs().amax((0, 1, 2, 3))
    assert (apart[1:, 0] > 1e-4).all()  # the map of where notes begin
    assert apart[0].max() == apart[:, 1:].max() == 0
    without = Generator(a_model(kind=kind, chords=False))
    assert without.harmony is None
    assert without.latents.sources == net.latents.sources - 1


def test_chords_go_on_from_what_is_heard_and_beside_what_is_given():
    net = Generator(a_model(given=1)).eval()
    before, given = (of_velocities(torch.from_numpy(a_batch(2, seed))) for seed in (1, 2))
    given = given.bars(1).tracks([1])
    noise = torch.randn(2, 2, *net.latents.shape)
    vectors = net._vectors(*noise, None)
    heard = [net._heard(vectors[-1], 2, *pair) for pair in ((None, None), (before.bars(0, 1), None), (None, given))]
    assert heard[0].abs().max() == 0
    assert heard[1].abs().amax((0, 1, 2, 3)).gt(0).tolist() == [True, True, False]
    assert heard[2].abs().amax((0, 1, 2, 3)).gt(0).tolist() == [False, False, True]


def ratios(counts, phrase):
    some, of = (part.sum(0).double() for part in counts(phrase))
    return (some / of).numpy()


def test_what_is_counted_is_what_is_measured():
    on = a_roll()
    found = ratios(Counts(DRUMS, 4, False), Roll(on, on))
    known, legacy = (measures(on.numpy() > 0, [0], 4, least_steps(16), old) for old in (False, True))
    playing = on.amax((2, 3)).sum((0, 1))
    sums = (on.sum((0, 1, 2, 3)) / playing).numpy()
    places = ((0, known["QN"]), (3, known["UPC"]), (6, known["PP"]), (9, known["TD"]), (12, sums[1:]))
    for first, wanted in (*places, (15, legacy["UPC"]), (18, legacy["TD"])):
        np.testing.assert_allclose(found[first : first + 3], wanted, rtol=2e-3)
    begins, _ = begun(on, torch.tensor([0.0, 1, 1, 1]))
    np.testing.assert_allclose(found[21:25], (begins.sum((0, 1, 2, 3)) / playing).numpy(), rtol=1e-5)
    np.testing.assert_allclose(found[25:], known["DP"], rtol=1e-5)
    assert abs(known["UPC"] - legacy["UPC"]).min() > 0.05


@pytest.mark.parametrize("steps", [16, 96])
def test_even_patterns_are_counted_on_fine_grids_too(steps):
    on = a_roll().repeat_interleave(steps // 16, 2)
    on = on * (torch.rand(on.shape) < 0.5)
    found = ratios(Counts(DRUMS, 4, False), Roll(on, on))
    np.testing.assert_allclose(found[-1], measures(on.numpy() > 0, [0], 4, 3)["DP"][0], rtol=1e-5)


def test_velocities_are_counted_by_their_mean_and_spread_and_teach_no_cells():
    on = a_roll().requires_grad_()
    loud = (on.detach() * torch.rand(on.shape)).requires_grad_()
    some, of = Counts(DRUMS, 4, True)(Roll(on, loud))
    found = (some.sum(0) / of.sum(0))[26:].reshape(2, 4).detach()
    for track, (mean, beyond) in enumerate(found.T):
        bars = [loud[n, bar, ..., track] for n in range(len(on)) for bar in range(4)]
        played = [bar[bar > 0].detach() for bar in bars]
        apart = torch.cat([(bar - bar.mean()).square() for bar in played])
        assert float(mean) == pytest.approx(float(torch.cat(played).mean()), rel=1e-4)
        assert float(beyond) == pytest.approx(float(apart.mean()), rel=1e-3)
    some[:, 26:].sum().backward()
    assert on.grad is None or not on.grad.any()
    assert loud.grad.any()


def test_silence_and_drums_alone_can_be_counted():
    for drums, tracks in ((DRUMS, 4), ([True], 1)):
        counts, silence = Counts(drums, 4, True), torch.zeros(2, *BAND[:3], tracks)
        some, of = counts(Roll(silence, silence))
        assert some.shape == of.shape == (2, counts.count)
        assert torch.isfinite(some).all()


def test_the_pull_is_toward_the_datas_means_and_nothing_at_them():
    model, world = {"shape": BAND, "drums": [0], "beats": 4, "velocities": False}, TorchWorld()
    matching = Matching(model)
    real = Roll(a_roll(64), a_roll(64))
    matching.see(real, world)
    same = Roll(real.on.clone().requires_grad_(), real.loud)
    matching.hear(same, world)
    assert abs(matching.pull(same).item()) < 1e-4
    full = a_roll(64, 1, 0.3).requires_grad_()
    matching.made.zero_()
    assert matching.pull(Roll(full, full)) == 0  # nothing was heard yet
    matching.hear(Roll(full, full), world)
    pulled = matching.pull(Roll(full, full))
    pulled.backward()
    assert pulled > 0.5
    cells = full.grad[..., 1:]
    assert cells.mean() > 0  # fewer of them
    few = a_roll(64, 1, 0.01).requires_grad_()
    matching.made.zero_()
    matching.hear(Roll(few, few), world)
    matching.pull(Roll(few, few)).backward()
    assert few.grad[..., 1:].mean() < 0


def test_means_come_nearer_with_matching_than_without():
    """Long notes and pitch classes of a young generator go to those of the data."""

    def beyond(weight):
        modeloid = a_modeloid(matching=weight, calibrated=True, critic_steps=1, learning_rate=0.001)
        for turn in range(60):
            modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
        rolls = torch.from_numpy(np.stack(modeloid.sample(32, Rng(0), length_bars=2)) > 0).float()
        wanted, made = (
            [part.sum(0) for part in modeloid._matching.counts(Roll(on, on))]
            for on in (torch.from_numpy(a_batch(200, 7)[:, 1:] > 0).float(), rolls)
        )
        return ((made[0] / made[1]) / (wanted[0] / wanted[1]) - 1)[:4].abs().mean().item()

    assert beyond(20.0) < 0.7 * beyond(0.0)


def test_critics_hear_whether_tracks_go_together():
    stream = Together(2, 4, 8)
    on = torch.zeros(1, 1, 16, 36, 2)
    on[..., [0, 4, 7], 0] = 1
    apart = []
    for tones in ([12, 16, 19], [13, 17, 20], [18, 22, 25]):
        other = on.clone()
        other[..., tones, 1] = 1
        far, both = stream.distances(chroma(other, 4), 0.5)
        assert both.min() > 0.99
        apart.append(far.mean().item())
    assert apart[0] < 0.05 < apart[1]
    assert apart[0] < 0.05 < apart[2]
    assert stream(on).shape == (1, 1, 8)
