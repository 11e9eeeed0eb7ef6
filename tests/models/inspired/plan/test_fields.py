"""Where fields lie, and what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.models.inspired.plan import layout

from .small import PARTS


def test_the_fields_lie_behind_one_another():
    fields = layout(PARTS)
    assert len(fields) == len(set(fields.names)) == len(fields.sizes) == 1 + 2 + 3 + 4 + 1 + 4 + 3
    assert fields.offsets == tuple(np.cumsum([0, *fields.sizes])[:-1])
    assert fields.offsets[-1] + fields.sizes[-1] == fields.total
    assert fields.sizes[0] == len(fields.lags)
    assert fields.lags[0] == 0
    assert list(fields.lags) == sorted(set(fields.lags))


def test_places_are_found_by_name():
    fields = layout(PARTS)
    assert fields.names[fields.place("loud.piano")] == "loud.piano"
    assert [fields.names[place] for place in fields.places("lead")] == [f"lead.{beat}" for beat in range(4)]
    assert fields.places("register") == (fields.place("register"),)
    assert fields.places("le") == ()
    with pytest.raises(ValueError, match="level"):
        fields.place("level.violin")


def test_what_a_field_is_off_with_is_decided_before_it():
    fields = layout(PARTS)
    for index, field in enumerate(fields.fields):
        assert all(fields.place(name) < index for name in field.off_with)
    assert fields.fields[fields.place("loud.drums")].off_with == ("level.drums",)
