"""Parameters of every family can be given to `create`."""

import inspect

import pytest

from modeloid import app

OWN = set(inspect.signature(app.create).parameters) - {"parameters"}


def taken(parameters):
    """Names that `create` keeps for itself: ``cycle=3`` never reaches a model."""
    return sorted(set(parameters) & OWN)


def test_names_that_create_keeps_are_found():
    assert {"data", "cycle", "preset"} <= OWN
    assert taken({"width": 1, "cycle": 3.0}) == ["cycle"]


@pytest.mark.parametrize("model", app.models(), ids=lambda model: model["name"])
def test_no_parameter_has_a_name_that_create_keeps(model):
    assert taken(model["parameters"]) == []
