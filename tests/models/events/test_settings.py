from types import SimpleNamespace

import pytest

from modeloid.backends.arguments import ParameterError
from modeloid.cycle.recipe import Recipe
from modeloid.models import events
from modeloid.models.events.settings import PARAMETERS
from modeloid.music.represent import representation

from .small import SPEC, a_modeloid


def domain(spec):
    return SimpleNamespace(representation=representation(spec))


def test_the_model_holds_every_parameter():
    model = events.make(domain(SPEC), {"width": 32})
    assert model["width"] == 32
    assert model["context"] == 64
    assert model["vocabulary"] == domain(SPEC).representation.known.size
    assert set(model) == set(PARAMETERS) | {"framework", "vocabulary", "context"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "gru"),
        ("network", ["lstm"]),
        ("width", 0),
        ("width", 20),
        ("layers", True),
        ("heads", 0),
        ("heads", 3),
        ("dropout", 1.0),
        ("average", -0.1),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("clip", 0),
        ("weight_decay", -1),
        ("planned_turns", 0),
    ],
)
def test_a_value_out_of_range_is_refused(name, value):
    with pytest.raises(ParameterError):
        events.make(domain(SPEC), {name: value})


def test_heads_mean_nothing_to_a_recurrent_net():
    assert events.make(domain(SPEC), {"network": "lstm", "width": 20})["width"] == 20
    assert a_modeloid(network="lstm", width=20)


def test_an_unknown_parameter_is_told_its_nearest():
    with pytest.raises(ParameterError, match="'layers'"):
        events.make(domain(SPEC), {"layer": 2})


@pytest.mark.parametrize("data", [domain({"kind": "roll"}), SimpleNamespace()])
def test_items_that_are_no_tokens_are_refused(data):
    with pytest.raises(ParameterError, match="events"):
        events.make(data, {})


@pytest.mark.parametrize("name", list(events.presets))
def test_a_preset_can_be_made(name):
    preset = events.presets[name]
    model = events.make(domain(preset["data"]["representation"]), preset["parameters"])
    recipe = Recipe.read(preset["cycle"])
    assert recipe.batch == preset["cycle"]["batch"]
    assert f"{model['planned_turns']}t" == preset["cycle"]["last"]
    assert preset["doc"].endswith(".")
