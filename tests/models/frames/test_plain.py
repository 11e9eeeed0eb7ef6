"""The plain net: a likelihood as exact as the other's, and pitches that know nothing of one another."""

import numpy as np
import pytest

from modeloid.backends.arguments import ParameterError
from modeloid.check.suite import check
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import frames
from modeloid.models.frames.plain import PlainNet

from .small import Toy, a_batch, a_card, a_modeloid, a_roll, stirred, trained
from .test_likelihood import every_roll

PLAIN = {"within": "independent"}


@pytest.mark.parametrize(("steps", "pitches"), [(1, 6), (2, 4), (4, 2)])
@pytest.mark.parametrize("layers", [1, 2])
def test_the_probabilities_of_all_rolls_sum_to_one(steps, pitches, layers):
    modeloid = stirred(a_modeloid(shape=(steps, pitches), layers=layers, **PLAIN))
    nats, _ = modeloid.log_likelihood(every_roll(steps, pitches))
    assert isinstance(modeloid.nets[0], PlainNet)
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-5)
    assert nats.std() > 0.3, "a net that tells no rolls apart proves nothing"


def test_the_pitches_of_a_frame_are_independent_and_those_of_the_other_net_are_not():
    def ratio(modeloid):
        silent, low, high, both = modeloid.log_likelihood(every_roll(1, 2)[[0, 1, 2, 3]])[0]
        return both + silent - low - high

    assert ratio(stirred(a_modeloid(shape=(1, 2), **PLAIN))) == pytest.approx(0, abs=1e-5)
    assert abs(ratio(stirred(a_modeloid(shape=(1, 2))))) > 0.01


def test_samples_are_as_frequent_as_they_are_likely():
    modeloid = stirred(a_modeloid(shape=(3, 2), group=500, **PLAIN), scale=0.6)
    expected = np.exp(modeloid.log_likelihood(every_roll(3, 2))[0])
    drawn = np.array(modeloid.sample(6000, Rng(1)))
    seen = np.bincount(drawn.reshape(6000, -1) @ (1 << np.arange(6))[::-1], minlength=64)
    chi_square = ((seen - 6000 * expected) ** 2 / (6000 * expected)).sum()
    assert chi_square < 63 + 5 * np.sqrt(2 * 63)
    assert ((seen - 6000 / 64) ** 2 / (6000 / 64)).sum() > 1000, "rolls that are all as likely prove nothing"


def test_a_later_frame_changes_no_bit_of_an_earlier_term():
    modeloid, roll = stirred(trained(4, **PLAIN), scale=0.1), a_roll(90, 6)
    before = modeloid.frame_likelihoods(roll)
    for frame in (0, 1, 44, 89):
        other = roll.copy()
        other[frame] = 1 - other[frame]
        other[frame + 1 :] = a_roll(90, 6, seed=5)[frame + 1 :]
        after = modeloid.frame_likelihoods(other)
        assert after[:frame].tobytes() == before[:frame].tobytes()
        assert after[frame] != before[frame]


def test_training_and_scoring_see_the_same_likelihood():
    quiet = {"learning_rate": 1e-30, "far_dropout": 0.0, "transpose": [0, 0], **PLAIN}
    modeloid, batch = trained(8, **PLAIN), a_batch()
    assert modeloid.train(batch, Rng(1))["loss"] < a_modeloid(**PLAIN).train(batch, Rng(1))["loss"]
    still = a_modeloid(**quiet)
    total, count = still.loss(batch, Rng(0))["loss"]
    assert still.train(batch, Rng(0))["loss"] == pytest.approx(total / count, rel=1e-5)


def test_it_keeps_the_contract():
    found = check(a_card(**PLAIN), frames.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []


def test_an_lstm_without_features_and_another_word_are_refused():
    with pytest.raises(ParameterError, match="recurrent"):
        a_modeloid(recurrent=0, **PLAIN)
    with pytest.raises(ParameterError, match="chain or independent"):
        a_modeloid(within="apart")


def test_a_card_that_does_not_say_is_of_the_chain():
    card = a_card()
    del card.model["within"]
    nats = frames.load_model(card, None, Alone()).log_likelihood(a_batch())[0]
    assert nats.tobytes() == a_modeloid().log_likelihood(a_batch())[0].tobytes()
