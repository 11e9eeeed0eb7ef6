from collections import Counter

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.events.draw import Choice, probabilities
from modeloid.models.events.grammar import Grammar, Limits
from modeloid.models.events.limits import allowed_tokens
from modeloid.models.events.sampler import Reader, walked
from modeloid.models.events.walk import Walk
from modeloid.models.events.wishes import Wishes, understood

from .small import RICH, SPEC, a_modeloid, a_score, stirred
from .test_walk import NOTHING, voices

NETWORKS = ("transformer", "lstm", "gpt2")
FEW = {**SPEC, "steps_per_beat": 1, "low": 60, "high": 62, "durations": [[2, 1]], "ends": False}
"""So small that all pieces of some tokens can be listed."""


def every_piece(modeloid, grammar, count):
    """All rows of `count` tokens that the grammar allows: row -> probability, by the network without a memory."""
    found = {(): 1.0}
    for _ in range(count):
        longer = {}
        for row, share in found.items():
            walk = Walk(grammar)
            for token in row:
                walk.take(token)
            tokens = torch.tensor([[0, *row]])
            logits = modeloid.net.logits(modeloid.net.read(tokens))[:, -1].detach().double().numpy()
            shares = probabilities(logits, walk.allowed()[None], Choice())[0]
            longer |= {(*row, token): share * shares[token] for token in np.flatnonzero(shares)}
        found = longer
    return found


@pytest.mark.parametrize("network", NETWORKS)
def test_frequencies_agree_with_the_likelihood(network):
    """Pearson's statistic of 4,000 pieces of 5 tokens lies where that of true draws does."""
    modeloid = stirred(a_modeloid(FEW, network=network))
    wish = understood({"most_tokens": 5}, modeloid.model, modeloid._coder)
    with torch.no_grad():
        expected = every_piece(modeloid, wish.grammar, 5)
        assert sum(expected.values()) == pytest.approx(1)
        generators = [Rng(0).at(index).generator() for index in range(4000)]
        *_, walks = walked(modeloid.net, wish, generators)
    seen = Counter(tuple(walk.tokens) for walk in walks)
    assert set(seen) <= set(expected)
    counts = np.array([seen[row] for row in expected])
    means = 4000 * np.array(list(expected.values()))
    often = means >= 5
    assert often.sum() > 10
    counts, means = (np.append(values[often], values[~often].sum()) for values in (counts, means))
    statistic, freedom = ((counts - means) ** 2 / np.maximum(means, 1e-9)).sum(), len(counts) - 1
    assert abs(statistic - freedom) < 4 * np.sqrt(2 * freedom)
    wrong = means[::-1]
    assert ((counts - wrong) ** 2 / np.maximum(wrong, 1e-9)).sum() > 10 * freedom


@pytest.mark.parametrize("network", NETWORKS)
def test_reading_step_by_step_is_reading_at_once(network):
    net = stirred(a_modeloid(network=network)).net.eval()
    tokens = np.random.default_rng(0).integers(1, net.embedding.num_embeddings, (3, 64))
    tokens[:, 0] = 0
    with torch.no_grad():
        reader = Reader(net, 3, bar=3)
        found = np.stack([reader.read(tokens[:, [step]]) for step in range(64)], 1)[..., 1:]
        whole = net.logits(net.read(torch.from_numpy(tokens))).double().numpy()[..., 1:]
    assert np.abs(found - whole).max() < 1e-4
    assert np.abs(whole).max() > 1


def test_where_the_memory_is_full_the_latest_bars_are_read_again():
    """Behind the end of the context each row gives what a net gives that was begun at its own bar."""
    net = stirred(a_modeloid()).net.eval()
    tokens = np.random.default_rng(0).integers(4, net.embedding.num_embeddings, (3, 70))
    tokens[:, 0], bar = 0, 3
    tokens[0, 40], tokens[0, 50], tokens[1, 34] = bar, bar, bar
    with torch.no_grad():
        reader = Reader(net, 3, bar)
        found = np.stack([reader.read(tokens[:, [step]]) for step in range(70)], 1)[..., 1:]
        for row, begin in enumerate((40, 34, 33)):
            fresh = np.append(0, tokens[row, begin:])[None]
            alone = net.logits(net.read(torch.from_numpy(fresh)))[0, :, 1:].double().numpy()
            assert np.abs(found[row, 64:] - alone[-6:]).max() < 1e-4


