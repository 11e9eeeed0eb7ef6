import numpy as np
import pytest

from modeloid.backends.arguments import BatchError, ParameterError, WishError
from modeloid.models import inspired
from modeloid.models.inspired.inspirer import inspirer, transposed
from modeloid.models.inspired.items import Items
from modeloid.models.inspired.learner import first_of
from modeloid.models.inspired.writer import Codes, ideas_of, joined, sections_of
from modeloid.music.represent.parts import ONSET, PART, PITCH

from .small import SPEC, a_batch, a_score, coder


@pytest.mark.parametrize(("bars", "sections"), [(3, 1), (8, 1), (9, 2), (16, 2), (20, 3), (800, 64)])
def test_sections_cover_the_piece_and_the_last_ends_with_it(bars, sections):
    found = inspirer(a_score(300, bars), 1.0, Items(SPEC))
    assert len(found.sections) == sections and found.bars == bars
    assert all(one[:, ONSET].min() >= 0 and one[:, ONSET].max() < 128 for one in found.sections)
    last = coder().encode(a_score(300, bars))
    assert np.array_equal(found.sections[-1][-3:, PITCH], last[-3:, PITCH])


def test_sections_of_a_new_piece_follow_those_of_the_inspirer_in_order():
    four = inspirer(a_score(300, 32), 1.0, Items(SPEC))
    assert four.follows(4).tolist() == [0, 1, 2, 3]
    assert four.follows(2).tolist() == [0, 2]
    assert four.follows(8).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_drums_alone_are_no_inspiration_and_a_tempo_is_kept():
    rows = coder().encode(a_score(301, 8))
    with pytest.raises(WishError, match="hardly a note"):
        inspirer(coder().decode(rows[rows[:, PART] == 0]), 1.0, Items(SPEC))
    assert inspirer(coder().decode(rows, 140.0), 1.0, Items(SPEC)).tempo_bpm == pytest.approx(140, abs=0.01)


def test_transposing_leaves_drums_and_the_range():
    rows = coder().encode(a_score(301, 8))
    moved = transposed(rows, 60, (0,))
    assert sorted(moved[moved[:, PART] == 0, PITCH]) == sorted(rows[rows[:, PART] == 0, PITCH])
    assert moved[:, PITCH].max() <= 127
    up = transposed(rows, 2, (0,))
    assert np.array_equal(up[up[:, PART] > 0, PITCH], rows[rows[:, PART] > 0, PITCH] + 2)


def test_what_is_transposed_stays_on_a_piano():
    rows = np.array([[0, 1, 22, 80, 1], [1, 1, 107, 80, 1], [2, 1, 60, 80, 1], [3, 1, 22, 80, 0]])
    assert transposed(rows, -5, (0,))[:, PITCH].tolist() == [29, 102, 55, 22]
    assert transposed(rows, 5, (0,))[:, PITCH].tolist() == [27, 100, 65, 22]


def test_a_piece_without_a_note_for_any_part_is_named_with_what_to_do():
    lead = Items({**SPEC, "parts": ["lead"]})
    with pytest.raises(WishError, match=r"given piece: .*no note.*not drums alone"):
        inspirer(coder().decode(np.array([[0, 1, 36, 80, 0], [4, 1, 38, 80, 0]])), 1.0, lead)
    assert inspirer(a_score(300, 8), 1.0, lead).bars == 8


def test_ideas_are_laid_out_bar_by_bar():
    sections = np.arange(6, dtype=np.float32).reshape(3, 2)
    ideas = ideas_of([Codes(sections, np.array([9, 8], np.float32))] * 2, 20)
    assert ideas.bars.shape == (2, 20, 2) and sections_of(20) == 3
    assert ideas.bars[0, :, 0].tolist() == [0] * 8 + [2] * 8 + [4] * 4
    assert joined(ideas)[1, 19].tolist() == [4, 5, 9, 8]


def test_the_first_of_a_batch():
    batch = a_batch(6)
    two = first_of(batch, 2)
    assert len(two.owners) == 2 and np.array_equal(two.of(1), batch.of(1))
    assert len(first_of(batch, 99).owners) == 6


def test_another_representation_is_refused():
    with pytest.raises(ParameterError, match="heard in notes"):
        Items({"kind": "roll"})
    with pytest.raises(BatchError):
        Items(SPEC).own([1, 2])
    from types import SimpleNamespace

    from modeloid.music.represent import representation

    for spec, says in (({"kind": "roll"}, "heard in notes"), ({**SPEC, "window_bars": 8}, "no two slices")):
        with pytest.raises(ParameterError, match=says):
            inspired.make(SimpleNamespace(representation=representation(spec)), {})
