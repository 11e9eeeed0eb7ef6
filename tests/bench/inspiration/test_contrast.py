import numpy as np
import pytest
import torch

from modeloid.bench.inspiration.contrast import Lesson, Shelf, contrast, learn, tensors
from modeloid.bench.inspiration.nets import READERS
from modeloid.bench.inspiration.views import slices_of

from .bands import DRUMS, songs


def test_pairs_are_of_different_pieces_and_lie_within_them():
    shelf = Shelf(songs(6), DRUMS)
    pairs = shelf.drawn(np.random.default_rng(0), 6)
    assert pairs.shape == (6, 2)
    assert sorted(pairs[:, 0] // 24) == list(range(6))
    assert (pairs[:, 0] // 24 == pairs[:, 1] // 24).all()
    assert (pairs % 24 <= 16).all()
    assert (np.abs(pairs[:, 0] - pairs[:, 1]) >= 8).all()


def test_without_a_pair_there_is_nothing_to_learn_from():
    assert Shelf(songs(3, bars=12), DRUMS).pairs == []


def test_the_loss_is_least_where_pairs_match():
    places = torch.eye(4)
    loss = contrast(places, places, 0.1)
    assert loss < contrast(places, places.roll(1, 0), 0.1)
    assert contrast(places[:1].expand(4, 4), places, 0.1) == pytest.approx(np.log(4) / 2 + _one_way(places), abs=1e-5)


def test_what_is_learned_holds_for_other_songs_and_is_the_same_again():
    shelf, unseen = Shelf(songs(24), DRUMS), Shelf(songs(12, first=30), DRUMS)
    pairs = unseen.drawn(np.random.default_rng(1), 12)
    losses = []

    def watch(turn, net):
        if turn in (0, 29):
            net.eval()
            with torch.no_grad():
                one, other = net(tensors(slices_of(unseen.views, pairs.T.reshape(-1)))).chunk(2)
            losses.append(float(contrast(one, other, 0.1)))

    lesson = Lesson(turns=30, batch=12, warm_turns=5)
    net = learn(READERS["rhythm"], shelf, 0, lesson, watch)
    assert losses[1] < 0.8 * losses[0]
    again = learn(READERS["rhythm"], shelf, 0, lesson)
    assert all(torch.equal(one, other) for one, other in zip(net.parameters(), again.parameters(), strict=True))
    assert not net.training


def test_learning_leaves_the_random_state_alone():
    before = torch.random.get_rng_state()
    learn(READERS["rhythm"], Shelf(songs(4), DRUMS), 3, Lesson(turns=1, batch=4))
    assert torch.equal(before, torch.random.get_rng_state())


def _one_way(places):
    likeness = places[:1].expand(4, 4) @ places.T / 0.1
    one = torch.nn.functional.cross_entropy(likeness, torch.arange(4))
    return float(one) / 2
