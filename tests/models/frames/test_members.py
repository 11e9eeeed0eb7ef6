"""Several networks in one modeloid: one distribution, their mixture; a single one is what it always was."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from modeloid.bench.mixed import mixture
from modeloid.check.suite import check
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import frames

from .small import Toy, a_batch, a_card, a_modeloid, a_roll, stirred, trained
from .test_likelihood import every_roll

INDEPENDENT = {"within": "independent", "recurrent": 8}


def decisions_of_each(modeloid, roll):
    tensor = torch.from_numpy(roll).float()
    for net in modeloid.nets:
        net.eval()
    with torch.no_grad():
        return [net.scored(tensor)[0].double().numpy() for net in modeloid.nets]


@pytest.mark.parametrize("parts", [{}, INDEPENDENT])
def test_each_choice_has_the_mean_of_their_probabilities(parts):
    modeloid, roll = stirred(a_modeloid(members=3, **parts)), a_roll(30, 6)
    each = decisions_of_each(modeloid, roll)
    found, frame = modeloid.decision_likelihoods(roll)
    assert found == pytest.approx(mixture(each), abs=1e-6) and frame.max() == 29
    assert np.abs(np.array(each) - found).max() > 0.3, "networks that agree prove nothing"


def test_the_first_one_is_what_it_would_be_alone():
    alone, three, roll = trained(4), trained(4, members=3), a_roll(30, 6)
    found = decisions_of_each(three, roll)
    assert found[0].tobytes() == decisions_of_each(alone, roll)[0].tobytes()
    assert (found[1] != found[0]).any() and (found[1] != found[2]).any()


def test_several_keep_the_contract():
    found = check(a_card(members=2), frames.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []


def test_a_modeloid_made_before_there_were_several_still_loads(tmp_path):
    trained(2).save(tmp_path)
    card = a_card()
    older = replace(card, model={name: value for name, value in card.model.items() if name != "members"})
    loaded = frames.load_model(older, tmp_path, Alone())
    assert loaded.log_likelihood(a_batch())[0].tobytes() == trained(2).log_likelihood(a_batch())[0].tobytes()


@pytest.mark.parametrize("parts", [{}, INDEPENDENT])
def test_the_first_of_eight_pieces_are_the_four_and_no_single_networks(parts):
    modeloid = stirred(a_modeloid(members=2, **parts))
    eight, four = modeloid.sample(8, Rng(5), prompt=a_roll(3, 6)), modeloid.sample(4, Rng(5), prompt=a_roll(3, 6))
    assert [made.tobytes() for made in eight[:4]] == [made.tobytes() for made in four]
    assert all((made[:3] == a_roll(3, 6)).all() for made in four)
    every = modeloid.nets[:]
    for net in every:
        modeloid.nets[:] = [net]
        alone = modeloid.sample(4, Rng(5), prompt=a_roll(3, 6))
        assert [made.tobytes() for made in alone] != [made.tobytes() for made in four]


def test_samples_of_independent_pitches_are_as_frequent_as_they_are_likely():
    modeloid = stirred(a_modeloid(shape=(2, 2), group=500, members=3, **INDEPENDENT), scale=1.0)
    rolls, n = every_roll(2, 2), 4000
    expected = np.exp(modeloid.log_likelihood(rolls)[0])
    assert expected.sum() == pytest.approx(1, abs=1e-5)
    codes = np.array(modeloid.sample(n, Rng(1))).reshape(n, -1) @ (1 << np.arange(4))[::-1]
    seen = np.bincount(codes, minlength=16)
    free = len(rolls) - 1
    assert ((seen - n * expected) ** 2 / (n * expected)).sum() < free + 5 * np.sqrt(2 * free)
    assert ((seen - n / 16) ** 2 / (n / 16)).sum() > 200, "rolls that are all as likely prove nothing"


def test_moving_moves_each_by_itself_and_puts_all_back():
    modeloid, roll = trained(6, members=2), a_roll(40, 6)
    plain = modeloid.decision_likelihoods(roll)[0]
    moved = modeloid.moved_likelihoods(roll, 1e-3)[0]
    assert np.abs(moved - plain).max() > 1e-6 and moved.shape == plain.shape
    assert modeloid.decision_likelihoods(roll)[0].tobytes() == plain.tobytes()
    assert modeloid.moved_likelihoods(roll, 0.0)[0] == pytest.approx(plain, abs=1e-5)
    with pytest.raises(ModeloidError, match="never trained"):
        a_modeloid(members=2).moved_likelihoods(roll, 1e-3)
