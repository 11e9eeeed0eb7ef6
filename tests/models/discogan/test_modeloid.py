import json

import pytest
import torch

from modeloid.backends.arguments import BatchError, ParameterError, WishError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import discogan
from pair_toys import SHAPE, Toy, a_batch, a_card, a_modeloid, agreement, learnt, motifs, recipe, retrograde, transposed
from pair_toys import trained as trained_of

TINY = {"width": 4, "levels": 2, "group": 3, "kept": 4, "learning_rate": 0.002}
FOUND = {
    "width": 16,
    "levels": 2,
    "learning_rate": 0.0015,
    "average": 0.9,
    "curriculum_turns": 0,
    "return_then": 0.9,
    "difference": "entropy",
    "matching": 0.5,
}


def trained(turns=3, **parameters):
    return trained_of(discogan, turns, **{**TINY, **parameters})


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def moved(parameters, before):
    return any((one != other).any() for one, other in zip(parameters, before, strict=True))


@pytest.mark.parametrize(("ways", "guide"), [("both", 1.0), ("back", 0.0), ("there", 0.0)])
def test_it_keeps_the_contract(ways, guide):
    found = check(
        a_card(discogan, **TINY, ways=ways, guide=guide, sharpness=1.0 + guide), discogan.load_model, Toy(), Alone()
    )
    assert [result for result in found if not result.passed] == []
    assert len(found) == 19


def test_it_runs_in_the_cycle_and_resumes_there(tmp_path):
    def state(name, *lasts):
        for last in lasts:
            card = recipe(a_card(discogan, **TINY), tmp_path / name, last)
            card.directory.mkdir(exist_ok=True)
            assert run(card, Toy(), TorchWorld()).status == "done"
        step = (card.directory / "state" / "last").read_text().strip()
        files = (card.directory / "state" / step).glob("*.safetensors")
        return json.loads((card.directory / "record" / "test.json").read_text()), {
            f.name: f.read_bytes() for f in files
        }

    tested, whole = state("whole", "6t")
    _, parts = state("parts", "4t", "6t")
    assert whole == parts
    assert {"cycle", "cycle_written", "adversarial", "discriminators", "identity", "change"} <= set(tested["loss"])


