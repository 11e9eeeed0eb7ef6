import json

import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, ParameterError, WishError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.errors import StateError
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import cyclegan
from pair_toys import SHAPE, Toy, a_batch, a_card, a_modeloid, agreement, learnt, motifs, recipe, retrograde, transposed
from pair_toys import trained as trained_of

TINY = {"width": 4, "blocks": 1, "critic_width": 4, "group": 3, "kept": 4, "pool": 5, "learning_rate": 0.002}
FOUND = {
    "width": 8,
    "blocks": 2,
    "critic_width": 8,
    "learning_rate": 0.002,
    "planned_turns": 240,
    "steady_turns": 160,
    "average": 0.95,
    "noise": 0.3,
    "veil": 0.1,
    "difference": "entropy",
}


def trained(turns=3, **parameters):
    return trained_of(cyclegan, turns, **{**TINY, **parameters})


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


@pytest.mark.parametrize(
    "parts", [{}, {"extra": "partial", "identity": 1.0, "shortcut": 1.0, "veil": 0.1, "guide": 1.0, "sharpness": 2.0}]
)
def test_it_keeps_the_contract(parts):
    found = check(a_card(cyclegan, **{**TINY, **parts}), cyclegan.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []
    assert len(found) == 19


def test_it_runs_in_the_cycle_and_resumes_there(tmp_path):
    def state(name, *lasts):
        for last in lasts:
            card = recipe(a_card(cyclegan, **TINY, extra="partial"), tmp_path / name, last)
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
    rest = a_modeloid(cyclegan, tmp_path / "half", **TINY)
    for turn in range(5, 8):
        rest.train(a_batch(turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


def test_a_state_of_another_size_is_refused(tmp_path):
    saved(trained(1), tmp_path / "a")
    with pytest.raises(StateError):
        a_modeloid(cyclegan, tmp_path / "a", **{**TINY, "width": 5})


@pytest.mark.parametrize("taught", [True, False])
def test_further_discriminators_teach_the_generators_unless_they_are_legacy(taught):
    import torch

    extra = "partial" if taught else "legacy_partial"
    game = a_modeloid(cyclegan, **TINY, extra=extra).game
    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    lost = game.generators_lose(real, game.fakes(real), game.noise(real))
    assert ("extra" in lost) is taught
    total = lost["adversarial"] + 10 * lost["cycle"] + lost.get("extra", torch.zeros(()))
    assert lost["total"].item() == pytest.approx(total.item(), rel=1e-5)


def test_legacy_trains_its_further_discriminators_all_the_same():
    modeloid = a_modeloid(cyclegan, **TINY, extra="legacy_partial")
    before = [parameter.detach().clone() for parameter in modeloid.game.extras.parameters()]
    modeloid.train(a_batch(), Rng(0))
    after = list(modeloid.game.extras.parameters())
    assert all((one != other).any() for one, other in zip(before, after, strict=True))


def test_a_guide_learns_of_real_items_and_teaches_the_generators():
    import torch

    game = a_modeloid(cyclegan, **TINY, guide=2.0).game
    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    fake, noise = game.fakes(real), game.noise(real)
    lost = game.generators_lose(real, fake, noise)
    told = lost["adversarial"] + 10 * lost["cycle"] + 2 * lost["guide"]
    assert lost["total"].item() == pytest.approx(told.item(), rel=1e-5)
    assert lost["guide"].item() == pytest.approx(game.guides[0].lose(fake).item(), rel=1e-5)
    without = a_modeloid(cyclegan, **TINY).game
    assert "guide" not in without.generators_lose(real, fake, noise)
    for one, guided in ((without, 0), (game, 1)):
        critics = one.critics_lose(real, torch.cat(real), fake, noise, np.random.default_rng(0))
        alone = sum(one._told_apart(one.critics[i], real[i], fake[i].detach(), noise[i]) for i in (0, 1))
        wrong = sum(guide.lose(real) for guide in one.guides)
        assert len(one.guides) == guided
        assert critics.item() == pytest.approx((alone + wrong).item(), rel=1e-5)


def test_a_third_group_is_for_full_discriminators():
    with pytest.raises(ParameterError, match="only 2 groups"):
        a_card(cyclegan, **TINY, extra="full")
    groups = ("a", "b", "c")
    modeloid = a_modeloid(cyclegan, groups=groups, **TINY, extra="full")
    told = modeloid.train(a_batch(groups=groups), Rng(0))
    assert {"adversarial", "cycle", "extra", "discriminators"} <= set(told)
    assert modeloid.wishes["to"][1] == "b"


def test_the_step_stays_and_then_falls():
    modeloid = trained(0, steady_turns=2, planned_turns=4)
    rates = [modeloid.train(a_batch(turn), Rng(0).at(turn))["learning_rate"] for turn in range(5)]
    assert rates == pytest.approx([0.002, 0.002, 0.002, 0.001, 0.0])


def test_generators_move_in_every_turn_and_discriminators_too():
    modeloid = trained(0)
    game = modeloid.game
    before = [p.detach().clone() for p in (*game.generators.parameters(), *game.critics.parameters())]
    modeloid.train(a_batch(), Rng(0))
    after = [*game.generators.parameters(), *game.critics.parameters()]
    assert all((one != other).any() for one, other in zip(before, after, strict=True))
    assert all(parameter.requires_grad for parameter in after)


def test_loss_counts_both_sides_and_takes_groups_that_run_out():
    modeloid, batch = trained(), a_batch()
    found = modeloid.loss({"a": batch["a"], "b": batch["b"][:2]}, Rng(0))
    assert {name: count for name, (_, count) in found.items()} == {
        "cycle": 8,
        "cycle_written": 8,
        "adversarial": 8,
        "discriminators": 16,
        "change": 8,
        "apart": 8,
        "identity": 8,
    }
    alone = modeloid.loss({"a": batch["a"], "b": batch["b"][:0]}, Rng(0))
    assert alone["cycle"][1] == 6
    assert modeloid.loss({"a": batch["a"][:0], "b": batch["b"][:0]}, Rng(0)) == {}


def test_nothing_is_far_from_a_group_that_nobody_has_seen():
    assert "apart" not in trained(0).loss(a_batch(), Rng(0))
    assert trained(1).loss(a_batch(), Rng(0))["apart"][0] > 0


def test_an_empty_group_and_other_shapes_are_refused():
    modeloid, batch = trained(0), a_batch()
    with pytest.raises(BatchError, match="group b: it has no item"):
        modeloid.train({"a": batch["a"], "b": batch["b"][:0]}, Rng(0))
    with pytest.raises(BatchError, match="groups a, b"):
        modeloid.train({"a": batch["a"]}, Rng(0))
    with pytest.raises(BatchError, match="group b: items are 8 x 23"):
        modeloid.train({"a": batch["a"], "b": batch["b"][..., 1:]}, Rng(0))


def test_the_average_is_another_network():
    modeloid = trained(6)
    plain = modeloid.loss(a_batch(), Rng(0))["cycle"]
    with modeloid.averaged():
        assert modeloid.loss(a_batch(), Rng(0))["cycle"] != plain
    assert modeloid.loss(a_batch(), Rng(0))["cycle"] == plain


def test_samples_come_from_items_it_kept():
    modeloid = trained(1)
    assert modeloid.kept.of(0).shape == (4, 1, *SHAPE)
    pieces = modeloid.sample(5, Rng(3))
    assert all(piece.shape == SHAPE and piece.dtype == np.uint8 for piece in pieces)
    assert (modeloid.sample(2, Rng(3))[1] == pieces[1]).all()


def test_a_shortcut_begins_by_copying():
    fresh = a_modeloid(cyclegan, **TINY, shortcut=4.0)
    piece = motifs(1)[0]
    assert agreement(fresh.sample(1, Rng(0), piece=piece)[0], piece) == 1.0


def test_longer_pieces_come_out_as_long():
    modeloid = trained(2, shortcut=4.0)
    piece = np.concatenate(list(motifs(4)))[:29]
    made = modeloid.sample(2, Rng(0), piece=piece)
    assert made[0].shape == piece.shape
    assert (made[0] == made[1]).all()
    warm = modeloid.sample(2, Rng(0), piece=piece, temperature=2.0)
    assert (warm[0] != warm[1]).any()


def test_wishes_that_cannot_be_fulfilled():
    modeloid = trained(1)
    for wish, text in (
        ({"piece": motifs(1)[0][:1]}, "too short"),
        ({"piece": motifs(1)[0][:, 1:]}, "the array is 8 x 23"),
        ({"piece": np.zeros(SHAPE)}, "silent"),
        ({"to": "c"}, "no group"),
        ({"too": "b"}, "Did you mean 'to'"),
        ({"velocities": "loud"}, "unknown"),
        ({"velocities": "target"}, "no velocities"),
        ({"temperature": -1}, "temperature"),
        ({"tempo_bpm": 5}, "tempo_bpm"),
    ):
        with pytest.raises(WishError, match=text):
            modeloid.sample(1, Rng(0), **wish)


def test_discriminators_are_shown_surer_cells_than_are_made():
    import torch

    real = tuple(torch.from_numpy(batch[:, None]).float() for batch in a_batch().values())
    told = []
    for sharpness in (1.0, 4.0):
        game = a_modeloid(cyclegan, **TINY, sharpness=sharpness).game
        seen = []
        game.critics[1].register_forward_pre_hook(lambda _, given, seen=seen: seen.append(given[0].detach()))
        quiet = tuple(torch.zeros_like(one) for one in real)
        game.generators_lose(real, game.fakes(real), quiet)
        told.append(seen[0])
    assert (told[0] - 0.5).abs().mean() < (told[1] - 0.5).abs().mean()


def test_parameters_that_are_none():
    for given, text in (
        ({"widht": 3}, "Did you mean 'width'"),
        ({"extra": "most"}, "parameter extra"),
        ({"difference": "none"}, "parameter difference"),
        ({"shape": 3}, "unknown parameter"),
    ):
        with pytest.raises(ParameterError, match=text):
            cyclegan.make(Toy(), given)
    with pytest.raises(ParameterError, match="need 8 x 8 cells"):
        a_card(cyclegan, shape=(4, 24))
    with pytest.raises(ParameterError, match="no rolls of one track"):
        a_card(cyclegan, shape=(2, 16, 24, 5))
    with pytest.raises(ParameterError, match="no groups"):
        a_card(cyclegan, groups=())


def test_it_finds_a_transposition_from_unpaired_data():
    there, back = learnt(cyclegan, transposed, 170, 8, **FOUND)
    assert agreement(motifs(24, 99), transposed(motifs(24, 99))) < 0.1
    assert there > 0.9
    assert back > 0.9


@pytest.mark.long
def test_it_finds_a_retrograde_from_unpaired_data():
    there, back = learnt(cyclegan, retrograde, 360, 8, **{**FOUND, "planned_turns": 360, "steady_turns": 240})
    assert agreement(motifs(24, 99), retrograde(motifs(24, 99))) < 0.5
    assert there > 0.9
    assert back > 0.9


@pytest.mark.long
def test_without_the_way_back_and_without_an_adversary_it_finds_nothing():
    there, _ = learnt(cyclegan, transposed, 170, 8, **{**FOUND, "learning_rate": 1e-9})
    assert there < 0.3
