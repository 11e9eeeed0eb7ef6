"""What a plan says of a bar is found where it is looked up, and nowhere else."""

import numpy as np

from modeloid.models.inspired.notes.sheet import (
    BIT_UNKNOWN,
    LEAD,
    NEXT_NONE,
    NEXT_UNKNOWN,
    UNDER,
    forgotten,
    sheet,
    symbol_sizes,
    unknown,
)

from .made import FIELDS, items, planned


def _plan(bars):
    return np.zeros((bars, len(FIELDS)), np.int64)


def test_onsets_are_counted_on_into_the_next_bar_but_not_into_the_next_item():
    one, other = _plan(2), _plan(1)
    one[0, FIELDS.place("lead.1")] = 0b0101  # steps 4 and 6
    one[1, FIELDS.place("lead.0")] = 0b0010  # step 1
    other[0, FIELDS.place("lead.0")] = 0b0001
    found = sheet([one, other], FIELDS)
    assert np.flatnonzero(found.onset[0, LEAD]).tolist() == [4, 6]
    assert found.next_onset[0, LEAD, [0, 4, 5, 6, 7, 16]].tolist() == [4, 4, 6, 6, 17, 17]
    assert found.next_onset[1, LEAD, [1, 2]].tolist() == [1, NEXT_NONE]
    assert (found.next_onset[:, UNDER] == NEXT_NONE).all()
    assert found.kinds[0, [3, 4, 16]].tolist() == [0, 3, 9]


def test_a_bar_repeats_only_bars_of_its_item():
    plans = [_plan(2), _plan(2)]
    for plan in plans:
        plan[:, FIELDS.place("again")] = FIELDS.lags.index(1)
    assert sheet(plans, FIELDS).lag.tolist() == [0, 1, 0, 1]


def test_where_a_piece_is_begun_shifts_the_place_in_the_phrase():
    found = sheet([_plan(3), _plan(3)], FIELDS, [0, 7])
    assert found.symbols[:, -2].tolist() == [0, 1, 2, 7, 0, 1]
    assert found.symbols[:, -1].tolist() == [1, 1, 1, 1, 0, 0]


def test_what_is_forgotten_is_unknown_and_the_rest_stays():
    rows, bars = items(2)
    plan = planned(rows, bars)[0]
    quiet, loud = forgotten(plan, FIELDS, "loud"), list(FIELDS.places("loud"))
    assert (quiet[:, loud] == np.array(FIELDS.sizes)[loud]).all()
    rest = [place for place in range(len(FIELDS)) if place not in loud]
    np.testing.assert_array_equal(quiet[:, rest], plan[:, rest])
    nothing = sheet([unknown(FIELDS, 2)], FIELDS)
    assert (nothing.onset == BIT_UNKNOWN).all()
    assert (nothing.next_onset == NEXT_UNKNOWN).all()
    assert (nothing.lag == 0).all()


def test_symbols_are_classes_of_their_columns():
    rows, bars = items(3)
    for plans in (planned(rows, bars), [unknown(FIELDS, each) for each in bars]):
        symbols = sheet(plans, FIELDS).symbols
        assert symbols.shape[1] == len(symbol_sizes(FIELDS))
        assert (symbols >= 0).all()
        assert (symbols < np.array(symbol_sizes(FIELDS))).all()
