"""What is chosen among candidates: near, in the own voice, and no copy; each by what it costs."""

import numpy as np
import pytest

from modeloid.models.inspired.chosen import Chooser, Costs
from modeloid.models.inspired.inspirer import Inspirer
from modeloid.models.inspired.voice import Voice
from modeloid.music.kinship import barcopy_mean, heard
from modeloid.music.represent.parts import LENGTH, PITCH, cut, in_order

from .small import a_song, trained

DRUMS = (0,)


@pytest.fixture(scope="module")
def taught():
    return trained()


def slices(seeds):
    return [cut(a_song(seed), first, 8) for seed in seeds for first in (0, 8, 16)]


def strange():
    """A cluster that is struck all the time."""
    notes = [(step, 1, 40 + voice, 80, 2) for step in range(128) for voice in range(5)]
    return in_order(np.array(notes, np.int64))


def test_slices_of_the_same_songs_are_usual_and_others_are_not():
    voice = Voice(slices(range(20)), [], DRUMS)
    usual, far = voice.strangeness(slices(range(30, 40))), voice.strangeness([strange()])
    assert usual.mean() < 3 and far[0] > 10 * usual.max()


def test_neither_key_nor_loudness_nor_drums_are_strange():
    voice, (rows, *_) = Voice(slices(range(20)), [], DRUMS), slices([30])
    changed = rows.copy()
    changed[:, PITCH] += 3 * (rows[:, 4] > 0)
    changed[:, 3] = 20
    one, other, longer = voice.strangeness([rows, changed[changed[:, 4] > 0], rows * np.array([1, 3, 1, 1, 1])])
    assert one == pytest.approx(other, rel=1e-6)
    assert longer != pytest.approx(one, rel=0.01)


def inspirer(rows):
    return Inspirer("x", rows, 8, 100.0, 1.0, (rows,))


def chosen(taught, candidates, costs, x, strength=1.0):
    chooser = Chooser(taught.ensemble, taught._memory, taught._counters["lines"], DRUMS)
    chooser.lines = {}
    return chooser.chosen(candidates, 8, [inspirer(x)], strength, costs).number


def test_what_is_strange_is_chosen_only_where_it_costs_nothing(taught):
    x = strange()
    candidates = [strange(), cut(a_song(51), 0, 8)]
    assert chosen(taught, candidates, Costs(), x) == 0
    assert chosen(taught, candidates, Costs(voice=2.0), x) == 1
    # at strength 0 nothing is near, and the cost alone decides
    assert chosen(taught, candidates[::-1], Costs(voice=2.0), x, strength=0.0) == 0


def test_of_fewer_bars_nothing_is_strange(taught):
    chooser = Chooser(taught.ensemble, taught._memory, taught._counters["lines"], DRUMS)
    pieces = [cut(strange(), 0, 4), cut(a_song(51), 0, 4)]
    assert chooser._strangeness(pieces, 4).tolist() == [0, 0]
    assert chooser._strangeness([strange(), cut(a_song(51), 0, 8)], 8)[0] > 0


def test_onsets_beyond_those_of_strangers_cost(taught):
    lines = taught._counters["lines"]
    assert lines
    x = cut(a_song(50), 0, 8)
    near = x.copy()
    near[:, LENGTH] = 1
    far = cut(a_song(51), 0, 8)
    assert barcopy_mean(near, x, DRUMS) > barcopy_mean(far, x, DRUMS)
    chooser = Chooser(taught.ensemble, taught._memory, lines, DRUMS)
    copied = chooser._copied([heard(near, DRUMS), heard(far, DRUMS)], [heard(x, DRUMS)])
    usual = lines["strangers"]["slice of slice"]["barcopy"]["mean"]
    assert copied[0] == pytest.approx(1 - usual, abs=1e-6)
    assert copied[1] == pytest.approx(max(0, barcopy_mean(far, x, DRUMS) - usual), abs=1e-6)


def pieces(seeds, bars=32):
    return [(a_song(seed, bars), bars) for seed in seeds]


def scattered(bars):
    """A piece in which no bar returns, by halves with and without a bass, and that stops as it goes."""
    draw = np.random.default_rng(0)
    notes = [(step, 1, int(draw.integers(40, 90)), 80, 1 + bar % 2) for bar in range(bars)
             for step in np.sort(draw.choice(16, 9, replace=False)) + 16 * bar]  # fmt: skip
    return in_order(np.array(notes, np.int64))


def test_the_form_of_pieces_is_told_by_those_that_are_as_long():
    voice = Voice(slices(range(4)), pieces(range(24)), DRUMS)
    usual, far = (voice.form_strangeness([one], 32)[0] for one in (a_song(40), scattered(32)))
    assert usual < 3 and far > 10 * usual
    # nobody knows what a piece of 33 bars is like, nor does anybody where few pieces are known
    assert voice.form_strangeness([scattered(33)], 33).tolist() == [0]
    assert Voice(slices(range(4)), pieces(range(10)), DRUMS).form_strangeness([scattered(32)], 32).tolist() == [0]


def test_a_strange_form_is_chosen_only_where_it_costs_nothing_or_the_piece_is_a_phrase(taught):
    chooser = Chooser(taught.ensemble, taught._memory, taught._counters["lines"], DRUMS)
    chooser.lines = {}
    chooser._pieces = {number: rows for number, (rows, _) in enumerate(pieces(range(24)))}
    candidates = [scattered(32), a_song(51)]
    assert chooser.chosen(candidates, 32, [], costs=Costs()).number == 0
    assert chooser.chosen(candidates, 32, [], costs=Costs(form=1.0)).number == 1
    short = [cut(rows, 0, 8) for rows in candidates]
    assert chooser.chosen(short, 8, [], costs=Costs(form=1.0)).number == 0
