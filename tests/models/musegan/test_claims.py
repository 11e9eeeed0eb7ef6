"""What each network claims to see: the phrase critic all bars, the accompaniment its given track, a phrase its past."""

import itertools

import pytest
import torch

from modeloid.models.musegan.critic import critics, seen
from modeloid.models.musegan.generator import Generator
from modeloid.models.musegan.learner import scene
from modeloid.models.musegan.notes import of_velocities

from .small import PAPER, a_batch, a_model

PHRASE = (4, 4, 14, 3)


def phrases(n=4, shape=PHRASE, seed=0):
    return of_velocities(torch.from_numpy(a_batch(n, seed, shape)))


def the_critic(**parameters):
    torch.manual_seed(0)
    model = a_model(PHRASE, **{"context_bars": 0, **parameters, "critic_width": 32})
    critic = critics(model)[0].double()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter += 0.3 * torch.randn_like(parameter)  # far from its beginning, so that every part speaks
    return critic, model


def score(critic, model, roll):
    with torch.no_grad():
        return critic(*(part.double() for part in seen(roll, model)))


@pytest.mark.parametrize("parameters", [{}, {"streams": []}, PAPER])
def test_another_order_of_bars_is_another_score(parameters):
    critic, model = the_critic(**parameters)
    roll = phrases()
    as_it_is = score(critic, model, roll)
    for order in itertools.permutations(range(4)):
        moved = score(critic, model, type(roll)(*(part[:, list(order)] for part in roll)))
        changed = ((moved - as_it_is).abs() > 1e-6).all()
        assert changed == (order != (0, 1, 2, 3))
    with torch.no_grad():
        bars = critic.cells(
            torch.randn(1, 4, 4, 24, 3 * len(seen(roll, model)) + (3 if "onsets" in critic.streams else 0)).double()
        )
    assert torch.allclose(bars.mean(1), bars[:, [1, 0, 3, 2]].mean(1))  # by bars alone the order would not be seen


def test_without_a_phrase_critic_no_order_is_seen():
    critic, model = the_critic(phrases=False, streams=[])
    roll = phrases()
    moved = type(roll)(*(part[:, [2, 0, 3, 1]] for part in roll))
    torch.testing.assert_close(score(critic, model, roll), score(critic, model, moved))


