"""Parameters and presets: what is out of range is named, what is offered can be made."""

from types import SimpleNamespace

import pytest

from modeloid.cycle.recipe import Recipe
from modeloid.models import voices
from modeloid.models.voices.settings import PARAMETERS, ParameterError
from modeloid.music.represent import representation


def grid(**spec):
    return SimpleNamespace(representation=representation({"kind": "grid", **spec}))


def test_the_model_holds_every_parameter_and_the_sizes():
    model = voices.make(grid(), {"width": 32})
    assert model["width"] == 32
    assert (model["voices"], model["pitches"], model["beat"]) == (4, 48, 4)
    assert set(model) == set(PARAMETERS) | {"framework", "voices", "pitches", "beat"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 0),
        ("depth", -1),
        ("channels", True),
        ("order", "sideways"),
        ("lags", []),
        ("lags", [0]),
        ("metre", [1]),
        ("repeats", 1),
        ("given_share", 1.0),
        ("frames", 0),
        ("dropout", 1.0),
        ("near_noise", -0.1),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("weight_decay", -1),
        ("planned_turns", 0),
        ("members", 0),
        ("motion", 0),
    ],
)
def test_what_is_out_of_range_is_named(name, value):
    with pytest.raises(ParameterError, match=name):
        voices.make(grid(), {name: value})


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(ParameterError, match="layers"):
        voices.make(grid(), {"layer": 1})


@pytest.mark.parametrize("kind", ["roll", "voices"])
def test_only_grids_are_taken(kind):
    with pytest.raises(ParameterError, match="grid"):
        voices.make(SimpleNamespace(representation=representation({"kind": kind})), {})
    with pytest.raises(ParameterError, match="grid"):
        voices.make(SimpleNamespace(), {})


@pytest.mark.parametrize("name", list(voices.presets))
def test_presets_can_be_made_and_end_when_their_step_has_fallen(name):
    preset = voices.presets[name]
    model = voices.make(grid(**preset["data"]["representation"]), preset["parameters"])
    Recipe.read(preset["cycle"])
    assert preset["cycle"]["last"] == f"{model['planned_turns']}t"
    assert preset["data"]["representation"]["window_steps"] > 640, "chorales are learned from whole"
