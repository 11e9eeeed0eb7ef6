import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeloid.models.inspired.idea.lines import bass_line, lead_line
from modeloid.models.inspired.idea.slices import SLICE_STEPS, joined, taken, together
from modeloid.models.inspired.idea.views import CHANNELS, GROUPS, heard, views
from modeloid.music.phrase import lead
from modeloid.music.represent.parts import LENGTH, ONSET, PART, PITCH, cut

from .made import DRUMS, KEYS, LEAD, a_batch, a_slice, a_song, changed, transposed


def same(one, other):
    return all(np.allclose(mine, theirs, atol=1e-5) for mine, theirs in zip(one, other, strict=True))


def of(rows):
    return views([rows], DRUMS)


@given(st.integers(0, 50), st.integers(-12, 12))
def test_transposing_changes_nothing(seed, by):
    assert same(of(a_slice(seed)), of(transposed(a_slice(seed), by)))


@pytest.mark.parametrize("by", [-12, 12])
def test_octaves_change_nothing(by):
    assert same(of(a_slice(3)), of(transposed(a_slice(3), by)))


def test_loudness_changes_nothing():
    rows = a_slice(1)
    assert same(of(rows), of(changed(rows, velocity=5)))


def test_instruments_change_nothing_but_drums_do():
    rows = a_slice(1)
    swapped = changed(rows, part=np.select([rows[:, PART] == LEAD, rows[:, PART] == KEYS], [KEYS, LEAD], 0))
    assert same(of(rows), of(swapped))
    assert same(of(rows), of(np.concatenate([rows, changed(rows[rows[:, PART] == LEAD], part=3)])))
    drumless = rows[rows[:, PART] != 0]
    assert not same(of(rows), of(drumless))
    assert np.array_equal(of(rows).harmony, of(drumless).harmony)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_hears_its_own_side(group):
    rows = a_slice(2)
    pitched = rows[:, PART] == KEYS
    mine = {
        # other chords under the same rhythm, another rhythm of the same notes, another lead
        "harmony": changed(rows, pitch=rows[:, PITCH] + 3 * (pitched & (rows[:, ONSET] >= 64))),
        "rhythm": changed(rows, onset=rows[:, ONSET] // 2 * 2),
        "contour": changed(rows, pitch=np.where(rows[:, PART] == LEAD, 140 - rows[:, PITCH], rows[:, PITCH])),
    }[group]
    before, after = (getattr(of(each), group) for each in (rows, mine))
    assert not np.allclose(before, after)


def test_the_rhythm_view_hears_no_harmony():
    rows = a_slice(2)
    # all keys a fifth up: onsets, lengths and what sounds stay
    other = changed(rows, pitch=rows[:, PITCH] + 1 * (rows[:, PART] == KEYS))
    kept = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]
    assert np.allclose(of(rows).rhythm[:, kept], of(other).rhythm[:, kept])


def test_slices_do_not_look_at_one_another():
    rows = [a_slice(seed) for seed in range(5)]
    together_ = views(rows, DRUMS)
    for number, one in enumerate(rows):
        assert same([view[number : number + 1] for view in together_], of(one))


def test_shapes_and_silence():
    found = views([a_slice(0), np.zeros((0, 5), np.int64)], DRUMS)
    assert {name: view.shape for name, view in zip(GROUPS, found, strict=True)} == {
        "harmony": (2, CHANNELS["harmony"], 32),
        "rhythm": (2, CHANNELS["rhythm"], 128),
        "contour": (2, CHANNELS["contour"], 128),
    }
    assert not found.harmony[1].any()
    assert not found.contour[1].any()
    assert not found.rhythm[1, :-1].any()
    assert all(np.isfinite(view).all() and view.dtype == np.float32 for view in found)


def test_drums_alone_are_heard_as_rhythm():
    rows = a_slice(0)
    found = of(rows[rows[:, PART] == 0])
    assert not found.harmony.any()
    assert found.rhythm[0, 8:11].sum() == 3 * 8


def test_slices_of_excerpts_are_those_cut_one_by_one():
    batch = a_batch([1, 2])
    found = taken(batch.rows, batch.edges, np.array([1, 0]), np.array([5, 24]))
    alone = together([cut(a_song(2), 5, 8), cut(a_song(1), 24, 8)])
    assert np.array_equal(found.rows, alone.rows)
    assert np.array_equal(found.owner, alone.owner)
    again = joined([together([cut(a_song(2), 5, 8)]), together([cut(a_song(1), 24, 8)])])
    assert np.array_equal(again.rows, found.rows)
    assert again.total == 2


def test_what_lies_beyond_a_slice_is_left_out():
    found = together([a_song(0)])
    assert found.rows[:, ONSET].max() < SLICE_STEPS
    assert (found.rows[:, ONSET] + found.rows[:, LENGTH]).max() <= SLICE_STEPS
    assert same(heard(found, DRUMS), of(a_slice(0)))


def test_lines_are_those_of_a_phrase():
    rows = together([a_slice(4), a_slice(5)]).pitched(DRUMS).once()
    line = lead_line(rows)
    for number in (0, 1):
        alone = lead(rows.rows[rows.owner == number])
        assert np.array_equal(np.flatnonzero(line.begins[number]), np.unique(alone[:, ONSET]))
        assert np.array_equal(line.pitch[number, alone[:, ONSET]], alone[:, PITCH])
    assert (bass_line(rows).pitch <= line.pitch).all()
