from __future__ import annotations

from pathlib import Path

import numpy as np

from modeloid.music.columns import from_score
from modeloid.music.read.block import LAYOUT, join, pack, unpack
from modeloid.music.read.frames import Batch, dump, load
from modeloid.music.read.refusal import Refusal, Silence

from ..pieces import piece
from ..shared_data import midi


def real():
    from symusic import core

    scores = [core.ScoreTick.from_midi(data) for data in midi("multi", every=120)]
    return [
        piece([]),
        *(from_score(score, number=number % 2) for number, score in enumerate(scores)),
        piece([(0, 1, 60)]),
    ]


def same(left, right):
    return all(
        np.array_equal(left.arrays[name], right.arrays[name])
        and left.arrays[name].dtype == right.arrays[name].dtype == np.dtype(kind)
        for name, kind in LAYOUT.items()
    )


def test_pieces_and_refusals_come_back_as_they_went_under_the_names_of_who_asked():
    block = pack(real())
    refusals = {1: Refusal("/here/b", "why not"), 2: Silence("/here/c", "silent")}
    back = load(memoryview(dump(Batch(block, refusals, ["ab", "", "cd"]))), [Path("a"), Path("b"), Path("c")])
    assert same(back.block, block)
    assert back.refusals == {1: Refusal("b", "why not"), 2: Silence("c", "silent")}
    assert len(back) == 3
    assert back.digests == ["ab", "", "cd"]


def test_packing_and_unpacking_are_inverse():
    pieces = real()
    assert any(one.beside for one in pieces)
    for one, other in zip(pieces, unpack(pack(pieces)), strict=True):
        assert one.about == other.about
        for left, right in ((one.notes, other.notes), (one.beside, other.beside)):
            assert left.keys() == right.keys()
            assert all(
                np.array_equal(left[name], right[name]) and left[name].dtype == right[name].dtype for name in left
            )


def test_blocks_are_joined_as_their_pieces_are():
    pieces = real()
    joined = join([pack(pieces[:2]), pack([]), pack(pieces[2:])])
    for one, other in zip(unpack(joined), pieces, strict=True):
        assert one.about == other.about
        assert all(np.array_equal(one.notes[name], other.notes[name]) for name in other.notes)
    assert len(join([])) == 0


def test_nothing_comes_back_as_nothing():
    back = load(memoryview(dump(Batch(pack([]), {}, []))), [])
    assert len(back.block) == 0
    assert unpack(back.block) == []