def test_a_row_does_not_look_at_another():
    """Whatever the other rows are, before and behind the end of the context, not a bit differs."""
    modeloid = stirred(a_modeloid())
    wish = understood({"length_bars": 60, "most_tokens": 150}, modeloid.model, modeloid._coder)

    def piece(others):
        generators = [Rng(1).generator(), *(Rng(2).at(others, index).generator() for index in range(3))]
        with torch.no_grad():
            *_, walks = walked(modeloid.net, wish, generators)
        return [walk.tokens for walk in walks]

    one, other = piece(0), piece(1)
    assert one[0] == other[0]
    assert len(one[0]) > 100
    assert one[1:] != other[1:]


def test_pieces_go_on_from_their_prompt():
    modeloid = stirred(a_modeloid())
    tune = a_score([(2 * step, 2, 60 + step % 4) for step in range(6)])
    begin = modeloid._coder.encode(tune)[:-1].tolist()
    pieces = modeloid.sample(3, Rng(0), prompt=tune, length_bars=4)
    assert all(modeloid._coder.encode(piece)[: len(begin) - 1].tolist() == begin[:-1] for piece in pieces)
    assert pieces[0] != pieces[1]


def broken(piece, wishes):
    """Which wishes a piece does not keep, by its notes alone."""
    from modeloid.models.events.instruments import programs
    from modeloid.models.events.scales import pitch_classes

    pitched = [note.pitch for track in piece.tracks if not track.is_drum for note in track.notes]
    played = {128 if track.is_drum else track.program for track in piece.tracks if len(track.notes)}
    meters = {f"{meter.numerator}/{meter.denominator}" for meter in piece.time_signatures}
    kept = {
        "key": lambda value: {pitch % 12 for pitch in pitched} <= pitch_classes(value),
        "low": lambda value: min(pitched, default=value) >= value,
        "high": lambda value: max(pitched, default=value - 1) < value,
        "instruments": lambda value: played <= programs(value),
        "meter": lambda value: meters <= {value},
        "most_voices": lambda value: voices(piece) <= value,
    }
    return [name for name, value in wishes.items() if name in kept and not kept[name](value)]


SETS = (
    {"key": "G major", "low": 50, "high": 70, "instruments": "violin, drums", "meter": "3/4", "most_voices": 2},
    {"key": "C# minor pentatonic", "instruments": "strings", "most_voices": 1},
    {"low": 60, "high": 62, "instruments": ["flute", "piano"], "meter": "2/4"},
    {"key": "Bb blues", "most_voices": 3, "meter": "4/4"},
)


@pytest.mark.parametrize("wishes", SETS)
def test_wishes_hold(wishes):
    modeloid = stirred(a_modeloid(RICH, group=16), scale=0.2)
    pieces = modeloid.sample(16, Rng(0), length_bars=2, **wishes)
    assert [broken(piece, wishes) for piece in pieces] == [[]] * 16
    assert sum(len(track.notes) for piece in pieces for track in piece.tracks) > 25
    free = modeloid.sample(16, Rng(0), length_bars=2)
    assert set().union(*(broken(piece, wishes) for piece in free)) == set(wishes)


@pytest.mark.long
@pytest.mark.parametrize("network", NETWORKS)
def test_a_thousand_pieces_break_no_wish(network):
    modeloid = stirred(a_modeloid(RICH, network=network, group=125), scale=0.2)
    for number, wishes in enumerate(SETS):
        pieces = modeloid.sample(250, Rng(number), length_bars=3, temperature=1.5, **wishes)
        assert [broken(piece, wishes) for piece in pieces] == [[]] * 250


def test_a_piece_is_cut_off_where_it_is_too_long():
    modeloid = stirred(a_modeloid())
    wish = understood({"length_bars": 1000, "most_tokens": 37}, modeloid.model, modeloid._coder)
    assert isinstance(wish, Wishes)
    with torch.no_grad():
        *_, walks = walked(modeloid.net, wish, [Rng(0).at(index).generator() for index in range(2)])
    assert [len(walk.tokens) for walk in walks] == [37, 37]


def test_the_grammar_is_not_the_networks():
    """Without limits, too, what the grammar does not allow is never drawn, however likely it is to the net."""
    modeloid = stirred(a_modeloid(FEW), scale=2.0)
    limits = Limits(allowed_tokens(NOTHING, modeloid._coder))
    walk = Walk(Grammar(modeloid._coder, limits))
    assert np.flatnonzero(walk.allowed()).tolist() == [modeloid._coder.known["Bar"].first]
