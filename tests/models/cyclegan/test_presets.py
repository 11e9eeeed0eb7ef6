"""Every preset is made for its data, given a few turns, scored and sampled from."""

import pytest

from modeloid.models import cyclegan
from modeloid.music.datasets import DATA_SETS
from pair_toys import a_preset_trains, built

PUBLISHED = ("paper", "base", "legacy")
SMALL = [name for name in cyclegan.presets if name not in PUBLISHED]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_preset_trains(name):
    assert a_preset_trains(cyclegan, name, 2, 3)


def test_without_a_turn_nothing_is_trained():
    assert not a_preset_trains(cyclegan, SMALL[0], 0, 3)


@pytest.mark.long
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_preset_trains(name):
    assert a_preset_trains(cyclegan, name, 2, 2)


@pytest.mark.parametrize("name", cyclegan.presets)
def test_a_preset_names_sets_that_are_there_and_two_genres(name):
    preset = cyclegan.presets[name]
    assert all(one in DATA_SETS for members in preset["data"]["sets"].values() for one in members)
    assert len(preset["data"]["sets"]) == 2
    to = preset["cycle"]["wishes"]["to"]
    assert preset["cycle"]["best"] == f"min judge/group/{to}/wasserstein"
    assert preset["cycle"]["generate"] == preset["cycle"]["save"]


def test_presets_are_what_they_say():
    published = {
        name: cyclegan.presets[name]["parameters"]["extra" if name != "base" else "noise"] for name in PUBLISHED
    }
    assert published == {"paper": "partial", "base": 1.0, "legacy": "legacy_partial"}
    for name in PUBLISHED:
        made, _ = built(cyclegan, name)
        assert (made["width"], made["blocks"], made["critic_width"], made["guide"], made["difference"]) == (
            64, 10, 64, 0.0, "absolute",
        )  # fmt: skip
