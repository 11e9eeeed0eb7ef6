import numpy as np
import pytest
import torch

from modeloid.models.inspired.idea.encoder import CODE_SIZE, PIECE_SIZE, SYMBOLS, Encoder
from modeloid.models.inspired.idea.ensemble import Ensemble, Member
from modeloid.models.inspired.idea.levels import FourLevels, rounded, symbols_of
from modeloid.models.inspired.idea.nearest import nearest_real
from modeloid.models.inspired.idea.views import views

from .made import DRUMS, a_slice, transposed


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    net = Encoder(width=16, size=8)
    # some batches, so that the statistics of the normalisation are those of music
    for seed in range(20):
        net([torch.from_numpy(view) for view in heard(range(10 * seed, 10 * seed + 10))])
    return net


def heard(seeds):
    return views([a_slice(seed) for seed in seeds], DRUMS)


def test_levels_are_even_and_of_variance_one():
    values = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0))
    levels = rounded(values)
    share = torch.stack([(symbols_of(levels) == each).float().mean() for each in range(4)])
    assert torch.allclose(share, torch.full((4,), 0.25), atol=0.02)
    assert float(levels.var()) == pytest.approx(1, abs=0.05)
    assert torch.allclose(torch.unique(levels), torch.tensor([-3.0, -1, 1, 3]) / 5**0.5)


def test_the_gradient_passes_through_the_levels_and_stops_outside():
    levels = FourLevels(2).eval()
    values = torch.tensor([[0.3, 5.0]], requires_grad=True)
    levels(values)[0].sum().backward()
    assert torch.allclose(values.grad, torch.tensor([[1.0, 0.0]]), atol=1e-4)


def test_normalisation_keeps_every_symbol_in_use():
    offset = 100 + 0.01 * torch.randn(256, 4, generator=torch.Generator().manual_seed(1))
    assert len(torch.unique(symbols_of(FourLevels(4)(offset)[0]), dim=0)) > 100
    # without it all of them would get one code
    assert len(torch.unique(symbols_of(rounded(offset)), dim=0)) == 1


def test_codes_have_sixteen_symbols_of_four_levels(encoder):
    codes = encoder.codes(heard(range(30)))
    assert codes.shape == (30, CODE_SIZE) == (30, 16)
    assert SYMBOLS == {"harmony": 6, "rhythm": 6, "contour": 4}
    assert set(symbols_of(codes).unique().tolist()) <= {0, 1, 2, 3}
    assert torch.allclose(rounded(codes), codes)
    assert len(torch.unique(codes, dim=0)) > 20


def test_embeddings_have_length_one(encoder):
    assert torch.allclose(encoder.embedding(heard(range(5))).norm(dim=1), torch.ones(5))


def test_a_code_is_of_its_slice_alone(encoder):
    all_ = encoder.codes(heard(range(12)))
    assert torch.equal(all_[7:8], encoder.codes(heard([7])))


def test_hearing_changes_nothing(encoder):
    encoder.train()
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    first = encoder.codes(heard(range(4)))
    assert encoder.training
    assert torch.equal(first, encoder.codes(heard(range(4))))
    assert all(torch.equal(before[name], value) for name, value in encoder.state_dict().items())


def test_a_group_listens_to_its_own_view_only(encoder):
    found = heard(range(8))
    muted = found._replace(rhythm=np.zeros_like(found.rhythm))
    codes, other = encoder.codes(found), encoder.codes(muted)
    changed = (codes != other).any(dim=0)
    assert not changed[:6].any()
    assert changed[6:12].any()
    assert not changed[12:].any()


def test_a_piece_has_four_symbols_whatever_its_length(encoder):
    codes = encoder.codes(heard(range(6)))
    encoder.eval()
    assert encoder.whole(codes.view(2, 3, -1)).shape == (2, PIECE_SIZE)
    # the order of slices says nothing
    assert torch.equal(encoder.whole(codes[None]), encoder.whole(codes.flip(0)[None]))


def test_transposed_slices_have_the_same_code(encoder):
    rows = [a_slice(seed) for seed in range(10)]
    moved = [transposed(one, by) for one, by in zip(rows, range(-5, 5), strict=True)]
    assert torch.equal(encoder.codes(views(rows, DRUMS)), encoder.codes(views(moved, DRUMS)))


def test_members_of_an_ensemble_differ_and_the_watched_one_does_not_choose():
    torch.manual_seed(0)
    ensemble = Ensemble([Member(16, 8, 0.1), Member(8, 8, 0.1), Member(8, 16, 0.1)])
    assert ensemble.giver is ensemble.members[0]
    assert [id(one) for one in ensemble.choosers] == [id(one) for one in list(ensemble)[:2]]
    assert ensemble.watched is ensemble.members[2]
    near = ensemble.nearness(heard(range(3)), heard(range(4)))
    assert near.shape == (2, 3, 4)
    assert torch.allclose(near[:, range(3), range(3)], torch.ones(2, 3), atol=1e-5)
    assert not torch.allclose(near[0], near[1])
    lone = Ensemble([Member(8, 8, 0.1)])
    assert lone.choosers == [lone.giver]
    with pytest.raises(ValueError, match="needs an encoder"):
        Ensemble([])


def test_the_nearest_real_slice_is_of_another_piece():
    real = torch.tensor([[0.0, 0.0], [1.0, 1.0], [1.1, 1.0], [3.0, 3.0]])
    asked = torch.tensor([[1.0, 1.0], [2.9, 3.0]])
    pieces = torch.tensor([0, 1, 2, 3])
    assert nearest_real(asked, real, pieces).tolist() == [1, 3]
    assert nearest_real(asked, real, pieces, torch.tensor([1, 3])).tolist() == [2, 2]
