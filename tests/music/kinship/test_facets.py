"""What is near without being copied."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.kinship import Heard, nearness
from modeloid.music.kinship.facets import FACETS, mean_nearness
from modeloid.music.represent.parts import LENGTH, ONSET, PITCH, VELOCITY, Rows, cut, in_order

from .songs import song, transposed


def means(y: Rows, x: Rows) -> dict[str, float]:
    return mean_nearness(Heard(y), Heard(x))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 30), by=st.integers(-6, 6), bars=st.sampled_from([8, 19, 32]))
def test_a_piece_is_nearest_to_itself_in_any_key(seed: int, by: int, bars: int) -> None:
    x = cut(song(seed), 0, bars)
    for values in nearness(transposed(x, by), x).values():
        assert values.shape == (bars,)
        np.testing.assert_allclose(values, 1, atol=1e-6)


def test_strangers_are_less_near() -> None:
    found = means(song(1), song(2))
    assert all(found[name] < 0.95 for name in FACETS)


def test_each_facet_hears_what_it_is_named_after() -> None:
    x = song(3)
    itself = means(x, x)
    draw = np.random.default_rng(0)
    changed = {name: x.copy() for name in ("harmony", "rhythm", "dynamics")}
    changed["harmony"][:, PITCH] += draw.integers(-3, 4, len(x))
    changed["rhythm"][:, ONSET] = x[:, ONSET] // 16 * 16 + draw.integers(0, 16, len(x))
    changed["dynamics"][:, VELOCITY] = np.where(x[:, ONSET] // 16 % 8 < 3, 30, 100)
    falls = {
        name: {facet: itself[facet] - value for facet, value in means(in_order(y), x).items()}
        for name, y in changed.items()
    }
    assert falls["harmony"]["harmony"] > 0.1 > abs(falls["harmony"]["rhythm"])
    assert falls["rhythm"]["rhythm"] > 0.1
    assert falls["rhythm"]["rhythm"] > falls["rhythm"]["harmony"]
    assert falls["dynamics"]["dynamics"] > 0.1
    assert max(abs(falls["dynamics"][name]) for name in FACETS[:4]) < 1e-9


def test_a_louder_piece_has_the_same_dynamics() -> None:
    y = song(3)
    y[:, VELOCITY] += 20
    assert means(y, song(3))["dynamics"] > 0.999


def test_lengths_do_not_touch_contour_nor_form() -> None:
    y = song(3)
    y[:, LENGTH] = 1
    found = means(y, song(3))
    assert found["form"] == 1
    assert found["contour"] > 0.8


def test_silence_is_near_to_nothing() -> None:
    x = song(1)
    assert not any(values.any() for values in nearness(x, x[:0]).values())
    assert means(x[:0], x) == dict.fromkeys((*FACETS, "together"), 0.0)
    gap = cut(x, 0, 8)[but_bar_two(x)]
    assert nearness(gap, x)["harmony"][2] == 0


def but_bar_two(x: Rows) -> np.ndarray:
    """All notes of the first 8 bars but those of bar 2."""
    return cut(x, 0, 8)[:, ONSET] // 16 != 2


def test_one_note_against_one_note() -> None:
    found = nearness(song(1)[:1], song(2)[:1])
    assert all(np.isfinite(values).all() for values in found.values())
