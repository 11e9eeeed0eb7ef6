import subprocess
import sys

import numpy as np
import pytest

from modeloid.backends.arguments import ParameterError
from modeloid.models import rbm
from models.rbm.small import rolls

ROLL = rolls((64, 48))


def test_a_mistyped_parameter_names_the_nearest():
    with pytest.raises(ParameterError, match=r"unknown parameter 'hiden'\. Did you mean 'hidden'\?"):
        rbm.make(ROLL, {"hiden": 64})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden", []),
        ("hidden", 64),
        ("hidden", [0]),
        ("hidden", [True]),
        ("hidden", [1.5]),
        ("kernel", -1),
        ("persistent", 1),
        ("chains", 0),
        ("cd_steps", 0),
        ("cd_steps", True),
        ("learning_rate", 0),
        ("learning_rate", "0.1"),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("decay_turns", -1),
        ("momentum", 1),
        ("weight_decay", -0.1),
        ("averaging", -1),
        ("coldest", 0),
        ("coldest", 1.1),
        ("group", 0),
        ("layer_turns", [0]),
    ],
)
def test_a_value_out_of_range_says_the_range(name, value):
    with pytest.raises(ParameterError, match=f"parameter {name}: .* is out of range. It must be "):
        rbm.make(ROLL, {name: value})


@pytest.mark.parametrize("change", [{"kernel": 65}, {"kernel": 16, "stride": 3}, {"kernel": 24, "stride": 12}])
def test_kernel_and_stride_must_fit_the_window(change):
    with pytest.raises(ParameterError, match="kernel is at most the window's 64 frames"):
        rbm.make(ROLL, change)


def test_turns_of_the_layers_must_be_one_less():
    with pytest.raises(ParameterError, match="Give 1 numbers"):
        rbm.make(ROLL, {"hidden": [4, 2], "layer_turns": [3, 3]})
    assert rbm.make(ROLL, {"hidden": [4, 2]})["layer_turns"] == [2000]


@pytest.mark.parametrize("shape", [(), (0, 3)])
def test_data_without_units_is_refused(shape):
    with pytest.raises(ParameterError, match="items have the shape"):
        rbm.make(rolls(shape), {})


@pytest.mark.parametrize(("dtype", "value"), [(np.int64, 1), (np.float32, 1), (np.uint8, 2)])
def test_data_that_is_not_on_or_off_is_refused(dtype, value):
    with pytest.raises(ParameterError, match="on or off"):
        rbm.make(rolls((64, 48), dtype, value), {})


def test_the_whole_window_is_the_kernel_unless_told():
    model = rbm.make(ROLL, {"kernel": 0, "stride": 0})
    assert (model["shape"], model["kernel"], model["stride"]) == ([64, 48], 64, 64)
    assert rbm.make(rolls((64,)), {})["kernel"] == 1


def test_every_default_is_in_range_and_every_preset_can_be_made():
    assert "default" in rbm.presets
    for preset in rbm.presets.values():
        assert set(preset) == {"doc", "parameters", "data", "cycle"}
        spec = preset["data"]["representation"]
        data = rolls((spec["window_steps"], spec["high"] - spec["low"]))
        model = rbm.make(data, preset["parameters"])
        assert set(rbm.parameters) < set(model)


def test_importing_the_model_costs_no_numpy():
    code = "import modeloid.models.rbm, sys; print(sorted({'numpy', 'torch', 'symusic'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]", said.stdout
