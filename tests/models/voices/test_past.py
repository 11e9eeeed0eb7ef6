"""What is known before a frame, and given from it on, against plain loops over small grids."""

import numpy as np
import pytest
import torch

from modeloid.models.voices.ahead import GROUPS, look_ahead
from modeloid.models.voices.past import HALVES, LENGTHS, NONE, SILENT, Rows, kinds, look, places
from modeloid.models.voices.repeats import REPEATS, TOP, WHOLE

from .small import a_grid

STEPS, OF, PITCHES = 64, 3, 5
MODEL = {
    "voices": OF,
    "pitches": PITCHES,
    "beat": 4,
    "lags": [1, 3],
    "beats": 4,
    "notes": 2,
    "repeats": True,
    "given_share": 0.3,
}


def a_piece(seed=0):
    return torch.from_numpy(a_grid(STEPS, OF, PITCHES, seed).astype(np.int64) - 1)


def every_row(start=0):
    frame = torch.arange(STEPS)
    return Rows(torch.zeros(STEPS, dtype=torch.int64), frame, frame + start)


def value(piece, frame, voice):
    return int(piece[frame, voice]) if 0 <= frame < len(piece) else NONE


def notes_before(piece, frame, voice):
    """Value and first frame of each run of equal values before a frame, the latest first."""
    runs = []
    for step in range(frame):
        if not runs or piece[step, voice] != piece[step - 1, voice]:
            runs.append((int(piece[step, voice]), step))
    return runs[::-1]


@pytest.mark.parametrize("start", [0, 3])
def test_places_are_those_cells(start):
    piece = a_piece()
    found = look(piece[None], every_row(start), MODEL).places.view(STEPS, -1, OF)
    assert found.shape[1] == 2 + 4 + HALVES + 2 == places(MODEL)[0] // OF
    for t in range(STEPS):
        beat = t - (t + start) % 4
        frames = [t - 1, t - 3, beat if beat < t else -1, *(beat - 4 * back for back in range(1, 4))]
        frames += [beat - 4 * back + 2 for back in range(1, 4)]
        for voice in range(OF):
            before = [one for one, _ in notes_before(piece, t, voice)][1:3]
            expected = [value(piece, frame, voice) for frame in frames] + before + [NONE] * (2 - len(before))
            assert found[t, :, voice].tolist() == expected


def test_lengths_and_anchors_are_those_of_the_notes():
    piece = a_piece()
    past = look(piece[None], every_row(), MODEL)
    for t in range(STEPS):
        for voice in range(OF):
            begins = [begin for _, begin in notes_before(piece, t, voice)]
            spans = [later - begin for later, begin in zip([t, *begins], begins, strict=False)][:3]
            codes = kinds(torch.tensor(spans, dtype=torch.int64)).tolist() + [0] * (3 - len(spans))
            assert past.lengths.view(STEPS, 3, OF)[t, :, voice].tolist() == codes
            sung = [one for one, _ in notes_before(piece, t, voice) if one >= 0]
            assert past.anchor[t, voice] == (sung[0] if sung else PITCHES // 2)


def test_kinds_of_lengths_grow():
    found = kinds(torch.arange(1, 100))
    assert found[0] == 1 and found[-1] == LENGTHS - 1
    assert (found.diff() >= 0).all() and len(found.unique()) == LENGTHS - 1


def test_classes_are_shares_that_fade():
    piece = a_piece()
    classes = look(piece[None], every_row(), MODEL).classes
    assert not classes[0].any()
    for t in (1, 7, 40):
        counts = np.zeros((2, 12))
        for step in range(t):
            fade = (1 - 1 / 8) ** (t - 1 - step)
            for voice in range(OF):
                if piece[step, voice] != SILENT:
                    counts[0, piece[step, voice] % 12] += fade
                    counts[1, piece[step, voice] % 12] += fade * (voice == OF - 1)
        shares = counts / counts.sum(1, keepdims=True).clip(1e-9)
        np.testing.assert_allclose(classes[t, :2].numpy(), shares, atol=1e-5)


def test_repeats_are_the_shares_of_what_followed():
    piece = a_piece()
    past = look(piece[None], every_row(), MODEL)
    assert past.marks.any(0).all(), "each kind is found somewhere, or nothing is tested"
    for t in range(0, STEPS, 3):
        for kind, (length, cells) in enumerate([(k, piece) for k in WHOLE] + [(k, piece[:, :1]) for k in TOP]):
            columns = [
                s
                for s in range(length, t)
                if (t - s) % 4 == 0 and torch.equal(cells[s - length : s], cells[t - length : t])
            ]
            assert bool(past.marks[t, kind]) == bool(columns)
            for voice in range(OF):
                counts = np.zeros(PITCHES + 1)
                for s in columns:
                    counts[int(piece[s, voice])] += 1 / len(columns)
                np.testing.assert_allclose(past.again[t, kind, voice].numpy(), counts, atol=1e-6)
    assert past.again.shape == (STEPS, REPEATS, OF, PITCHES + 1)


def test_what_is_given_is_seen_ahead_and_the_rest_is_not():
    piece = a_piece()
    given = torch.from_numpy(np.random.default_rng(1).random((STEPS, OF)) < 0.8)
    ahead = look_ahead(piece[None], given[None], every_row(), MODEL)
    told = torch.where(given, piece, NONE)
    found = ahead.places.view(STEPS, GROUPS, OF)
    for t in range(STEPS):
        beat = t - t % 4
        frames = [*range(t, t + 5), *(beat + 4 * k for k in range(1, 5)), beat + 6, beat + 10]
        for voice in range(OF):
            stop = t
            while stop < STEPS and told[stop, voice] == told[t, voice]:
                stop += 1
            sounds = told[t, voice] != NONE
            expected = [value(told, frame, voice) for frame in frames]
            assert found[t, :, voice].tolist() == [*expected, value(told, stop, voice) if sounds else NONE]
            assert ahead.lasts[t, voice] == (int(kinds(torch.tensor(stop - t))) if sounds else 0)


def test_items_do_not_see_one_another():
    one, other = a_piece(1), a_piece(2)
    both = torch.stack([one, other])
    rows = Rows(torch.tensor([1, 0, 1]), torch.tensor([50, 31, 7]), torch.tensor([50, 31, 7]))
    mixed = look(both, rows, MODEL)
    for number, piece in enumerate((other, one, other)):
        frame = rows.frame[number : number + 1]
        alone = look(piece[None], Rows(torch.zeros_like(frame), frame, frame), MODEL)
        for name in alone._fields:
            torch.testing.assert_close(getattr(mixed, name)[number], getattr(alone, name)[0])
