import numpy as np
import pytest

from modeloid.bench.genres import RUBBISH, Genres, Training, network, rubbish


def phrases(n, low, length, seed=0):
    """Scales in one octave: their register and the length of their notes tell the groups apart."""
    generator, rolls = np.random.default_rng(seed), np.zeros((n, 32, 24), np.uint8)
    for roll in rolls:
        first = int(generator.integers(0, 3))
        for number, step in enumerate(range(0, 32, length)):
            roll[step : step + length, low + (first + 2 * number) % 9] = 1
    return rolls


GROUPS = [phrases(60, 0, 4), phrases(60, 13, 2)]


def test_the_published_size():
    assert sum(parameter.numel() for parameter in network(64, 64, 84, 2).parameters()) == 1_156_608


@pytest.mark.parametrize("shape", [(64, 84), (32, 24), (70, 60), (16, 30)])
def test_any_size_of_phrases(shape):
    import torch

    assert network(2, *shape, 3)(torch.zeros(2, 1, *shape)).shape == (2, 3)


def test_it_tells_groups_and_rubbish_apart_and_repeats():
    how = Training(width=4, turns=60, batch=8, rate=0.01)
    genres = Genres(GROUPS, 0, how)
    fresh = [phrases(40, 0, 4, 1), phrases(40, 13, 2, 1)]
    for side, rolls in enumerate(fresh):
        assert (genres.named(rolls) == side).mean() > 0.9
        assert (genres.forced(rolls) == side).mean() > 0.9
    noise = (np.random.default_rng(5).random((40, 32, 24)) < GROUPS[0].mean()).astype(np.uint8)
    assert (genres.named(noise) == RUBBISH).mean() > 0.9
    assert set(genres.forced(noise)) <= {0, 1}
    assert (Genres(GROUPS, 0, how).odds(fresh[0]) == genres.odds(fresh[0])).all()


def test_rubbish_is_as_dense_as_music_and_of_three_kinds():
    made = rubbish(GROUPS, 90, np.random.default_rng(0))
    assert made.shape == (90, 32, 24)
    assert made.sum(axis=(1, 2)).tolist() == [32] * 90
    polyphony = made.sum(axis=2).max(axis=1)
    assert (polyphony > 1).sum() == pytest.approx(30, abs=2)
    assert (made[:, 1:] == made[:, :-1]).all(axis=2).mean(axis=1).min() < 0.3


def test_rubbish_is_not_the_data_itself():
    made = rubbish(GROUPS, 60, np.random.default_rng(0))
    every = {roll.tobytes() for rolls in GROUPS for roll in rolls}
    assert np.mean([roll.tobytes() in every for roll in made]) < 0.1
