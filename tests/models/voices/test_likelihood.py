"""That the likelihood is one: it sums to 1, samples agree with it, nothing leaks, padding never counts."""

import itertools

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.voices.net import BLOCK, in_order
from modeloid.models.voices.settings import ORDERS

from .small import Grids, a_batch, a_grid, a_modeloid, stirred, trained


def every_grid(steps, of, pitches):
    cells = itertools.product(range(pitches + 1), repeat=steps * of)
    return np.array(list(cells), np.uint8).reshape(-1, steps, of)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks as small as the grids: nothing is scored in vain."""
    monkeypatch.setattr("modeloid.models.voices.net.BLOCK", 4)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(("steps", "of", "pitches"), [(1, 3, 3), (2, 2, 2), (3, 2, 1), (5, 1, 2)])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"repeats": False, "order": "up", "given_share": 0},
        {"layers": 0, "metre": []},
        {"members": 3, "order": "outer"},
    ],
)
def test_the_probabilities_of_all_grids_sum_to_one(steps, of, pitches, parts):
    modeloid = stirred(a_modeloid(of, pitches, **parts))
    nats, counts = modeloid.log_likelihood(every_grid(steps, of, pitches))
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-5)
    assert (counts == steps).all()
    assert nats.std() > 0.5, "a net that tells no grids apart proves nothing"


def test_the_sum_is_not_one_where_a_voice_sees_itself(monkeypatch):
    from modeloid.models.voices import net

    modeloid = stirred(a_modeloid(2, 2), scale=0.6)
    plain = net.VoiceNet.scores

    def peeking(self, known, voice, chosen):
        return plain(self, known, voice, torch.where(chosen == -2, truth[known.rows.owner, known.rows.frame], chosen))

    monkeypatch.setattr(net.VoiceNet, "scores", peeking)
    monkeypatch.setattr(net, "BLOCK", 4)
    total = 0.0
    for grid in every_grid(2, 2, 2):
        truth = torch.from_numpy(grid[None].astype(np.int64) - 1)
        total += np.exp(modeloid.cell_likelihoods(grid).sum())
    assert abs(total - 1) > 0.01


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("members", [1, 2])
@pytest.mark.parametrize("given", [[[1, 0], [1, 0]], [[0, 0], [1, 1]], [[0, 1], [1, 0]]])
def test_all_ways_to_complete_what_is_given_sum_to_one(given, members):
    modeloid, given = stirred(a_modeloid(2, 3, members=members)), np.array(given, bool)
    kept = np.array([[1, 3], [0, 2]])
    ways = [grid for grid in every_grid(2, 2, 3) if (grid == kept)[given].all()]
    assert len(ways) == 16
    nats = np.array([modeloid.cell_likelihoods(grid, given).sum() for grid in ways])
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-5)
    assert nats.std() > 0.3


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(("given", "members"), [(False, 1), (True, 1), (False, 2), (True, 2)])
def test_samples_are_as_frequent_as_they_are_likely(given, members):
    modeloid = stirred(a_modeloid(2, 2, group=500, members=members))
    steps = 3 if given else 2
    grids, mask = every_grid(steps, 2, 2), None
    if given:
        kept = np.array([[1, 0], [2, 0], [0, 0]], np.uint8)
        mask = np.array([[1, 0], [1, 0], [1, 0]], bool)
        grids = np.array([grid for grid in grids if (grid == kept)[mask].all()])
    expected = np.exp([modeloid.cell_likelihoods(grid, mask).sum() for grid in grids])
    n = 4000
    wished = {"given": kept, "voices": ["voice 1"]} if given else {}
    drawn = np.array(modeloid.sample(n, Rng(1), **wished)) if given else sampled_freely(modeloid, n, steps)
    weights = 3 ** np.arange(2 * steps)
    codes = drawn.reshape(n, -1) @ weights
    seen = np.array([(codes == grid.reshape(-1) @ weights).sum() for grid in grids])
    assert seen.sum() == n
    chi_square = ((seen - n * expected) ** 2 / (n * expected)).sum()
    free = len(grids) - 1
    assert chi_square < free + 5 * np.sqrt(2 * free)
    even = ((seen - n / len(grids)) ** 2 / (n / len(grids))).sum()
    assert even > 5 * free, "grids that are all as likely prove nothing"


def sampled_freely(modeloid, n, frames):
    """Short pieces without anything given: wishes count in bars, the sampler in frames."""
    from modeloid.backends.numpy import in_groups
    from modeloid.models.voices.sampler import sampled
    from modeloid.models.voices.wishes import Wishes

    wish = Wishes(np.full((frames, 2), -1), np.zeros((frames, 2), bool), 1.0, 1.0)
    for net in modeloid.nets:
        net.eval()
    with torch.no_grad():
        return np.array(in_groups(n, 500, Rng(1), lambda some: list(sampled(modeloid.nets, wish, some) + 1)))


@pytest.mark.parametrize(("turns", "members"), [(0, 1), (8, 1), (4, 2)])
def test_a_later_frame_changes_no_bit_of_an_earlier_term(turns, members):
    steps = BLOCK + 40
    modeloid = stirred(trained(turns, members=members), scale=0.1)
    grid = a_grid(steps)
    before = modeloid.cell_likelihoods(grid)
    for frame in (0, 1, 44, BLOCK - 1, BLOCK, steps - 1):
        other = grid.copy()
        other[frame] = (other[frame] + 1) % 7
        other[frame + 1 :] = a_grid(steps, seed=5)[frame + 1 :]
        after = modeloid.cell_likelihoods(other)
        assert after[:frame].tobytes() == before[:frame].tobytes()
        assert (after[frame] != before[frame]).any()


def test_a_later_voice_changes_no_bit_of_an_earlier_one_in_the_order():
    for order, first, second in (("down", 0, 1), ("up", 1, 0), ("outer", 1, 0)):
        modeloid, grid = stirred(a_modeloid(order=order), scale=0.1), a_grid(20)
        other = grid.copy()
        other[-1, second] = (other[-1, second] + 1) % 7
        before, after = modeloid.cell_likelihoods(grid), modeloid.cell_likelihoods(other)
        assert after[-1, first] == before[-1, first] and after[-1, second] != before[-1, second]
        other = grid.copy()
        other[-1, first] = (other[-1, first] + 1) % 7
        assert modeloid.cell_likelihoods(other)[-1, second] != before[-1, second]


def test_an_earlier_frame_does_change_later_terms():
    modeloid, grid = stirred(a_modeloid(), scale=0.1), a_grid(40)
    other = grid.copy()
    other[3] = (other[3] + 1) % 7
    assert (modeloid.cell_likelihoods(grid)[4:8] != modeloid.cell_likelihoods(other)[4:8]).all()


@pytest.mark.parametrize("members", [1, 3])
def test_what_is_given_later_does_change_earlier_terms_where_it_is_told(members):
    modeloid, grid = stirred(a_modeloid(members=members), scale=0.1), a_grid(20)
    given = np.zeros((20, 2), bool)
    given[:, 0] = True
    told = modeloid.cell_likelihoods(grid, given)
    assert (told[:, 0] == 0).all() and (told[:, 1] != modeloid.cell_likelihoods(grid)[:, 1]).any()
    other = grid.copy()
    other[12, 0] = (other[12, 0] + 1) % 7
    assert (modeloid.cell_likelihoods(other, given)[9:12, 1] != told[9:12, 1]).any()


def test_nothing_given_is_the_plain_likelihood_bit_for_bit():
    modeloid, grid = stirred(a_modeloid(), scale=0.1), a_grid(20)
    nothing = np.zeros((20, 2), bool)
    assert modeloid.cell_likelihoods(grid, nothing).tobytes() == modeloid.cell_likelihoods(grid).tobytes()


@pytest.mark.parametrize("members", [1, 3])
def test_neither_order_nor_padding_nor_neighbours_change_a_bit(members):
    modeloid, batch = trained(members=members), a_batch()
    nats, counts = modeloid.log_likelihood(batch)
    turned, _ = modeloid.log_likelihood(Grids(*(field[::-1] for field in batch)))
    assert turned[::-1].tobytes() == nats.tobytes()
    padded = a_batch(longest=30)
    assert modeloid.log_likelihood(padded)[0].tobytes() == nats.tobytes()
    alone = [modeloid.log_likelihood(Grids(*(field[row : row + 1] for field in batch)))[0][0] for row in range(6)]
    assert np.array(alone).tobytes() == nats.tobytes()
    assert counts.tolist() == [8, 5, 7, 8, 1, 6]


def test_padding_does_not_count_in_training_either():
    short, padded = a_batch(), a_batch(longest=30)
    losses = [trained(2).train(batch, Rng(0))["loss"] for batch in (short, padded)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_training_and_scoring_see_the_same_likelihood():
    still = {"dropout": 0.0, "near_dropout": 0.0, "noise": 0.0, "near_noise": 0.0, "given_share": 0.0, "frames": 99}
    modeloid, batch = trained(**still), a_batch()
    modeloid.nets[0].voices[0].range.data.zero_()
    modeloid.nets[0].voices[1].range.data.zero_()
    expected = -modeloid.log_likelihood(batch)[0].sum() / 35
    assert modeloid.train(batch, Rng(0))["loss"] == pytest.approx(expected, rel=1e-5)


def test_a_constant_predictor_has_its_analytic_value():
    lengths = [30, 11, 1, 19]
    batch = a_batch(lengths, longest=64)
    frames = np.concatenate([cells[:length] for cells, length in zip(batch.cells, lengths, strict=True)])
    share = np.stack([np.bincount(frames[:, voice], minlength=7) + 0.5 for voice in range(2)])
    share /= share.sum(1, keepdims=True)
    modeloid = a_modeloid()
    with torch.no_grad():
        for parameter in modeloid.nets[0].parameters():
            parameter.zero_()
        for voice in range(2):
            # the pitches from 1 on against a rest, whose score is 0
            relative = np.log(share[voice, 1:]) - np.log(share[voice, 0])
            modeloid.nets[0].voices[voice].share[:] = torch.tensor(relative)
    cells = -np.log(np.stack([share[voice][frames[:, voice]] for voice in range(2)])).sum(0)
    total, count = modeloid.loss(batch, Rng(0))["loss"]
    assert count == 61
    assert total / count == pytest.approx(cells.mean(), rel=1e-6)
    means = [part.mean() for part in np.split(cells, np.cumsum(lengths)[:-1])]
    total, count = modeloid.loss(batch, Rng(0))["by_piece"]
    assert total / count == pytest.approx(np.mean(means), rel=1e-6)
    padded = batch._replace(lengths=np.full(4, 64))
    total, count = modeloid.loss(padded, Rng(0))["loss"]
    assert abs(total / count - cells.mean()) > 0.05, "padding that counts shows"


def test_a_transposed_piece_is_as_likely_but_for_where_it_lies():
    """Intervals alone count, once the two terms that know pitches as such are still."""
    modeloid = stirred(a_modeloid(2, 12), scale=0.2)
    with torch.no_grad():
        for voice in modeloid.nets[0].voices:
            for part in (voice.range, voice.share, voice.register):
                part.zero_()
    grid = 4 + a_grid(30, pitches=3)
    low, high = (modeloid.cell_likelihoods(grid + shift) for shift in (0, 1))
    # the scores of pitches that fall out of the range differ, so that only scores within it can agree
    assert np.corrcoef(low[4:].ravel(), high[4:].ravel())[0, 1] > 0.9


def test_the_orders_are_what_they_are_called():
    assert [in_order(name, 4) for name in ORDERS] == [[0, 1, 2, 3], [3, 2, 1, 0], [3, 0, 1, 2]]
    assert [in_order(name, 1) for name in ORDERS] == [[0], [0], [0]]
