"""What learns learns, what only watches moves nothing, losses add up, and pieces are each their own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeloid.models.inspired.learner import Studies
from modeloid.models.inspired.plan.net import Ideas
from modeloid.models.inspired.roll.maker import made, some_bars
from modeloid.models.inspired.roll.scenes import Scene, whole
from modeloid.models.inspired.writer import Codes
from modeloid.music.represent.parts import ONSET

from ..small import a_batch
from .small import DIMS, DRUMS, PARTS, a_generator, a_net, an_encoder, generators, levels, random_maps, studies


@pytest.fixture(scope="module")
def songs():
    found = studies(5)
    return found, found.ideas(an_encoder(found))


def some_codes(sections=2, seed=0):
    return Codes(levels(sections, DIMS[0], seed=seed).numpy(), levels(DIMS[1], seed=seed + 1).numpy())


def notes(rows):
    return {*map(tuple, rows.tolist())}


def alike(one, other):
    return [np.array_equal(first, second) for first, second in zip(one, other, strict=True)]


def test_dose_0_is_bit_equal_to_no_idea_and_more_is_not():
    net, codes = a_net(), some_codes()
    without = made(net, generators(3), 12, None, 1.0, 1.0)
    assert all(alike(made(net, generators(3), 12, codes, 0.0, 1.0), without))
    assert not any(alike(made(net, generators(3), 12, codes, 1.0, 1.0), without))
    assert min(len(rows) for rows in without) > 10
    assert len({len(rows) for rows in without}) > 1
    assert max(rows[:, ONSET].max() for rows in without) < 12 * 16


def test_doses_go_from_no_idea_through_the_idea_and_beyond():
    net, codes = a_net(), some_codes()
    apart = []
    for dose in (0.0, 0.5, 1.0, 2.0):
        rows = made(net, generators(4), 8, codes, dose, 1.0)
        whole = made(net, generators(4), 8, None, 1.0, 1.0)
        apart.append(sum(len(notes(one) ^ notes(two)) for one, two in zip(rows, whole, strict=True)))
    assert apart[0] == 0
    assert apart == sorted(apart)
    assert len(set(apart)) == 4


def test_a_row_depends_on_its_own_numbers_alone():
    net, codes = a_net(), some_codes()
    here = made(net, generators(3), 8, codes, 2.0, 1.0)
    others = generators(3, seed=1)
    others[1] = generators(3)[1]
    assert alike(here, made(net, others, 8, codes, 2.0, 1.0)) == [False, True, False]
    assert alike(here[1:2], made(net, generators(3)[1:2], 8, codes, 2.0, 1.0)) == [True]


def test_a_low_temperature_makes_pieces_alike():
    net = a_net()
    cold, warm = (made(net, generators(4), 8, None, 1.0, heat) for heat in (1e-6, 1.0))
    assert all(np.array_equal(rows, cold[0]) for rows in cold)
    assert not any(np.array_equal(rows, warm[0]) for rows in warm[1:])


def test_losses_are_sums_of_each_item_alone_and_change_nothing(songs):
    studies_, ideas = songs
    generator = a_generator()
    for turn in (0, 60, 80):
        generator.step(studies_, ideas, turn)
    for net in generator.nets.values():
        net.eval()
    before = {name: value.clone() for name, value in generator.net.state_dict().items()}
    whole = generator.losses(studies_, ideas)
    torch.manual_seed(7)
    assert generator.losses(studies_, ideas) == whole
    assert all(torch.equal(value, before[name]) for name, value in generator.net.state_dict().items())
    assert set(whole) == {"loss", "roll", "code", "bits_per_note", "ear", "returned"}
    sums = {name: np.zeros(2) for name in whole}
    for number in range(5):
        one = Studies(a_batch(5)._replace(**_only(a_batch(5), number)), studies_._items, studies_fields())
        told = generator.losses(one, Ideas(ideas.bars[number : number + 1], ideas.piece[number : number + 1]))
        for name, value in told.items():
            sums[name] += value
    for name, value in whole.items():
        assert sums[name] == pytest.approx(value, rel=1e-4), name
    assert set(generator.losses(studies_, None)) == {"loss", "roll", "code", "bits_per_note"}


def studies_fields():
    from modeloid.models.inspired.items import Items
    from modeloid.models.inspired.plan import layout

    from ..small import SPEC

    return layout(Items(SPEC).parts)


def _only(batch, number):
    part = slice(number, number + 1)
    rows = batch.of(number)
    names = ("owners", "firsts", "bars", "tempos_bpm")
    return {"rows": rows, "edges": np.array([0, len(rows)]), **{name: getattr(batch, name)[part] for name in names}}


def after(songs, turn, spoiled=None, **parameters):
    """The generator's weights after one turn, the weights of some part of it being spoiled before."""
    generator = a_generator(**parameters)
    for before in range(3):
        generator.step(*songs, before)
    if spoiled is not None:
        torch.manual_seed(3)
        with torch.no_grad():
            for parameter in spoiled(generator).parameters():
                parameter.add_(torch.randn_like(parameter))
    torch.manual_seed(4)
    told = generator.step(*songs, turn)
    return generator.net, told


