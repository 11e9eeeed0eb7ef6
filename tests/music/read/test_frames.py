from __future__ import annotations

import numpy as np

from modeloid.music.columns import from_score
from modeloid.music.read.frames import dump, load

from ..pieces import piece
from ..shared_data import midi


def test_pieces_and_reasons_come_back_as_they_went():
    from symusic import core

    pieces = [from_score(core.ScoreTick.from_midi(data)) for data in midi("multi", every=120)]
    sent = [piece([]), "why not", *pieces, piece([(0, 1, 60)])]
    back = load(memoryview(dump(sent)))
    assert len(back) == len(sent)
    for one, other in zip(sent, back, strict=True):
        if isinstance(one, str):
            assert one == other
            continue
        assert one.about == other.about
        for left, right in ((one.notes, other.notes), (one.beside, other.beside)):
            assert left.keys() == right.keys()
            assert all(
                np.array_equal(left[name], right[name]) and left[name].dtype == right[name].dtype for name in left
            )
    assert any(one.beside for one in pieces)


def test_nothing_comes_back_as_nothing():
    assert load(memoryview(dump([]))) == []
