from types import SimpleNamespace

import pytest

from modeloid.backends.arguments import ParameterError
from modeloid.cycle.recipe import Recipe
from modeloid.models import frames
from modeloid.models.frames.settings import PARAMETERS

ROLL = SimpleNamespace(shape=(64, 88))


def test_the_model_holds_every_parameter():
    model = frames.make(ROLL, {"width": 32})
    assert model["width"] == 32
    assert model["shape"] == [64, 88]
    assert set(model) == set(PARAMETERS) | {"framework", "shape"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 0),
        ("width", 2.5),
        ("layers", True),
        ("lags", []),
        ("lags", [0]),
        ("metre", [1]),
        ("repeats", 1),
        ("transpose", [1, 6]),
        ("transpose", [-13, 0]),
        ("transpose", [0, 12]),
        ("transpose", [0]),
        ("dropout", 1.0),
        ("average", -0.1),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("clip", 0),
        ("weight_decay", -1),
        ("planned_turns", 0),
        ("members", 0),
    ],
)
def test_what_is_out_of_range_is_named(name, value):
    with pytest.raises(ParameterError, match=name):
        frames.make(ROLL, {name: value})


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(ParameterError, match="layers"):
        frames.make(ROLL, {"layer": 1})


@pytest.mark.parametrize("shape", [(64, 88, 2), (64,), (64, 0)])
def test_only_rolls_are_taken(shape):
    with pytest.raises(ParameterError, match="roll"):
        frames.make(SimpleNamespace(shape=shape), {})


@pytest.mark.parametrize("name", list(frames.presets))
def test_presets_can_be_made_and_end_when_their_step_has_fallen(name):
    preset = frames.presets[name]
    representation = preset["data"]["representation"]
    shape = (representation["window_steps"], representation["high"] - representation["low"])
    model = frames.make(SimpleNamespace(shape=shape), preset["parameters"])
    Recipe.read(preset["cycle"])
    assert preset["cycle"]["last"] == f"{model['planned_turns']}t"
    assert representation["whole"] is True