def test_without_a_temporal_generator_each_bar_has_noise_of_its_own():
    for temporal, touched in ((True, [0, 1]), (False, [1])):
        net = Generator(a_model(kind="jamming", temporal=temporal)).eval()
        noise = torch.randn(2, 1, *net.latents.shape)
        usual = net.maps(*noise, None, None)
        noise[1, :, 0, -net.latents.each // 2 :] += 1  # the end of the first track's seed
        apart = (net.maps(*noise, None, None) - usual).abs().amax((0, 2, 3, 4, 5))
        assert [bar for bar in range(2) if apart[bar] > 0] == touched


@pytest.mark.parametrize("pair", list(itertools.combinations(range(4), 2)))
def test_any_two_bars_are_judged_together(pair):
    """A sum over bars, or over neighbours, would have no mixed difference of bars that lie apart."""
    critic, model = the_critic()
    roll, other = phrases(16), phrases(16, seed=1)
    scores = {}
    for changed in itertools.product((False, True), repeat=2):
        parts = []
        for one, another in zip(roll, other, strict=True):
            part = one.clone()
            for bar, swap in zip(pair, changed, strict=True):
                if swap:
                    part[:, bar] = another[:, bar]
            parts.append(part)
        scores[changed] = score(critic, model, type(roll)(*parts))
    mixed = scores[True, True] - scores[True, False] - scores[False, True] + scores[False, False]
    assert mixed.abs().max() > 1e-7


def test_no_score_depends_on_another_item():
    critic, model = the_critic()
    roll = phrases(5)
    one = type(roll)(*(part[2:3] for part in roll))
    torch.testing.assert_close(score(critic, model, roll)[2:3], score(critic, model, one))


def test_a_critic_of_one_track_sees_that_and_the_given_one_alone():
    model = a_model(PHRASE, context_bars=0, critics="each", given=2)
    first, second = critics(model)
    assert (first.columns, second.columns) == ([0, 2], [1, 2])
    roll = phrases()
    before = score(first.double(), model, roll)
    roll.on[..., 1], roll.loud[..., 1] = 0, 0
    assert torch.equal(score(first, model, roll), before)
    roll.on[..., 2], roll.loud[..., 2] = 0, 0
    assert not torch.equal(score(first, model, roll), before)


@pytest.mark.parametrize("kind", ["composer", "jamming", "hybrid"])
def test_another_given_track_is_another_accompaniment(kind):
    torch.manual_seed(0)
    net = Generator(a_model(kind=kind, given=1)).eval()
    items = of_velocities(torch.from_numpy(a_batch(4)))
    shown = scene(items, a_model(kind=kind, given=1))
    noise = torch.randn(2, 4, *net.latents.shape)
    order = [1, 2, 3, 0]
    moved = type(items)(*(part[order] for part in shown.given))
    one, other = (net.maps(*noise, shown.before, given) for given in (shown.given, moved))
    assert ((one - other).abs().amax((0, 1, 2, 3, 5)) > 1e-4).all()  # in every track that is made
    roll = net(*noise, shown.before, shown.given)
    assert torch.equal(roll.loud[..., 1], shown.phrase.loud[..., 1])
    assert roll.on.shape == shown.phrase.on.shape
    alone = Generator(a_model(kind=kind)).eval()
    free = (
        alone.maps(*noise[:, :, : alone.latents.shape[0]].new_zeros(2, 4, *alone.latents.shape), shown.before, one)
        for one in (shown.given, moved)
    )
    assert torch.equal(*free)  # without an encoder nothing is seen of it


def test_a_given_bar_reaches_its_own_bar_of_the_accompaniment():
    net, model = Generator(a_model(given=1)).eval(), a_model(given=1)
    shown = scene(of_velocities(torch.from_numpy(a_batch(2))), model)
    noise = torch.randn(2, 2, *net.latents.shape)
    changed = type(shown.given)(*(part.clone() for part in shown.given))
    changed.on[:, 1], changed.loud[:, 1] = 0, 0
    apart = (
        (net.maps(*noise, shown.before, shown.given) - net.maps(*noise, shown.before, changed))
        .abs()
        .amax((0, 2, 3, 4, 5))
    )
    assert apart[0] == 0 < apart[1]


def test_a_phrase_depends_on_what_came_before():
    model = a_model()
    net = Generator(model).eval()
    shown = scene(of_velocities(torch.from_numpy(a_batch(4))), model)
    noise = torch.randn(2, 4, *net.latents.shape)
    other = scene(of_velocities(torch.from_numpy(a_batch(4, seed=1))), model)
    assert not torch.equal(net.maps(*noise, shown.before, None), net.maps(*noise, other.before, None))
    nothing = scene(of_velocities(torch.from_numpy(a_batch(4))), model, torch.ones(4))
    assert torch.equal(net.maps(*noise, nothing.before, None), net.maps(*noise, None, None))


def test_tracks_of_a_hybrid_share_one_noise_and_have_their_own():
    net = Generator(a_model(kind="hybrid")).eval()
    held, seeds = torch.randn(2, 1, *net.latents.shape)
    usual = net.maps(held, seeds, None, None)
    for source, changed in ((0, [0, 1, 2]), (2, [1])):
        for noise in (0, 1):
            parts = [held.clone(), seeds.clone()]
            parts[noise][:, source] += 1
            apart = (net.maps(*parts, None, None) - usual).abs().amax((0, 1, 2, 3, 5))
            assert [track for track in range(3) if apart[track] > 1e-6] == changed
