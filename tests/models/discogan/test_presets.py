"""Every preset is made for its data, given a few turns, scored and sampled from."""

from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import discogan
from modeloid.music.columns import from_score
from modeloid.music.datasets import DATA_SETS
from modeloid.music.represent import representation

PUBLISHED = ("paper", "recongan", "gan")
SMALL = [name for name in discogan.presets if name not in PUBLISHED]


def built(name):
    """The model dict and the data of a preset."""
    preset = discogan.presets[name]
    shape = representation(preset["data"]["representation"]).shape
    known = SimpleNamespace(shape=shape, groups=tuple(preset["data"]["sets"]))
    return discogan.make(known, preset["parameters"]), preset["data"]


def few_turns(name, turns, items):
    model, data = built(name)
    card = Card("", "id", name, ("a",), "doc", model, data, {"seed": 0}, discogan.load_model)
    modeloid = discogan.load_model(card, None, Alone())
    generator = np.random.default_rng(0)
    batch = {group: (generator.random((items, *model["shape"])) < 0.1).astype(np.float32) for group in model["groups"]}
    before = [one.detach().clone() for one in modeloid.game.generators.parameters()]
    told = {}
    for turn in range(turns):
        told |= modeloid.train(batch, Rng(0).at("train", turn))
    assert np.isfinite(list(told.values())).all()
    assert any((one != was).any() for one, was in zip(modeloid.game.generators.parameters(), before, strict=True))
    found = modeloid.loss({group: rolls[:1] for group, rolls in batch.items()}, Rng(0))
    assert all(np.isfinite(total) and count > 0 for total, count in found.values())
    wishes = discogan.presets[name]["cycle"]["wishes"]
    assert wishes["to"] == model["groups"][1]
    (made,) = modeloid.sample(1, Rng(0), **wishes)
    assert from_score(made).about["tpq"] > 0


@pytest.mark.parametrize("name", SMALL)
def test_a_small_preset_trains(name):
    few_turns(name, 3, 3)


@pytest.mark.long
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_preset_trains(name):
    few_turns(name, 3, 2)


@pytest.mark.parametrize("name", discogan.presets)
def test_a_preset_names_sets_that_are_there_and_two_genres(name):
    preset = discogan.presets[name]
    assert all(one in DATA_SETS for members in preset["data"]["sets"].values() for one in members)
    assert len(preset["data"]["sets"]) == 2
    to = preset["cycle"]["wishes"]["to"]
    assert preset["cycle"]["best"] == f"min judge/group/{to}/wasserstein"
    assert preset["cycle"]["generate"] == preset["cycle"]["save"]


def test_presets_are_what_they_say():
    ways = {name: built(name)[0]["ways"] for name in PUBLISHED}
    assert ways == {"paper": "both", "recongan": "back", "gan": "there"}
    for name in PUBLISHED:
        made, _ = built(name)
        assert (made["width"], made["levels"], made["matching"], made["guide"], made["difference"]) == (
            64, 4, 0.9, 0.0, "squared",
        )  # fmt: skip
