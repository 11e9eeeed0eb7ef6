from collections import Counter

import numpy as np
import pytest
import torch

from modeloid.backends.arguments import WishError
from modeloid.cycle.rng import Rng
from modeloid.models.events.net import TokenNet
from modeloid.models.events.quick import QuickAttending, quick
from modeloid.models.events.sampler import Reader, walked
from modeloid.models.events.wishes import understood
from modeloid.nets.ready import Ready

from .small import RICH, Toy, a_modeloid, a_score, stirred

NETWORKS = pytest.mark.parametrize("network", ["transformer", "gpt2", "lstm"])
BAR = 3


@pytest.fixture(autouse=True)
def _all_are_laid_out(monkeypatch):
    """As the matrices of a network of some size are."""
    monkeypatch.setattr("modeloid.nets.ready._LEAST", 1)


def learnt(turns=150):
    modeloid = a_modeloid(width=32, learning_rate=0.005)
    for turn in range(turns):
        batch = Toy().batch("train", np.arange(turn, turn + 4) % 12, Rng(0))
        modeloid.train(batch, Rng(0).at("train", turn))
    return modeloid


def nats_per_token(net, batch):
    with torch.no_grad():
        nats = net.log_likelihoods(torch.from_numpy(batch.ids)).numpy()
    return -nats[np.arange(nats.shape[1]) < batch.lengths[:, None]].mean()


def read(net, tokens):
    reader = Reader(net, len(tokens), BAR)
    return np.stack([reader.read(tokens[:, [step]]) for step in range(tokens.shape[1])], 1)[..., 1:]


@NETWORKS
def test_it_reads_as_the_network_does(network):
    """At once, step after step, and behind the end of the context, where rows begin at bars of their own."""
    net = stirred(a_modeloid(network=network)).net.eval()
    tokens = np.random.default_rng(0).integers(4, net.embedding.num_embeddings, (3, 70))
    tokens[:, 0] = 0
    tokens[0, 40], tokens[0, 50], tokens[1, 34] = BAR, BAR, BAR
    made = quick(net, 3)
    found, expected = read(made, tokens), read(net, tokens)
    assert np.abs(found - expected).max() < 1e-4
    assert np.abs(expected).max() > 1
    with torch.no_grad():
        whole = torch.from_numpy(tokens[:, :64])
        assert torch.allclose(made.read(whole), net.read(whole), atol=1e-5)


def test_no_block_is_forgotten():
    net = stirred(a_modeloid()).net
    made = quick(net, 3, "bf16")
    assert all(isinstance(block, QuickAttending) for block in made.blocks)
    assert sum(isinstance(part, Ready) for part in made.modules()) == 4 * len(net.blocks) + 1
    tokens = np.random.default_rng(0).integers(4, net.embedding.num_embeddings, (3, 20))
    assert 0 < np.abs(read(made, tokens) - read(net.eval(), tokens)).max() < 0.5


def test_half_the_bytes_cost_next_to_no_likelihood():
    """Less than 0.01 nats a token on a network that has learnt; weights of three values a row cost more."""
    modeloid = learnt()
    batch = Toy().batch("valid", np.arange(12), Rng(0))
    net = modeloid.net.eval()
    full = nats_per_token(net, batch)
    assert full < 0.6
    assert abs(nats_per_token(quick(net, 12, "bf16"), batch) - full) < 0.01
    with torch.no_grad():
        for weight in (one for one in net.parameters() if one.ndim == 2):
            weight.copy_(weight.abs().mean(1, keepdim=True) * (3 * weight / weight.std()).round().clamp(-1, 1))
    assert nats_per_token(net, batch) - full > 0.01


@pytest.mark.parametrize("precision", [None, "bf16"])
def test_pieces_do_not_depend_on_how_many(precision):
    modeloid = stirred(a_modeloid())
    pieces = modeloid.sample(8, Rng(0), length_bars=3, precision=precision)
    assert modeloid.sample(3, Rng(0), length_bars=3, precision=precision) == pieces[:3]
    assert modeloid.sample(5, Rng(0), length_bars=3, precision=precision) == pieces[:5]
    assert pieces[0] != pieces[1]


