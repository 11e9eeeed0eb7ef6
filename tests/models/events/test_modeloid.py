import inspect
import itertools

import numpy as np
import pytest
import torch

from modeloid.backends.arguments import BatchError, WishError
from modeloid.backends.torch import TorchWorld
from modeloid.check.suite import check
from modeloid.cycle.errors import StateError
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import events
from modeloid.models.events.apart import apart
from modeloid.music.represent.events import Tokens

from .small import RICH, SPEC, Toy, a_batch, a_card, a_modeloid, a_score, stirred

NETWORKS = pytest.mark.parametrize("network", ["transformer", "lstm", "gpt2"])


def trained(turns=8, state=None, spec=None, **parameters):
    modeloid = a_modeloid(spec, state, **parameters)
    for turn in range(turns):
        modeloid.train(Toy(spec).batch("train", np.arange(turn, turn + 4) % 12, Rng(0)), Rng(0).at("train", turn))
    return modeloid


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


@NETWORKS
def test_it_keeps_the_contract(network):
    found = check(a_card(network=network, dropout=0.1), events.load_model, Toy(), Alone())
    assert [result for result in found if not result.passed] == []
    assert len(found) == 20


@NETWORKS
def test_a_cut_changes_no_byte(tmp_path, network):
    settings = {"network": network, "dropout": 0.2}
    whole = saved(trained(8, **settings), tmp_path / "whole")
    half = saved(trained(5, **settings), tmp_path / "half")
    rest = a_modeloid(None, tmp_path / "half", **settings)
    for turn in range(5, 8):
        rest.train(Toy().batch("train", np.arange(turn, turn + 4) % 12, Rng(0)), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole != half


def test_the_state_is_tensors_and_json(tmp_path):
    names = set(saved(trained(1), tmp_path / "a"))
    tensors = {"net.safetensors", "net.average.safetensors", "adamw.optimiser.safetensors"}
    assert names == tensors | {"adamw.optimiser.json", "counters.json"}


def test_a_state_of_another_size_is_refused(tmp_path):
    saved(trained(1), tmp_path / "a")
    with pytest.raises(StateError):
        a_modeloid(None, tmp_path / "a", layers=1)


@NETWORKS
def test_the_probabilities_of_all_rows_sum_to_one(network):
    spec = {**SPEC, "steps_per_beat": 1, "low": 60, "high": 61, "durations": [[1, 1]], "window_tokens": 3}
    modeloid = stirred(a_modeloid(spec, network=network))
    vocabulary = modeloid.model["vocabulary"]
    rows = np.array(list(itertools.product(range(1, vocabulary), repeat=3)))
    nats, tokens = modeloid.log_likelihood(Tokens(rows, np.full(len(rows), 3)))
    assert np.exp(nats).sum() == pytest.approx(1, abs=1e-6)
    assert (tokens == 3).all()
    assert np.exp(nats).std() > 0.1 * np.exp(nats).mean()


@NETWORKS
def test_a_later_token_changes_no_earlier_term(network):
    modeloid = stirred(a_modeloid(network=network))
    row = a_batch(lengths=[64]).ids[0]
    before = modeloid.token_likelihoods(row)
    changed = row.copy()
    changed[40:] = row[40:][::-1]
    after = modeloid.token_likelihoods(changed)
    assert after[:40].tobytes() == before[:40].tobytes()
    assert (after[40:] != before[40:]).any()


@NETWORKS
def test_padding_and_order_change_no_bit(network):
    modeloid = stirred(a_modeloid(network=network))
    batch = a_batch(lengths=[3, 64, 17, 1, 40])
    nats, tokens = modeloid.log_likelihood(batch)
    assert tokens.tolist() == [3, 64, 17, 1, 40]
    order = np.array([4, 2, 0, 3, 1])
    assert modeloid.log_likelihood(Tokens(batch.ids[order], batch.lengths[order]))[0].tobytes() == nats[order].tobytes()
    for row, length in enumerate(batch.lengths):
        padded = np.concatenate([batch.ids[row : row + 1, :length], np.zeros((1, 9), np.int64)], 1)
        alone, _ = modeloid.log_likelihood(Tokens(padded, batch.lengths[row : row + 1]))
        assert alone.tobytes() == nats[row : row + 1].tobytes()


@NETWORKS
def test_training_looks_at_real_tokens_only(network):
    """The loss that is learned from is the one that is told, whatever stands behind the ends."""
    modeloid = stirred(a_modeloid(network=network, learning_rate=1e-9))
    batch = a_batch(lengths=[3, 50, 17])
    (total, count) = modeloid.loss(batch, Rng(0))["loss"]
    assert count == 70
    rubbish = batch.ids.copy()
    rubbish[rubbish == 0] = 5
    for ids in (batch.ids, rubbish):
        logged = modeloid.train(Tokens(ids, batch.lengths), Rng(0))
        assert logged["loss"] == pytest.approx(total / count, rel=1e-5)


def test_a_share_of_nothing_changes_nothing():
    modeloid = trained(3)
    nothing = Tokens(np.zeros((0, 64), np.int64), np.zeros(0, np.int64))
    assert modeloid.loss(nothing, Rng(0)) == {"loss": (0.0, 0.0), "bits_per_note": (0.0, 0.0)}
    assert len(modeloid.log_likelihood(nothing)[0]) == 0
    total = modeloid.net(torch.zeros((1, 1), dtype=torch.int64), torch.zeros((1, 1), dtype=torch.bool))
    modeloid.net.zero_grad()
    total.backward()
    assert total.item() == 0
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in modeloid.net.parameters())


