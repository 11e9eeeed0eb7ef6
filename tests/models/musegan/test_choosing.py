"""Of several phrases pieces take one, at odds that make their means the data's."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from modeloid.backends.arguments import ParameterError
from modeloid.backends.torch import TorchWorld
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import musegan
from modeloid.models.musegan.choosing import Choice
from modeloid.models.musegan.notes import of_velocities, recurrence
from modeloid.models.musegan.practice import shares
from modeloid.models.musegan.sampler import sampled
from modeloid.models.musegan.wishes import understood

from .small import SHAPE, a_batch, a_card, a_model, a_modeloid, an_item, trained

WORLD = TorchWorld()


def phrases(n, seed=0):
    return of_velocities(torch.from_numpy(a_batch(n, seed))).bars(1)


def a_choice(size=None, tries=4):
    choice = Choice(a_model(tries=tries))
    if size:
        choice.strengths, choice.spread = torch.zeros(size), torch.zeros(size, size)
    return choice


def taught(choice, draw, steps=400):
    for step in range(steps):
        choice.learn(draw(), WORLD, max(0.05, 1 / (4 + step)))
    return choice


def test_a_bell_is_moved_by_its_known_tilt_and_what_is_taken_has_mean_0():
    """Of a normal distribution with mean m and spread S the tilt to mean 0 is -S^-1 m; the ridge takes little."""
    torch.manual_seed(0)
    mixed, mean = torch.tensor([[1.0, 0.0], [0.6, 0.8]]), torch.tensor([0.5, -0.3])

    def draw(n=16, tries=32):
        return torch.randn(n, tries, 2) @ mixed.T + mean

    choice = taught(a_choice(2), draw)
    known = -torch.linalg.solve(mixed @ mixed.T, mean)
    assert choice.strengths.tolist() == pytest.approx(known.tolist(), abs=0.15)
    told = draw(4000)
    taken = told[torch.arange(4000), choice.picked(told, torch.rand(4000, 32))].mean(0)
    first = told[:, 0].mean(0)
    assert taken.abs().max() < 0.08 < 0.25 < first.abs().min()


def test_odds_are_those_of_the_tilt():
    choice = a_choice(1)
    choice.strengths[0] = np.log(3)
    told = torch.tensor([[[0.0], [1.0]]]).expand(20_000, -1, -1)
    torch.manual_seed(0)
    assert choice.picked(told, torch.rand(20_000, 2)).float().mean() == pytest.approx(0.75, abs=0.02)
    assert choice.picked(told[:1], torch.zeros(1, 2)).item() in (0, 1)  # a draw of 0 is no error


def test_what_never_varies_and_what_cannot_be_reached_take_no_endless_strength():
    torch.manual_seed(0)
    choice = taught(a_choice(2), lambda: torch.stack([torch.full((16, 4), 2.0), 5 + 0.1 * torch.rand(16, 4)], 2))
    assert choice.strengths[0] == 0
    assert torch.isfinite(choice.strengths).all()
    wide = choice.spread[1, 1].sqrt()
    assert choice.strengths[1] * wide < -1  # it tries
    assert a_choice().told(phrases(2)).isfinite().all()  # nothing was seen yet


def test_the_data_itself_is_nothing_beyond_the_data():
    choice, seen = a_choice(), [phrases(40, seed) for seed in range(3)]
    for phrase in seen:
        choice.see(choice.counts(phrase), WORLD)
    told = torch.cat([choice.told(phrase) for phrase in seen])
    assert told.mean(0).abs().max() < 1e-4
    assert told.std(0).max() > 0.1
    short = phrases(40)
    short.on[:, :, 1::2, :, 1:] = 0
    names = [kind for kind, many in choice.counts.sizes for _ in range(many)]
    long = [row for row, place in enumerate(choice.measured) if names[place] == "long"]
    assert (choice.told(short).mean(0)[long] < -0.5).all()


def rolls(modeloid, n, choice):
    wish = understood({}, modeloid.model, modeloid._items)
    generators = [Rng(9).at(row).generator() for row in range(n)]
    with torch.no_grad():
        made = sampled(modeloid.generator.eval(), modeloid.model, wish, generators, modeloid._leads.kept(), choice)
    return of_velocities(torch.from_numpy(made.reshape(-1, 2, *SHAPE[1:])))


def test_pieces_come_nearer_to_the_data_and_stay_different():
    """A bar's pitch classes are wanted fewer by a half of how they vary, a track silent more often."""
    modeloid = trained(6)
    choice, practice, net = modeloid._choice, modeloid._practice, modeloid.generator
    some, of = choice.counts(rolls(modeloid, 64, None))
    choice.real.copy_(torch.stack([some, of]).mean(1))
    names = [kind for kind, many in choice.counts.sizes for _ in range(many)]
    at = names.index("classes")
    choice.real[0, at] -= 0.5 * some[:, at].std()
    before = choice.told(rolls(modeloid, 64, None)).mean(0)
    for turn in range(60):
        generators = [Rng(1).at(turn, row).generator() for row in range(practice.rows)]
        practice.go_on(net.eval(), modeloid.model, choice, generators, WORLD, 1 / (4 + turn))
    made = rolls(modeloid, 64, choice)
    row = choice.measured.index(at)
    assert before[row] > 0
    assert choice.told(made).mean(0)[row].abs() < 0.4 * before[row]
    assert len(np.unique(made.on.reshape(64, -1)[:8].numpy(), axis=0)) == 8


