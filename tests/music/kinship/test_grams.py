"""What a piece shares with a training set."""

from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.kinship import Grams
from modeloid.music.represent.parts import ONSET, Rows, cut

from .songs import song, transposed


@pytest.fixture(scope="module")
def known() -> Grams:
    return Grams([song(seed) for seed in range(12)], names=[f"song {seed}" for seed in range(12)])


def test_a_training_passage_is_known_in_any_key(known: Grams) -> None:
    y = transposed(cut(song(5), 9, 8), 4)
    assert known.share(y, 8) == known.share(y, 12) == 1
    assert known.bars_share(y) == 1
    source = known.longest(y)
    assert (known.names[source.piece], source.bar, source.made_bar) == ("song 5", 9, 0)
    assert source.notes > 20


def test_a_new_piece_is_not(known: Grams) -> None:
    y = song(99)
    assert known.share(y, 8) == known.bars_share(y) == 0
    assert known.longest(y).notes < 9


def test_eight_bars_in_the_midst_of_others_are_found(known: Grams) -> None:
    planted = cut(song(3), 16, 8)
    planted[:, ONSET] += 16 * 16
    stranger = song(98)
    mixed = np.concatenate([cut(stranger, 0, 16), planted, stranger[stranger[:, ONSET] >= 24 * 16]])
    assert known.copying(mixed)["training_bars"] == 1
    assert known.copying(mixed)["training_grams"] > 0.9
    source = known.longest(mixed)
    assert (source.piece, source.bar, source.made_bar) == (3, 16, 16)


def test_no_run_goes_on_from_one_training_piece_into_the_next() -> None:
    one, other = cut(song(1), 0, 8), cut(song(2), 0, 8)
    joined = np.concatenate([one, other + np.array([128, 0, 0, 0, 0])])
    alone = Grams([one]).longest(joined).notes
    assert Grams([one, other]).longest(joined).notes == max(alone, Grams([other]).longest(joined).notes)
    assert Grams([joined]).longest(joined).notes > alone


@pytest.mark.parametrize("y", [song(1)[:0], song(1)[:3]])
def test_hardly_any_notes_share_nothing(known: Grams, y: Rows) -> None:
    assert known.share(y) == 0
    assert known.longest(y) == (0, -1, 0, 0)


def test_an_empty_training_set_holds_nothing() -> None:
    assert Grams([]).copying(song(1)) == {"training_grams": 0, "training_bars": 0}
    assert Grams([]).longest(song(1)).notes == 0
