"""The likelihood is exact, writing draws from it, and no row looks at another."""

import numpy as np
import pytest
import torch

from modeloid.models.inspired.notes.batch import batch
from modeloid.models.inspired.notes.net import HEADS, NoteNet
from modeloid.models.inspired.notes.sheet import unknown
from modeloid.models.inspired.notes.write import Manner, drawn, ended, write

from .made import DRUMS, FIELDS, PARTS, items, planned

IDEA = 4


@pytest.fixture(scope="module")
def net():
    with torch.random.fork_rng():
        torch.manual_seed(3)
        made = NoteNet(PARTS, FIELDS, IDEA, width=24, narrow=16, head=12, touch=8, dropout=0.0).eval()
        for one in made.parameters():
            one.data += 0.3 * torch.randn_like(one)  # heads begin at almost nothing
        made.no_idea.data.normal_()
    return made


def _batch(rows, bars, plans=None):
    return batch(rows, plans or planned(rows, bars), FIELDS, DRUMS)


def _scores(net, rows, bars, ideas=None, plans=None):
    with torch.inference_mode():
        return net.log_likelihoods(_batch(rows, bars, plans), ideas).numpy()


def test_what_can_be_told_of_an_event_sums_to_one(net):
    rows, bars = items(3)
    found = _batch(rows, bars)
    with torch.inference_mode():
        known = net.barred(found.symbols, None)
        features = net.voice(net.voice.read(known[found.slot], found.given.state), found.place, found.shape)
        when = net.when_logits(features, found.given).softmax(-1)
        told, notes = found.told, found.notes
        pitch = net.pitch_logits(features[notes], told.pitch_columns, told.anchors, told.above).softmax(-1)
    assert torch.allclose(when.sum(-1), torch.ones(len(when)), atol=1e-5)
    assert torch.allclose(pitch.sum(-1), torch.ones(len(pitch)), atol=1e-5)
    assert (when.gather(1, found.when[:, None]) > 0).all()
    assert (pitch.gather(1, told.pitch[:, None]) > 0).all()
    late = found.given.at > 4
    assert (when[late, :4] == 0).all()  # nothing is written behind what is written


