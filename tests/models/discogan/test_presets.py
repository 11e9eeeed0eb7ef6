"""Every preset is made for its data, given a few turns, scored and sampled from."""

import pytest

from modeloid.models import discogan
from modeloid.music.datasets import DATA_SETS
from pair_toys import a_preset_trains, built

PUBLISHED = ("paper", "recongan", "gan")
SMALL = [name for name in discogan.presets if name not in PUBLISHED]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_preset_trains(name):
    assert a_preset_trains(discogan, name, 3, 3)


def test_without_a_turn_nothing_is_trained():
    assert not a_preset_trains(discogan, SMALL[0], 0, 3)


@pytest.mark.long
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_preset_trains(name):
    assert a_preset_trains(discogan, name, 3, 2)


@pytest.mark.parametrize("name", discogan.presets)
def test_a_preset_names_sets_that_are_there_and_two_genres(name):
    preset = discogan.presets[name]
    assert all(one in DATA_SETS for members in preset["data"]["sets"].values() for one in members)
    assert len(preset["data"]["sets"]) == 2
    to = preset["cycle"]["wishes"]["to"]
    assert preset["cycle"]["best"] == f"min judge/group/{to}/wasserstein"
    assert preset["cycle"]["generate"] == preset["cycle"]["save"]


def test_presets_are_what_they_say():
    ways = {name: built(discogan, name)[0]["ways"] for name in PUBLISHED}
    assert ways == {"paper": "both", "recongan": "back", "gan": "there"}
    for name in PUBLISHED:
        made, _ = built(discogan, name)
        assert (made["width"], made["levels"], made["matching"], made["guide"], made["difference"]) == (
            64, 4, 0.9, 0.0, "squared",
        )  # fmt: skip