def test_an_even_network_gives_its_analytic_value():
    modeloid = a_modeloid()
    with torch.no_grad():
        modeloid.net.embedding.weight.zero_()
    nats, tokens = modeloid.log_likelihood(a_batch())
    assert nats == pytest.approx(-tokens * np.log(modeloid.model["vocabulary"] - 1), rel=1e-9)


def test_bits_are_shared_out_among_the_notes():
    modeloid = trained(2)
    batch = Toy().batch("train", np.arange(3), Rng(0))
    loss = modeloid.loss(batch, Rng(0))
    assert loss["bits_per_note"][1] == 4 + 5 + 6
    assert loss["bits_per_note"][0] == pytest.approx(loss["loss"][0] / np.log(2))


@NETWORKS
def test_a_tune_is_learnt_and_sampled(network):
    """A rule that the notes keep is kept by almost all the notes of the samples."""
    modeloid = trained(200, network=network, width=48, heads=4, learning_rate=0.005)
    batch = Toy().batch("valid", np.arange(12), Rng(0))
    total, count = modeloid.loss(batch, Rng(0))["loss"]
    assert total / count < 0.5
    with modeloid.averaged():
        pieces = modeloid.sample(8, Rng(1), length_bars=3)
    pitches = [[note.pitch for track in piece.tracks for note in track.notes] for piece in pieces]
    steps = np.concatenate([np.diff(row) % 4 for row in pitches])
    assert len(steps) > 40
    assert (steps == 1).mean() > 0.9


def test_the_average_is_another_network():
    modeloid = trained(20)
    batch = a_batch()
    plain = modeloid.log_likelihood(batch)[0]
    with modeloid.averaged():
        assert (modeloid.log_likelihood(batch)[0] != plain).all()
    assert modeloid.log_likelihood(batch)[0].tobytes() == plain.tobytes()


@NETWORKS
def test_it_learns_in_half_precision(network):
    modeloid = events.load_model(a_card(network=network), None, TorchWorld(precision="bf16"))
    batch = Toy().batch("train", np.arange(4), Rng(0))
    losses = [modeloid.train(batch, Rng(0).at(turn))["loss"] for turn in range(40)]
    assert losses[-1] < 0.5 * losses[0]
    assert modeloid.net.embedding.weight.dtype == torch.float32


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((2, 3)),
        Tokens(np.ones((2, 3), np.int64), np.array([3, 0])),
        Tokens(np.ones((2, 3), np.int64), np.array([3, 4])),
        Tokens(np.zeros((2, 3), np.int64), np.array([3, 3])),
        Tokens(np.full((2, 3), 999), np.array([3, 3])),
    ],
)
def test_what_is_no_batch_is_refused(batch):
    with pytest.raises(BatchError):
        a_modeloid().loss(batch, Rng(0))


@pytest.mark.parametrize("spec", [SPEC, RICH])
def test_a_stream_is_its_piece_note_by_note(spec):
    modeloid = stirred(a_modeloid(spec, group=1), scale=0.2)
    (piece,) = modeloid.sample(1, Rng(3), length_bars=3)
    stream = modeloid.stream(Rng(3), length_bars=3)
    assert inspect.isgenerator(stream)
    notes = list(stream)
    quarter = piece.ticks_per_quarter
    names = ("onset", "duration", "pitch", "velocity", "track")
    rows = [
        (round(note.onset_beats * quarter), round(note.duration_beats * quarter), note.pitch, note.velocity,
         128 if note.is_drum else note.program)
        for note in notes
    ]  # fmt: skip
    columns = apart(dict(zip(names, np.array(rows).T, strict=True)))
    streamed = sorted(
        (*row, track % 128, track == 128)
        for *row, track in zip(*(columns[name].tolist() for name in names), strict=True)
    )  # fmt: skip
    whole = sorted(
        (note.start, note.duration, note.pitch, note.velocity, track.program, track.is_drum)
        for track in piece.tracks
        for note in track.notes
    )
    assert len(whole) > 5
    assert streamed == whole
    assert all(a.onset_beats <= b.onset_beats for a, b in itertools.pairwise(notes))


def test_a_stream_begins_before_its_piece_is_whole():
    """Between two notes the network is in the caller's hands; its random states, too."""
    modeloid = stirred(a_modeloid())
    modeloid.net.train()
    before = torch.get_rng_state()
    stream = modeloid.stream(Rng(0), prompt=a_score([(0, 2, 61)]), length_bars=1000, most_tokens=10**6)
    first = [next(stream) for _ in range(10)]
    assert first[0].pitch == 61
    assert modeloid.net.training
    assert torch.equal(torch.get_rng_state(), before)


def test_a_bad_wish_is_told_before_the_stream_begins():
    with pytest.raises(WishError, match="temperature"):
        a_modeloid().stream(Rng(0), temperature=-1)