def test_to_choose_changes_no_weight_and_what_is_chosen_does(tmp_path):
    states = {}
    for tries in (1, 4):
        (tmp_path / str(tries)).mkdir()
        modeloid = trained(5, tries=tries)
        modeloid.save(tmp_path / str(tries))
        states[tries] = {path.name: path.read_bytes() for path in (tmp_path / str(tries)).iterdir()}
    assert {name: states[4][name] for name in states[1]} == states[1]
    assert set(states[4]) - set(states[1]) == {"choice.safetensors", "practice.safetensors"}
    again = a_modeloid(state=tmp_path / "4", tries=4)
    assert again._choice.steps == 1
    assert again._choice.real.any()
    assert again._practice.on.any()
    pieces = [a_modeloid(state=tmp_path / str(tries), tries=tries).sample(2, Rng(0)) for tries in (1, 4)]
    assert not (pieces[0][0] == pieces[1][0]).all()


def test_most_is_practised_in_the_last_turns_planned():
    model = a_model(critic_steps=2, planned_turns=1000)
    told = [shares(turn, turn // 2, 3, model) for turn in range(1, 1400, 2)]
    many = [len(one) for one in told]
    assert sum(many[:480]) == 20  # each 24th step of the generator
    assert many[480:500] == [6] * 20
    assert sum(many[500:]) == 9
    last = [share for one in told[480:500] for share in one]
    assert last == [1 / (4 + number) for number in range(120)]
    assert shares(0, 0, 0, model) == [0.25]
    assert shares(0, 24, 90, model) == [0.1]
    assert shares(0, 25, 90, model) == []


def test_training_practises_to_its_planned_end():
    assert trained(6, planned_turns=6)._choice.steps == 18
    assert trained(6)._choice.steps == 1


@pytest.mark.parametrize("parameters", [{"tries": 1}, {"given": 1}])
def test_nothing_is_chosen_where_one_is_made_or_a_track_is_given(parameters):
    assert a_modeloid(**parameters)._choice is None
    assert a_modeloid()._choice is not None


@pytest.mark.parametrize(
    "parameters", [{"context_bars": 0}, {"neurons": "stochastic"}, {"matching": 0.0}, {"context_bars": 2}]
)
def test_other_pieces_are_chosen_too(parameters):
    modeloid = trained(4, **parameters)
    assert modeloid._choice.steps == 1
    assert modeloid._choice.real.any()
    assert len(modeloid.sample(2, Rng(0), length_bars=5)) == 2


def test_a_prompt_stays_and_one_made_before_there_was_a_choice_opens():
    modeloid = trained(4)
    prompt = an_item(5)[:2]
    assert (modeloid.sample(1, Rng(2), prompt=prompt, length_bars=6)[0][:2] == prompt).all()
    old = {name: value for name, value in a_model().items() if name != "tries"}
    assert musegan.load_model(replace(a_card(), model=old), None, Alone())._choice is None


@pytest.mark.parametrize("tries", [0, 1.5, True])
def test_a_wrong_number_of_tries_is_refused(tries):
    with pytest.raises(ParameterError, match="tries"):
        a_model(tries=tries)


def test_step_after_step_is_the_same_as_doubling():
    torch.manual_seed(0)
    keep = (torch.rand(3, 21, 5) > 0.4).float()
    new = torch.rand(3, 21, 5) * (1 - keep)
    first = torch.rand(3, 5)
    doubled = recurrence(keep, new, first)
    with torch.no_grad():
        assert torch.equal(recurrence(keep, new, first), doubled)
    assert doubled[keep == 1].any()
