from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.measure.notes import BEAT, excerpts, lay, spread

from ..pieces import piece
from .small_pieces import rows_piece, small_pieces

KEYS = (0, False)


def bars_of(columns):
    notes = lay([columns])
    number, start, length = notes.bar(notes.piece, notes.onset)
    return notes.bars.tolist(), number.tolist(), (start / BEAT).tolist(), (length / BEAT).tolist()


@pytest.mark.parametrize("tpq", [1, 24, 480, 1024])
def test_times_are_on_one_clock_whatever_the_ticks(tpq):
    notes = lay([piece([(0, 1, 60), (3, 2, 62)], tpq=tpq)])
    assert notes.onset.tolist() == [0, 3 * BEAT]
    assert notes.end.tolist() == [BEAT, 5 * BEAT]
    assert notes.length.tolist() == [5 * BEAT]
    assert notes.bars.tolist() == [2]


def test_bars_follow_the_meters_and_a_new_meter_cuts_a_bar_short():
    rows = [(tick, 1, 60, 80, 0) for tick in (0, 15, 16, 27, 28, 40)]
    columns = rows_piece(rows, [KEYS], meters=[(0, 4, 4), (16, 3, 4), (40, 6, 8)])
    bars, number, start, length = bars_of(columns)
    assert (bars, number) == ([4], [0, 0, 1, 1, 2, 3])
    assert (start, length) == ([0, 0, 4, 4, 7, 10], [4, 4, 3, 3, 3, 3])
    assert (lay([columns]).bar_sizes / BEAT).tolist() == [4, 3, 3, 3]
    cut = rows_piece([(0, 1, 60, 80, 0), (12, 1, 60, 80, 0)], [KEYS], meters=[(0, 4, 4), (10, 4, 4)])
    assert bars_of(cut)[:3] == ([2], [0, 1], [0, 2.5])


@pytest.mark.parametrize("meters", [(), ((0, 1, 4),), ((0, 0, 4),), ((0, 4, 0),), ((0, -3, 4),)])
def test_without_a_usable_meter_bars_have_four_quarters(meters):
    bars, number, _, _ = bars_of(rows_piece([(0, 1, 60, 80, 0), (16, 1, 60, 80, 0)], [KEYS], meters=meters))
    assert (bars, number) == ([2], [0, 1])


def test_pieces_do_not_touch_one_another():
    alone = [lay([columns]) for columns in small_pieces().values()]
    together = lay(list(small_pieces().values()))
    assert together.bars.tolist() == [notes.bars[0] for notes in alone]
    assert together.first_bar.tolist() == [0, *np.cumsum(together.bars)[:-1]]
    for number, notes in enumerate(alone):
        mine = together.piece == number
        assert np.array_equal(together.onset_bar[mine] - together.first_bar[number], notes.onset_bar)


def test_no_pieces_and_empty_ones_are_laid():
    assert lay([]).pieces == 0
    assert lay([]).bars.tolist() == []
    empty = lay([piece([]), piece([(0, 1, 60)]), piece([])])
    assert empty.bars.tolist() == [0, 1, 0]
    assert empty.bar_piece.tolist() == [1]


def test_a_held_note_is_in_every_bar_it_sounds_in_and_ends_before_the_line():
    notes = lay([piece([(2, 6, 60), (8, 4, 62)])])
    assert notes.in_bars[0].tolist() == [0, 0, 1]
    assert notes.in_bars[1].tolist() == [0, 1, 2]
    assert len(lay([piece([(0, 100_000, 60)])]).in_bars[0]) == 16


def test_an_onset_is_never_snapped_behind_its_piece():
    notes = lay([piece([(0, 1, 60), (3.95, 0.05, 62)])])
    number, step, size = notes.snapped(4)
    assert (number.tolist(), step.tolist(), size.tolist()) == ([0, 0], [0, 15], [16, 16])
    free = lay([piece([(0, 1, 60), (3.95, 1, 62)])])
    assert free.snapped(4)[0].tolist() == [0, 1]


def test_excerpts_hold_every_note_once_and_cut_what_is_held():
    columns = piece([(0, 1, 60), (3, 6, 62), (9, 1, 64), (12, 2, 65)])
    cut = excerpts(lay([columns, piece([(0, 2, 70)])]), 4)
    assert cut.pieces == 4
    assert (cut.onset / BEAT).tolist() == [0, 3, 1, 0, 0]
    assert (cut.end / BEAT).tolist() == [1, 4, 2, 2, 2]
    assert cut.piece.tolist() == [0, 0, 1, 2, 3]
    assert cut.pitch.tolist() == [60, 62, 64, 65, 70]
    # a tail shorter than half an excerpt is left out
    assert excerpts(lay([piece([(0, 4, 60), (4, 1, 62)])]), 4).pitch.tolist() == [60]


def test_excerpts_begin_with_bars_and_leave_out_what_lies_between():
    rows = [(onset, 1, 60 + onset % 4) for onset in range(40)]
    cut = excerpts(lay([piece(rows)]), 6)
    # bars of four: 0, 8 (after 6), 12, 20 (after 18), 24 ...
    first = np.searchsorted(cut.piece, np.arange(cut.pieces))
    assert cut.pitch[first].tolist() == [60] * cut.pieces
    assert not cut.onset[first].any()
    assert set((cut.length / BEAT).tolist()) == {6, 4}
    short = excerpts(lay([piece(rows)]), 2)
    assert (short.pieces, set(short.pitch.tolist())) == (10, {60, 61})


def test_excerpts_follow_a_change_of_meter():
    rows = [(tick, 4, 60, 80, 0) for tick in range(0, 200, 4)]
    changed = rows_piece(rows, [(0, False)], meters=[(0, 4, 4), (24, 3, 4)])
    cut = excerpts(lay([changed]), 6)
    # the second bar of four is cut short at beat 6, where bars of three begin
    assert (cut.length[:-1] == 6 * BEAT).all()
    assert (cut.bar_length / BEAT).tolist() == [4] + [3] * (cut.pieces - 1)
    assert excerpts(lay([piece([]), piece([])]), 4).pieces == 0


def test_chosen_pieces_are_as_if_laid_alone():
    pieces = list(small_pieces().values())
    some, alone = lay(pieces).only(np.array([1, 3])), lay([pieces[1], pieces[3]])
    for name in ("piece", "onset", "pitch", "length", "bars", "bar_sizes", "meter_piece"):
        assert np.array_equal(getattr(some, name), getattr(alone, name)), name


def test_spread_counts_inclusively():
    item, number = spread(np.array([3, 7, 1]), np.array([4, 7, 3]))
    assert item.tolist() == [0, 0, 1, 2, 2, 2]
    assert number.tolist() == [3, 4, 7, 1, 2, 3]
