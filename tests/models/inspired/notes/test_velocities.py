"""Velocities told one after another are those that are told all at once; they follow what they are given."""

import numpy as np
import pytest
import torch

from modeloid.models.inspired.notes.batch import tensors
from modeloid.models.inspired.notes.classes import CENTRES, loud_classes, velocities_of
from modeloid.models.inspired.notes.net import NoteNet
from modeloid.models.inspired.notes.sheet import sheet
from modeloid.models.inspired.notes.stream import stream
from modeloid.models.inspired.notes.touch import heard, touch, touch_sizes
from modeloid.models.inspired.notes.velocities import forced, velocities

from .made import DRUMS, FIELDS, PARTS, items, planned


@pytest.fixture(scope="module")
def net():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        made = NoteNet(PARTS, FIELDS, 2, width=8, narrow=8, head=8, touch=8, dropout=0.0).eval()
        for one in made.performer.parameters():
            one.data += 0.1 * torch.randn_like(one)
    return made


def _touch(rows, plans):
    page = sheet(plans, FIELDS)
    return touch(stream(rows, page), page, DRUMS)


def test_drawn_velocities_are_told_again_from_the_same_state(net):
    """Drawing sees, note by note, exactly what telling them all at once sees."""
    rows, bars = items(3)
    plans = planned(rows, bars)
    rngs = [np.random.default_rng(row) for row in range(3)]
    played = velocities(net, rows, plans, rngs, 1.0)
    for notes, found in zip(rows, played, strict=True):
        notes[:, 3] = found
    told = _touch(rows, plans)
    with torch.inference_mode():
        shares = net.performer(tensors(told, heard(told, told.loud))).double().softmax(-1).numpy()
    uniforms = np.concatenate([np.random.default_rng(row).random(len(one)) for row, one in enumerate(rows)])
    again = (np.cumsum(shares, -1) > uniforms[:, None]).argmax(-1)
    assert (again == told.loud).mean() > 0.99  # sums of other batch sizes differ in their last bits
    other = (np.cumsum(np.roll(shares, 1, 0), -1) > uniforms[:, None]).argmax(-1)
    assert (other == told.loud).mean() < 0.9


def test_every_class_is_one_of_its_column():
    rows, bars = items(4)
    told = _touch(rows, planned(rows, bars))
    assert told.columns.shape[1] == len(touch_sizes(len(PARTS)))
    assert (told.columns >= 0).all()
    assert (told.columns < np.array(touch_sizes(len(PARTS)))).all()
    assert (told.before < np.arange(len(told.loud))[:, None]).all()  # only backwards
    assert (told.before >= 0).any(0).all()


def test_what_is_heard_is_what_was_played_before():
    rows, bars = items(2)
    told = _touch(rows, planned(rows, bars))
    found = heard(told, told.loud)
    for note in (7, 30, len(told.loud) - 1):
        cell = [one for one in range(note) if told.cell[one] == told.cell[note]]
        mean = int(np.floor(told.loud[cell].mean() + 0.5)) + 1 if cell else 0
        assert found[note, -2] == mean
        for column, one in enumerate(told.before[note]):
            assert found[note, column] == (told.loud[one] + 1 if one >= 0 else 0)


def test_velocities_of_the_notes_given_are_not_looked_at(net):
    rows, bars = items(2)
    plans = planned(rows, bars)
    flat = [one.copy() for one in rows]
    for one in flat:
        one[:, 3] = 64
    for one, other in zip(velocities(net, rows, plans), velocities(net, flat, plans), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(forced(net, rows, plans)[0], forced(net, flat, plans)[0])


def test_the_notes_behind_are_known(net):
    """The whole phrase counts, from its end, too."""
    rows, bars = items(1)
    plans = planned(rows, bars)
    changed = rows[0].copy()
    changed[-1, 2] += 1
    assert not np.array_equal(forced(net, rows, plans)[0][-12:-6], forced(net, [changed], plans)[0][-12:-6])


def test_padding_is_not_heard(net):
    rows, bars = items(3)
    plans = planned(rows, bars)
    for row in range(3):
        alone = forced(net, rows[row : row + 1], plans[row : row + 1])[0]
        np.testing.assert_allclose(forced(net, rows, plans)[row], alone, rtol=1e-5)


def test_every_velocity_of_a_class_can_come():
    places = np.linspace(0, 1, 9)
    for loud in range(32):
        found = velocities_of(np.full(9, loud), places)
        assert (loud_classes(found) == loud).all() and (np.diff(found) >= 0).all()
        assert set(found) == set(range(max(1, 4 * loud), 4 * loud + 4))
        assert abs(found.mean() - CENTRES[loud]) < 1
