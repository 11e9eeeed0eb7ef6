"""Shapes and numbers of parameters at the paper's size, against those of its code (v1)."""

import pytest
import torch
from torch import nn

from modeloid.models import musegan
from modeloid.models.musegan.bars import BarNet, Given, parameters_of
from modeloid.models.musegan.critic import BarFeatures, PhraseScore, critics
from modeloid.models.musegan.generator import Generator
from modeloid.models.musegan.latents import Latents, Temporal
from modeloid.models.musegan.sizes import factors, left_over, octaves, shrinking, widths

from .small import PAPER, SimpleNamespace

BARS, STEPS, PITCHES, TRACKS = 4, 96, 84, 5
BAR, COMPOSER_BAR, OVER_BARS = 1_228_481, 1_231_557, 167_008
BAR_CRITIC, PHRASE_CRITIC = 3_336_961, 461_441


def paper(**parameters):
    shape = (BARS, STEPS, PITCHES, TRACKS)
    return musegan.make(SimpleNamespace(shape=shape), {**PAPER, **parameters})


def test_the_bars_steps_are_factored_as_published():
    assert (factors(96), octaves(84), widths(512, 5)) == ([2, 2, 2, 2, 2, 3], 7, [512, 256, 256, 128, 128])
    assert shrinking(96) == [(2, 2, 4), (2, 2, 4), (4, 2, 2), (3, 2, 1)]
    assert left_over(96) == 5


@pytest.mark.parametrize(("steps", "found"), [(16, [2, 2, 2, 2]), (12, [2, 2, 3]), (48, [2, 2, 2, 2, 3]), (1, [1])])
def test_other_grids_have_their_own_factors(steps, found):
    assert factors(steps) == found
    assert left_over(steps) >= 1


def test_the_parts_have_the_published_numbers_of_parameters():
    assert parameters_of(BarNet(128, STEPS, PITCHES, 1, 512, 0, "batch")) == BAR
    assert parameters_of(BarNet(128, STEPS, PITCHES, TRACKS, 512, 0, "batch")) == COMPOSER_BAR
    assert parameters_of(Temporal(32, 1024, BARS, "batch")) == OVER_BARS
    bar = nn.ModuleList([BarFeatures(TRACKS, STEPS, PITCHES, 512, 1024), nn.Linear(1024, 1)])
    assert parameters_of(bar) == BAR_CRITIC
    assert parameters_of(PhraseScore(128, BARS, 512)) == PHRASE_CRITIC


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("composer", COMPOSER_BAR + 330_944),
        ("jamming", TRACKS * (BAR + 330_944)),
        ("hybrid", TRACKS * BAR + (1 + TRACKS) * OVER_BARS),
    ],
)
def test_the_generators_are_made_of_them(kind, wanted):
    """The generator over bars of 64 numbers has 330,944: 64*1024*2 + 1024 + 2048, 1024*64*3 + 64 + 128."""
    assert parameters_of(Temporal(64, 1024, BARS, "batch")) == 330_944
    assert parameters_of(Generator(paper(kind=kind))) == wanted


def test_the_critic_is_the_published_one_but_for_the_phrase_which_sees_whole_bars():
    """The code cuts a bar's 2,560 numbers into 20 "phrases" of 4 x 128; ours takes the 1,024 features of each bar."""
    departure = (1024 - 128) * 2 * 512
    (critic,) = critics(paper())
    assert parameters_of(critic) == BAR_CRITIC - 1025 + PHRASE_CRITIC + departure
    assert len(critics(paper(kind="jamming", critics="each"))) == TRACKS


@pytest.mark.parametrize("kind", ["composer", "jamming", "hybrid"])
def test_a_phrase_has_the_published_shape(kind):
    net = Generator(paper(kind=kind)).eval()
    assert net.latents.shape == {"composer": (1, 64), "jamming": (5, 64), "hybrid": (6, 32)}[kind]
    with torch.no_grad():
        roll = net(*torch.randn(2, 2, *net.latents.shape))
    assert roll.on.shape == (2, BARS, STEPS, PITCHES, TRACKS)
    assert 0 <= roll.on.min() <= roll.on.max() <= 1


def test_each_generator_gets_128_numbers():
    for kind, nets in (("composer", 1), ("jamming", TRACKS), ("hybrid", TRACKS)):
        latents = Latents(kind, TRACKS, 128, 1024, BARS, "batch").eval()
        vectors = latents(*torch.randn(2, 3, *latents.shape))
        assert [tuple(one.shape) for one in vectors] == [(3, BARS, 128)] * nets


def test_a_given_tracks_maps_match_the_layers_of_the_bar():
    """Seven maps of 16 channels: 96 x 7, 96, 32, 16, 8, 4, 2."""
    maps = Given(1, STEPS, PITCHES, 16, "batch")(torch.rand(2, BARS, STEPS, PITCHES, 1))
    sizes = [(steps, 1) for steps in (2, 4, 8, 16, 32, 96)] + [(96, 7)]
    assert [tuple(one.shape) for one in maps] == [(2, BARS, *size, 16) for size in sizes]
    model = paper(given=4)
    assert parameters_of(Generator(model)) > 4 * BAR + 5 * OVER_BARS
    assert critics(model)[0].columns == [0, 1, 2, 3, 4]


def test_published_presets_are_the_published_ones():
    for kind in ("composer", "jamming", "hybrid"):
        for end in ("", "-accompany"):
            preset = musegan.presets[f"{kind}{end}-paper"]
            representation = preset["data"]["representation"]
            assert preset["parameters"]["kind"] == kind
            assert ("given" in preset["parameters"]) == bool(end)
            assert representation["window_bars"] == BARS
            assert representation["high"] - representation["low"] == PITCHES
            assert 4 * representation["steps_per_beat"] == STEPS