def weights(net):
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()])


def test_bars_are_learned_first_then_what_tells_their_codes_and_codes_stay(songs):
    early, told = after(songs, 3)
    assert set(told) == {"roll"}
    late, later = after(songs, 61)
    assert set(later) == {"code"}
    other, _ = after(songs, 62)
    for part, moves in (("coder", False), ("teller", True)):
        one, two, first = (weights(getattr(net, part)) for net in (late, other, early))
        assert torch.equal(one, two) is not moves, part
        assert not torch.equal(one, first)
    kept = {name: value for name, value in late.coder.state_dict().items() if "norm" in name or name == "threshold"}
    assert kept
    assert all(torch.equal(value, other.coder.state_dict()[name]) for name, value in kept.items())


def test_what_decides_on_notes_is_fitted_at_times(songs):
    fitted, still = (after(songs, turn)[0].coder for turn in (64, 60))
    assert not torch.equal(fitted.longer, still.longer)
    assert not torch.equal(fitted.threshold, still.threshold)
    assert torch.equal(still.longer, torch.zeros(PARTS))
    assert torch.equal(weights(fitted), weights(still))


def test_the_critic_and_the_ear_teach_after_some_turns_and_the_watched_ear_never(songs):
    critic, teacher, watched = (lambda g: g.critic), (lambda g: g.ears.teacher), (lambda g: g.ears.watched)
    for turn, heeded in ((60, False), (80, True)):
        net, told = after(songs, turn)
        assert {"ear_teacher", "ear_watched"} <= set(told)
        assert ("score" in told) is ("returned" in told) is ("critic" in told) is heeded
        plain = weights(net)
        for part in (critic, teacher):
            assert torch.equal(weights(after(songs, turn, part)[0]), plain) is not heeded
        assert torch.equal(weights(after(songs, turn, watched)[0]), plain)


def test_what_is_heeded_moves_what_makes_and_what_tells_but_no_code(songs):
    with_, _ = after(songs, 80)
    without, _ = after(songs, 80, roll_critic=0.0, roll_cycle=0.0)
    assert not torch.equal(weights(with_.coder.maker), weights(without.coder.maker))
    assert not torch.equal(weights(with_.teller), weights(without.teller))
    assert torch.equal(weights(with_.coder.reader), weights(without.coder.reader))


def test_without_a_weight_neither_critic_nor_ear_is_heeded(songs):
    plain, _ = after(songs, 80, roll_critic=0.0, roll_cycle=0.0)
    both = lambda g: torch.nn.ModuleList([g.critic, g.ears])  # noqa: E731 - a name for the line below
    spoiled, _ = after(songs, 80, both, roll_critic=0.0, roll_cycle=0.0)
    assert torch.allclose(weights(spoiled), weights(plain), atol=1e-7)


def test_the_critics_steps_are_a_quarter_of_the_generators():
    rates = {name: optimiser.defaults["lr"] for name, optimiser in a_generator().optimisers.items()}
    assert rates["critic"] == rates["coder"] / 4 == rates["teller"] / 4
    assert rates["player"] < rates["teller"]


def test_real_bars_and_their_codes_are_told_better_with_every_turn_and_short_pieces_teach_too(songs):
    generator = a_generator()
    told = [generator.step(*songs, turn)["roll"] for turn in range(8)]
    assert told[-1] < told[0] - 0.2
    said = [generator.step(*songs, turn)["code"] for turn in range(61, 76)]
    assert said[-1] < said[0] - 0.2
    short = a_batch(4)._replace(bars=np.full(4, 5))
    short = Studies(short, songs[0]._items, studies_fields())
    ideas = short.ideas(an_encoder(short))
    told = generator.step(short, ideas, 80)
    assert "ear_teacher" not in told
    assert "score" in told
    assert generator.losses(short, ideas)["returned"] == (0, 0)


def test_some_bars_are_of_those_that_are_there_each_with_what_sounded_before():
    scene = Scene(torch.from_numpy(random_maps(2, 4)), torch.tensor([4, 2]), None)
    torch.manual_seed(0)
    maps, before = some_bars(scene, 5)
    assert len(maps) == len(before) == 5
    there = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]
    found = [next(at for at in there if torch.equal(scene.maps[at], one)) for one in maps]
    assert len(set(found)) == 5
    assert all(torch.equal(scene.before[at], one) for at, one in zip(found, before, strict=True))
    assert len(some_bars(scene, 100)[0]) == 6


def test_drawn_pieces_are_each_their_own_and_the_first_sections_of_a_fixed_noise_alike(songs):
    generator = a_generator()
    for turn in range(4):
        generator.step(*songs, turn)
    scene = whole(
        songs[0], Ideas(songs[1].bars[:1].expand(3, -1, -1), songs[1].piece[:1].expand(3, -1)), range(3), PARTS, DRUMS
    )
    for net in generator.nets.values():
        net.eval()
    with torch.no_grad():
        fixed = generator._fixed(scene)
        assert torch.equal(fixed[0], fixed[1])
        played = generator._played(scene, torch.ones(3, dtype=torch.bool))
    assert not torch.equal(played[0], played[1])
