from types import SimpleNamespace

import pytest

from modeloid.backends.arguments import ParameterError
from modeloid.cycle.recipe import Recipe
from modeloid.models import musegan
from modeloid.models.musegan.settings import PARAMETERS
from modeloid.music.represent import representation

from .small import PARTS

BAND = SimpleNamespace(shape=(5, 16, 84, 5))


def test_the_model_holds_every_parameter():
    model = musegan.make(BAND, {"width": 32})
    assert model["width"] == 32
    assert set(model) == set(PARAMETERS) | {"framework", "shape", "phrase_bars", "drums", "beats"}
    assert (model["phrase_bars"], model["beats"], model["drums"], model["given"]) == (4, 4, [], -1)


def test_drums_beats_and_the_given_track_are_those_of_the_representation():
    spec = {"kind": "multitrack", "meter": [3, 4], "window_bars": 5, "tracks": ["drums", ["keys", 0, 23], "Bass"]}
    known = representation(spec)
    model = musegan.make(SimpleNamespace(shape=known.shape, representation=known), {"given": "keys"})
    assert (model["drums"], model["beats"], model["given"]) == ([0], 3, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "band"),
        ("given", -2),
        ("given", 5),
        ("given", "piano"),
        ("context_bars", -1),
        ("context_bars", 5),
        ("notes", "frames"),
        ("neurons", "hard"),
        ("neurons", "real"),
        ("velocities", 1),
        ("calibrated", None),
        ("latent", 3),
        ("width", 0),
        ("norm", "group"),
        ("critics", "all"),
        ("streams", ["onset"]),
        ("streams", "onsets"),
        ("critic_steps", 0),
        ("penalty", -1),
        ("beginnings", 1.5),
        ("own_context", 2),
        ("gates", 1),
        ("chords", 1),
        ("matching", -1),
        ("phrases", None),
        ("temporal", "yes"),
        ("first_critic_steps", -1),
        ("level_steps", 0),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("first_moment", 1.0),
        ("falling", 2),
        ("last_slope", 0.5),
        ("average", 1),
        ("planned_turns", 2.5),
    ],
)
def test_what_is_out_of_range_is_named(name, value):
    with pytest.raises(ParameterError, match=name):
        musegan.make(BAND, {name: value})


def test_unknown_names_bring_the_nearest():
    with pytest.raises(ParameterError, match="'critic_steps'"):
        musegan.make(BAND, {"critic_step": 3})
    known = SimpleNamespace(parts=PARTS, spec={})
    with pytest.raises(ParameterError, match="'drums'"):
        musegan.make(SimpleNamespace(shape=(5, 16, 84, 3), representation=known), {"given": "drum"})


@pytest.mark.parametrize("shape", [(64, 88), (5, 16, 84), (5, 16, 84, 0), (5, 16, 84, 5, 2)])
def test_only_rolls_of_tracks_are_taken(shape):
    with pytest.raises(ParameterError, match="multitrack"):
        musegan.make(SimpleNamespace(shape=shape), {})


def test_one_track_cannot_be_given_and_made():
    with pytest.raises(ParameterError, match="no track is left"):
        musegan.make(SimpleNamespace(shape=(5, 16, 84, 1)), {"given": 0})


@pytest.mark.parametrize("name", list(musegan.presets))
def test_presets_can_be_made_and_end_when_their_steps_have_fallen(name):
    preset = musegan.presets[name]
    known = representation(preset["data"]["representation"])
    model = musegan.make(SimpleNamespace(shape=known.shape, representation=known), preset["parameters"])
    recipe = Recipe.read(preset["cycle"])
    assert preset["cycle"]["last"] == f"{model['planned_turns']}t"
    assert recipe.quantity.startswith("judge/")
    assert model["phrase_bars"] == 4
    assert len(model["drums"]) == 1


def test_each_kind_is_there_from_scratch_and_beside_a_track_ours_and_as_published():
    for kind in ("composer", "jamming", "hybrid"):
        for end in ("", "-accompany", "-paper", "-accompany-paper"):
            assert musegan.presets[kind + end]["parameters"]["kind"] == kind
    assert {"default", "small"} <= set(musegan.presets)