def test_a_row_of_half_the_bytes_does_not_look_at_another():
    modeloid = stirred(a_modeloid())
    wish = understood({"length_bars": 60, "most_tokens": 150}, modeloid.model, modeloid._coder)
    net = quick(modeloid.net, 4, "bf16")

    def rows(others):
        generators = [Rng(1).generator(), *(Rng(2).at(others, index).generator() for index in range(3))]
        *_, walks = walked(net, wish, generators)
        return [walk.tokens for walk in walks]

    one, other = rows(0), rows(1)
    assert one[0] == other[0]
    assert one[1:] != other[1:]


def test_pieces_are_those_of_the_network_unless_it_is_wished():
    modeloid = stirred(a_modeloid())
    wish = understood({"length_bars": 6}, modeloid.model, modeloid._coder)
    with torch.no_grad():
        *_, walks = walked(modeloid.net.eval(), wish, [Rng(0).at(index).generator() for index in range(4)])
    plain = [wish.piece(walk, modeloid._coder) for walk in walks]
    assert modeloid.sample(4, Rng(0), length_bars=6) == plain
    assert modeloid.sample(4, Rng(0), length_bars=6, precision="bf16") != plain


def test_nothing_of_it_is_saved(tmp_path):
    modeloid = stirred(a_modeloid())
    files = []
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        modeloid.save(tmp_path / name)
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
        modeloid.sample(1, Rng(0), length_bars=1, precision="bf16")
    assert files[0] == files[1]


@pytest.mark.parametrize("precision", ["int8", 16, ""])
def test_a_precision_that_there_is_not_is_refused(precision):
    for ask in (
        lambda **wish: a_modeloid().sample(1, Rng(0), **wish),
        lambda **wish: a_modeloid().stream(Rng(0), **wish),
    ):
        with pytest.raises(WishError, match="precision"):
            ask(precision=precision)


def test_an_lstm_has_one_precision():
    assert "precision" in a_modeloid().wishes
    assert "precision" not in a_modeloid(network="lstm").wishes
    with pytest.raises(WishError, match="unknown wish 'precision'"):
        a_modeloid(network="lstm").sample(1, Rng(0), precision="bf16")
    with pytest.raises(WishError, match="'precision'"):
        a_modeloid().sample(1, Rng(0), precison="bf16")


@pytest.fixture
def passes(monkeypatch):
    """How often, and how many tokens at a time, a network has read."""
    counted, plain = Counter(), TokenNet.read

    def counting(net, tokens, memory=None):
        counted.update(passes=1, tokens=tokens.shape[1])
        return plain(net, tokens, memory)

    monkeypatch.setattr(TokenNet, "read", counting)
    return counted


def test_the_first_note_of_a_stream_needs_its_own_tokens_only(passes):
    """Bar, meter, position, tempo, program, pitch, velocity, duration: eight passes at most; a piece takes hundreds."""
    modeloid = stirred(a_modeloid(RICH), scale=0.2)
    wishes = {"length_bars": 100, "most_tokens": 400}
    stream = modeloid.stream(Rng(0), **wishes)
    assert passes["passes"] == 0
    next(stream)
    assert 0 < passes["passes"] <= 8
    list(stream)
    assert passes["passes"] > 300
    passes.clear()
    modeloid.sample(1, Rng(0), **wishes)
    assert passes["passes"] > 300


def test_a_prompt_is_heard_before_anything_is_read_and_is_read_at_once(passes):
    modeloid = stirred(a_modeloid())
    tune = a_score([(2 * step, 2, 60 + step % 4) for step in range(6)])
    stream = modeloid.stream(Rng(0), prompt=tune, length_bars=1000, most_tokens=10**6)
    assert [next(stream).pitch for _ in range(6)] == [60, 61, 62, 63, 60, 61]
    assert passes["passes"] == 0
    next(stream)
    assert passes["tokens"] - passes["passes"] > 6


def test_a_stream_keeps_the_weights_it_began_with():
    modeloid = learnt(20)
    with modeloid.averaged():
        expected = list(modeloid.stream(Rng(0), length_bars=4))
        stream = modeloid.stream(Rng(0), length_bars=4)
        begun = [next(stream)]
    assert begun + list(stream) == expected
    assert list(modeloid.stream(Rng(0), length_bars=4)) != expected
