"""The state of whole items is, to the last bit, the one that writing them note by note goes through."""

from itertools import chain

import numpy as np
import pytest

from modeloid.models.inspired.notes import columns
from modeloid.models.inspired.notes.classes import length_classes
from modeloid.models.inspired.notes.follow import Followed
from modeloid.models.inspired.notes.known import Known
from modeloid.models.inspired.notes.sheet import sheet, unknown
from modeloid.models.inspired.notes.state import known_of
from modeloid.models.inspired.notes.stream import LINE, stream
from modeloid.models.inspired.notes.walk import Walk

from .made import DRUMS, FIELDS, items, planned


def _both(rows, plans):
    """Of every event: all columns, once from the whole, once from a walk."""
    page = sheet(plans, FIELDS)
    told = stream(rows, page)
    followed = Followed(told, page, len(DRUMS))
    known = known_of(told, page, DRUMS, followed)
    when, part, pitch, length = (np.zeros(len(told.note), np.int64) for _ in range(4))
    is_note = told.note >= 0
    when[:] = LINE
    when[is_note], part[is_note], pitch[is_note] = told.rows[:, 0] % 16, told.rows[:, 4], told.rows[:, 2]
    length[is_note] = length_classes(told.rows[:, 1])
    whole = _columns(known, page, np.minimum(when, 15), part, pitch, followed)
    walk = Walk(page, DRUMS)
    walked = [[] for _ in page.bars]
    place = told.first_event.copy()
    ends = np.append(told.first_event[1:], len(told.note))
    while walk.going.any():
        at = np.minimum(place, ends - 1)
        here = _columns(walk.known(), page, np.minimum(when, 15)[at], part[at], pitch[at], walk)
        for row in np.flatnonzero(walk.going):
            walked[row].append([one[row] for one in here])
        walk.add(when[at], part[at], pitch[at], length[at])
        place += 1
    assert [len(one) for one in walked] == (ends - told.first_event).tolist()
    return told, whole, [np.stack(part) for part in zip(*chain(*walked), strict=True)], walk


def _columns(known, page, when, part, pitch, follows):
    at_step = follows.at_step(known.refs, known.at, when) if isinstance(follows, Followed) else None
    together = columns.is_together(known, when, part)
    if at_step is None:
        at_step, at_part = follows.at_step(known, when), follows.at_part(known, together, when, part)
    else:
        at_part = follows.at_part(known.refs, together, when, part)
    return [
        columns.state_columns(known, page),
        columns.part_columns(known, page, when, at_step),
        columns.pitch_columns(known, page, when, part, at_part),
        columns.anchors(known, page, when, part, at_part),
        columns.length_columns(known, page, when, part, pitch, at_part),
        *known,
    ]


@pytest.mark.parametrize("is_planned", [True, False])
def test_the_state_of_whole_items_is_that_of_a_walk(is_planned):
    rows, bars = items(4)
    plans = planned(rows, bars) if is_planned else [unknown(FIELDS, each) for each in bars]
    told, whole, walked, walk = _both(rows, plans)
    names = ["state", "part", "pitch", "anchors", "length", *Known._fields]
    for name, one, other in zip(names, whole, walked, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
    for row in range(len(rows)):
        written = walk.written(row)
        np.testing.assert_array_equal(written[:, [0, 1, 2, 4]], told.rows[told.owner == row][:, [0, 1, 2, 4]])


def test_bars_that_come_again_are_followed():
    rows, bars = items(4)
    told, whole, _, _ = _both(rows, planned(rows, bars))
    refs = whole[-1]
    follows = told.note >= 0
    same = (refs[follows, 0, :3] == np.stack([told.rows[:, 0] % 16, told.rows[:, 4], told.rows[:, 2]], 1)).all(1)
    assert same.sum() > 20
    unplanned = _both(rows, [unknown(FIELDS, each) for each in bars])[1][-1]
    assert (unplanned[:, 0] == -1).all()


def test_every_class_is_one_of_its_column():
    rows, bars = items(4)
    for plans in (planned(rows, bars), [unknown(FIELDS, each) for each in bars]):
        whole = _both(rows, plans)[1]
        sizes = [sizes(len(DRUMS)) for sizes in (columns.state_sizes, columns.part_sizes, columns.pitch_sizes)]
        for found, size in zip([*whole[:3], whole[4]], [*sizes, columns.length_sizes(len(DRUMS))], strict=True):
            assert found.shape[1] == len(size)
            assert (found >= 0).all()
            assert (found < np.array(size)).all()