def test_a_cut_changes_no_byte(tmp_path):
    whole = saved(trained(8), tmp_path / "whole")
    half = saved(trained(5), tmp_path / "half")
    rest = a_modeloid(discogan, tmp_path / "half", **TINY)
    for turn in range(5, 8):
        rest.train(a_batch(turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


def test_discriminators_move_in_every_third_turn_and_generators_in_the_others():
    modeloid = trained(0)
    parts = modeloid.game.generators, modeloid.game.critics
    for turn in range(6):
        before = [[one.detach().clone() for one in part.parameters()] for part in parts]
        told = modeloid.train(a_batch(turn), Rng(0).at(turn))
        generators, critics = (moved(part.parameters(), was) for part, was in zip(parts, before, strict=True))
        assert (generators, critics) == ((False, True) if turn % 3 == 0 else (True, False))
        assert ("discriminators" in told) == critics


def test_the_curriculum_weighs_what_comes_back():
    modeloid = trained(0, curriculum_turns=2, return_first=0.1, return_then=0.6)
    shares = [modeloid.train(a_batch(turn), Rng(0).at(turn))["return_share"] for turn in range(4)]
    assert shares == [0.1, 0.1, 0.6, 0.6]
    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    for turn, share in ((0, 0.1), (5, 0.6)):
        lost = modeloid.game.generators_lose(real, turn)
        game = 0.1 * lost["adversarial"] + 0.9 * lost["features"]
        assert lost["total"].item() == pytest.approx(((1 - share) * game + share * lost["cycle"]).item(), rel=1e-5)


def test_discriminators_are_shown_surer_cells_than_are_made():
    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    told = []
    for sharpness in (1.0, 4.0):
        game = trained(0, sharpness=sharpness).game
        seen = []
        game.critics[1].register_forward_pre_hook(lambda _, given, seen=seen: seen.append(given[0].detach()))
        game.generators_lose(real, 0)
        told.append(seen[0])
    assert (told[0] - 0.5).abs().mean() < (told[1] - 0.5).abs().mean()


@pytest.mark.parametrize("ways", ["both", "there"])
def test_a_guide_learns_of_real_items_and_teaches_the_generators(ways):
    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    game = trained(0, guide=0.5, ways=ways, curriculum_turns=0, return_then=0.6).game
    lost = game.generators_lose(real, 0)
    told = 0.1 * lost["adversarial"] + 0.9 * lost["features"] + 0.5 * lost["guide"]
    whole = told if ways == "there" else 0.4 * told + 0.6 * lost["cycle"]
    assert lost["total"].item() == pytest.approx(whole.item(), rel=1e-5)
    made = {side: game.generators[side](real[1 - side]) for side in game.ways}
    wrong = sum(game.guides[0].wrong(images, side).mean() for side, images in made.items())
    assert lost["guide"].item() == pytest.approx(wrong.item(), rel=1e-4)
    assert "guide" not in trained(0, ways=ways).game.generators_lose(real, 0)
    game.critics_lose(real).backward()
    assert all(one.grad is not None for one in game.guides.parameters())


@pytest.mark.parametrize(("ways", "trained_sides"), [("both", [0, 1]), ("back", [0, 1]), ("there", [1])])
def test_the_ablations_leave_a_side_out(ways, trained_sides):
    modeloid = trained(0, ways=ways, weight_decay=0.0)
    before = [[one.detach().clone() for one in net.parameters()] for net in modeloid.game.generators]
    critic = [one.detach().clone() for one in modeloid.game.critics[0].parameters()]
    for turn in range(3):
        modeloid.train(a_batch(turn), Rng(0).at(turn))
    sides = [side for side in (0, 1) if moved(modeloid.game.generators[side].parameters(), before[side])]
    assert sides == trained_sides
    assert moved(modeloid.game.critics[0].parameters(), critic) == (ways == "both")
    assert ("cycle" in modeloid.loss(a_batch(), Rng(0))) == (ways != "there")


def test_a_side_that_is_not_learnt_cannot_be_wished():
    modeloid = trained(1, ways="there")
    assert modeloid.sample(1, Rng(0), to="b")[0].shape == SHAPE
    with pytest.raises(WishError, match="'a' is no group that this modeloid brings pieces to"):
        modeloid.sample(1, Rng(0), to="a")


def test_loss_counts_both_sides_and_takes_groups_that_run_out():
    modeloid, batch = trained(), a_batch()
    found = modeloid.loss({"a": batch["a"], "b": batch["b"][:2]}, Rng(0))
    counts = {name: count for name, (_, count) in found.items()}
    one = dict.fromkeys(("cycle", "cycle_written", "adversarial", "change", "apart", "identity"), 8)
    assert counts == {**one, "discriminators": 16}


def test_an_empty_group_and_other_shapes_are_refused():
    modeloid, batch = trained(0), a_batch()
    with pytest.raises(BatchError, match="group a: it has no item"):
        modeloid.train({"a": batch["a"][:0], "b": batch["b"]}, Rng(0))
    with pytest.raises(BatchError, match="group a: items are 7 x 24"):
        modeloid.train({"a": batch["a"][:, 1:], "b": batch["b"]}, Rng(0))


def test_parameters_that_are_none():
    for given, text in (
        ({"levles": 3}, "Did you mean 'levels'"),
        ({"ways": "all"}, "parameter ways"),
        ({"matching": 1.5}, "parameter matching"),
        ({"levels": 3}, "halved too often"),
    ):
        with pytest.raises(ParameterError, match=text):
            discogan.make(Toy(), given)
    with pytest.raises(ParameterError, match="3 groups"):
        a_card(discogan, groups=("a", "b", "c"), levels=2)


def test_a_shortcut_begins_by_copying():
    fresh = a_modeloid(discogan, **TINY, shortcut=6.0)
    piece = motifs(1)[0]
    assert agreement(fresh.sample(1, Rng(0), piece=piece)[0], piece) == 1.0


def test_it_finds_a_transposition_from_unpaired_data():
    there, back = learnt(discogan, transposed, 480, 24, **FOUND)
    assert there > 0.8
    assert back > 0.8


@pytest.mark.long
def test_it_finds_a_retrograde_from_unpaired_data():
    there, back = learnt(discogan, retrograde, 600, 24, **FOUND)
    assert there > 0.8
    assert back > 0.8
