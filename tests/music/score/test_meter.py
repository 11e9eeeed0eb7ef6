from __future__ import annotations

import pytest

from modeloid.music.errors import MusicError
from modeloid.music.score.meter import Bar, bars, beat_lengths, is_note, tree


@pytest.mark.parametrize(
    ("meter", "beats"),
    [
        ((4, 4), [48] * 4),
        ((2, 2), [96] * 2),
        ((6, 8), [72] * 2),
        ((3, 8), [72]),
        ((12, 16), [36] * 4),
        ((5, 8), [48, 72]),
        ((7, 8), [48, 48, 72]),
        ((4, 8), [48, 48]),
        ((1, 8), [24]),
        ((3, 4), [48] * 3),
    ],
)
def test_beats(meter, beats):
    assert beat_lengths(meter) == beats
    whole = tree(meter)
    assert (whole.start, whole.length) == (0, sum(beats))


def test_a_bar_s_parts_fill_it_down_to_64ths():
    def check(node):
        if node.children:
            assert node.children[0].start == node.start
            assert node.children[-1].end == node.end
            for before, after in zip(node.children, node.children[1:], strict=False):
                assert before.end == after.start
            for child in node.children:
                check(child)
        else:
            assert node.length == 3

    for meter in [(4, 4), (5, 4), (6, 8), (7, 8), (9, 8), (12, 8), (3, 2), (7, 4), (11, 8)]:
        check(tree(meter))


def test_four_beats_are_two_halves_and_three_are_not():
    assert [child.length for child in tree((4, 4)).children] == [96, 96]
    assert [child.length for child in tree((3, 4)).children] == [48, 48, 48]
    assert [child.length for child in tree((5, 4)).children] == [144, 96]


def test_which_lengths_are_one_note():
    assert [length for length in range(1, 100) if is_note(length)] == [3, 6, 9, 12, 18, 24, 36, 48, 72, 96]


def test_bars_are_counted_and_cut_where_the_meter_changes():
    assert bars([(0, 3, 4)], 150) == [Bar(0, 144, 0, (3, 4)), Bar(144, 144, 0, (3, 4))]
    changed = bars([(0, 4, 4), (240, 3, 4)], 300)
    assert [(bar.start, bar.length, bar.whole) for bar in changed] == [
        (0, 192, True),
        (192, 48, False),
        (240, 144, True),
    ]


def test_pickups_are_given_or_a_first_meter_of_one_short_bar():
    given = bars([(0, 4, 4)], 200, pickup=48)
    assert given == [Bar(0, 48, 144, (4, 4)), Bar(48, 192, 0, (4, 4))]
    assert bars([(0, 1, 4), (48, 4, 4)], 200) == given
    assert bars([(0, 4, 4), (192, 1, 4)], 200)[0].offset == 0
    assert bars([(0, 2, 4), (192, 4, 4)], 300)[0].offset == 0


@pytest.mark.parametrize("meter", [(4, 3), (0, 4), (4, 128), (256, 4)])
def test_what_cannot_be_notated_is_said(meter):
    with pytest.raises(MusicError, match=f"{meter[0]}/{meter[1]} cannot be notated"):
        tree(meter)