def test_an_item_is_as_likely_alone_as_beside_others(net):
    rows, bars = items(3)
    together = _scores(net, rows, bars)
    assert together.shape == (3, len(HEADS))
    alone = np.concatenate([_scores(net, rows[index : index + 1], bars[index : index + 1]) for index in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-5)
    assert np.isfinite(together).all()


def test_what_comes_later_changes_nothing_before(net):
    """The step of each event is told from earlier events alone; the control: from its plan, which says what comes."""
    rows, bars = items(1)
    changed = rows[0].copy()
    changed[-6:, 2] += 3
    plans = planned(rows, bars)
    one, other = (net.scores(_batch([notes], bars, plans), None) for notes in (rows[0], changed))
    for name in HEADS[:4]:
        same = (one[name] == other[name]).numpy()
        assert same[: len(rows[0]) - 6].all(), name
    assert not (one["pitch"] == other["pitch"]).all()
    replanned = plans[0].copy()
    replanned[1:] = unknown(FIELDS, len(replanned) - 1)
    later = net.scores(_batch(rows, bars, [replanned]), None)
    first = rows[0][:, 0].searchsorted(16)
    assert not torch.equal(one["when"][:first], later["when"][:first])


def test_an_idea_counts_unless_it_is_not_heard(net):
    rows, bars = items(2)
    found = _batch(rows, bars)
    ideas = torch.randn(len(found.symbols), IDEA, generator=torch.Generator().manual_seed(1))
    first = torch.arange(len(ideas)) < bars[0]
    with torch.inference_mode():
        none, all_ = (net.scores(found, one)["pitch"] for one in (None, ideas))
        nobody = net.scores(found, ideas, torch.zeros_like(first))["pitch"]
        second = net.scores(found, ideas, ~first)["pitch"]
    of_first = (found.row[found.notes] == 0).numpy()
    assert torch.equal(nobody, none)
    assert not torch.equal(all_[of_first], none[of_first])
    np.testing.assert_array_equal(second[of_first], none[of_first])
    np.testing.assert_array_equal(second[~of_first], all_[~of_first])


def _generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def test_what_is_written_is_in_order_and_of_its_bars(net):
    rows, bars = items(3)
    plans = planned(rows, bars)
    written = write(net, _generators(1, 2, 3), plans, manner=Manner(crowd=12))
    for found, each in zip(written, bars, strict=True):
        assert len(found)
        keys = (found[:, 0] * 8 + found[:, 4]) * 128 + 127 - found[:, 2]
        assert (np.diff(keys) > 0).all()
        assert found[-1, 0] < each * 16
        assert np.bincount(found[:, 0] // 16).max() <= 12
        assert ((found[:, 3] >= 1) & (found[:, 3] <= 127)).all()
        np.testing.assert_array_equal(ended(found), found)
    assert np.isfinite(_scores(net, written, bars, plans=plans)).all()


def test_a_row_is_the_same_beside_others(net):
    rows, bars = items(3)
    plans = planned(rows, bars)
    one = write(net, _generators(1, 2, 3), plans, manner=Manner(crowd=12))
    other = write(net, _generators(9, 2, 7), [plans[2], plans[1], plans[0]], manner=Manner(crowd=12))
    np.testing.assert_array_equal(one[1], other[1])
    assert len(one[0]) != len(other[0]) or (one[0] != other[0]).any()


def test_no_strength_is_no_idea_to_the_last_bit(net):
    rows, bars = items(2)
    plans = planned(rows, bars)
    ideas = 9 * torch.randn(2, max(bars), IDEA, generator=torch.Generator().manual_seed(0))
    manner = Manner(crowd=12)
    plain = write(net, _generators(1, 2), plans, None, manner=manner)
    none = write(net, _generators(1, 2), plans, ideas, 0.0, manner)
    whole, twice = (write(net, _generators(1, 2), plans, ideas, strength, manner) for strength in (1.0, 2.0))
    for row in range(2):
        np.testing.assert_array_equal(plain[row], none[row])
    assert not np.array_equal(plain[0], whole[0])
    assert not np.array_equal(whole[0], twice[0])


def test_an_empty_item_and_an_unknown_plan(net):
    nothing = np.zeros((0, 5), np.int64)
    rows, bars = items(1)
    plans = [unknown(FIELDS, 3), unknown(FIELDS, bars[0])]
    found = _scores(net, [nothing, rows[0]], [3, bars[0]], plans=plans)
    assert np.isfinite(found).all()
    assert (found[0, 1:] == 0).all()
    assert found[0, 0] < 0


def test_first_events_are_drawn_as_likely_as_they_are_told(net):
    """Frequencies of the first step and, there, of the first part, against their probabilities."""
    plan = unknown(FIELDS, 1)
    count = 3000
    written = write(net, _generators(*range(count)), [plan] * count, manner=Manner(crowd=1))
    steps = np.array([found[0, 0] if len(found) else 16 for found in written])
    nothing = np.zeros((0, 5), np.int64)
    with torch.inference_mode():
        found = batch([nothing], [plan], FIELDS, DRUMS)
        known = net.barred(found.symbols, None)
        features = net.voice(net.voice.read(known[found.slot], found.given.state), found.place, found.shape)
        wanted = net.when_logits(features, found.given).softmax(-1)[0].numpy()
    shares = np.bincount(steps, minlength=17) / count
    assert np.abs(shares - wanted).max() < 4 * np.sqrt(0.25 / count)
    assert np.ptp(wanted) > 0.02  # or uniform draws would pass


def test_writing_draws_from_what_is_told(net, monkeypatch):
    """Nearly cold, each thing that is written is the likeliest by what is told of the finished notes."""
    monkeypatch.setattr("modeloid.models.inspired.notes.write.ended", lambda rows: rows)
    rows, bars = items(3)
    plans = planned(rows, bars)
    written = write(net, _generators(1, 2, 3), plans, manner=Manner(temperature=1e-5, crowd=200))
    found = _batch(written, bars, plans)
    told, notes = found.told, found.notes
    with torch.inference_mode():
        known = net.barred(found.symbols, None)
        features = net.voice(net.voice.read(known[found.slot], found.given.state), found.place, found.shape)
        when = net.when_logits(features, found.given).argmax(-1)
        pitch = net.pitch_logits(features[notes], told.pitch_columns, told.anchors, told.above).argmax(-1)
        length = net.length_logits(features[notes], told.length_columns).argmax(-1)
    assert len(notes) > 30
    for likeliest, one in ((when, found.when), (pitch, told.pitch), (length, told.length)):
        assert (likeliest == one).double().mean() > 0.98  # but for ties in the last bits
    warm = _batch(write(net, _generators(1, 2, 3), plans, manner=Manner(crowd=200)), bars, plans)
    assert (warm.when.bincount() != found.when.bincount(minlength=17)).any()


def test_unlikely_classes_are_left_out():
    logits = np.log(np.array([[0.5, 0.3, 0.15, 0.05]]))
    uniforms = np.linspace(0, 0.999, 50)
    every = {int(drawn(logits, np.array([one]), 1.0)[0]) for one in uniforms}
    few = {int(drawn(logits, np.array([one]), 0.75)[0]) for one in uniforms}
    assert every == {0, 1, 2, 3}
    assert few == {0, 1}


def _learned(rows, bars, plans, turns):
    """Nats a note of each head at the last turn."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = NoteNet(PARTS, FIELDS, IDEA, width=32, narrow=24, head=24, touch=8, dropout=0.0)
        found = _batch(rows, bars, plans)
        optimiser = torch.optim.Adam(made.parameters(), 0.03)
        for _ in range(turns):
            scores = made(found, None)
            optimiser.zero_grad()
            (-sum(scores.values()) / len(found.notes)).backward()
            optimiser.step()
    return {name: -float(score.detach()) / len(found.notes) for name, score in scores.items()}


def test_it_learns_and_a_plan_helps():
    rows, bars = items(1)
    plans = planned(rows, bars)
    first, known = (_learned(rows, bars, plans, turns) for turns in (1, 10))
    guessed = _learned(rows, bars, [unknown(FIELDS, each) for each in bars], 10)
    for name in HEADS:
        assert known[name] < 0.8 * first[name], name
    assert known["when"] < 0.9 * guessed["when"]


def test_a_pitch_ends_where_it_is_struck_again():
    rows = np.array([[0, 8, 60, 1, 0], [0, 8, 60, 1, 1], [0, 3, 50, 1, 0], [4, 8, 60, 1, 0], [9, 1, 50, 1, 0]])
    assert ended(rows)[:, 1].tolist() == [4, 8, 3, 8, 1]
    assert ended(rows[:0]).shape == (0, 5)


def _by_bar(rows, bars):
    return [rows[rows[:, 0] // 16 == bar].tolist() for bar in range(bars)]


def test_bars_that_repeat_are_drawn_as_warm_as_is_said_and_the_others_as_before(net):
    again = FIELDS.place("again")
    plan = unknown(FIELDS, 3)
    plan[:, again] = (0, 0, 1)
    manners = (Manner(crowd=6), Manner(again_warmth=1e-4, crowd=6))
    # lengths end where a later bar strikes the pitch again
    plain, cold = ([_by_bar(one[:, [0, 2]], 3) for one in
                    write(net, _generators(*range(8)), [plan] * 8, manner=manner)] for manner in manners)  # fmt: skip
    assert all(one[:2] == other[:2] for one, other in zip(plain, cold, strict=True))
    assert any(one[2] != other[2] for one, other in zip(plain, cold, strict=True))


def test_the_first_bar_says_whether_a_piece_begins(net):
    plan = [unknown(FIELDS, 2)] * 6
    begun, middle, later = (write(net, _generators(*range(6)), plan, None, first_bar=bar) for bar in (0, 8, 16))
    assert any(not np.array_equal(one, other) for one, other in zip(begun, middle, strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(middle, later, strict=True))


def test_a_piece_that_begins_sounds_in_its_first_bar_and_others_may_rest(net, monkeypatch):
    told = NoteNet.when_logits
    restful = torch.nn.functional.one_hot(torch.tensor(16), 17) * 30.0
    monkeypatch.setattr(NoteNet, "when_logits", lambda *given: told(*given) + restful)
    plan = [unknown(FIELDS, 3)] * 8
    rests, begins = (write(net, _generators(*range(8)), plan, manner=Manner(begins=begins)) for begins in (False, True))
    assert not any(len(rows) for rows in rests)
    # one note, and then as the net says
    assert all(len(rows) == 1 and rows[0, 0] < 16 for rows in begins)
