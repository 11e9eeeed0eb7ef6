import numpy as np
import pytest

from modeloid.cycle.errors import StateError
from modeloid.cycle.rng import Rng
from modeloid.models.inspired.memory import Memory, distinct
from modeloid.music.represent import Augmentation
from modeloid.music.represent.parts import ONSET

from .small import a_song, coder, columns_of


def batches(count=3, bars=40):
    items = coder().prepare([columns_of(a_song(seed, bars)) for seed in range(count)], Augmentation())
    return [items.moved(np.arange(len(items)), Rng(0).at(turn)) for turn in range(12)] + [
        items.still(np.arange(len(items)))
    ]


def test_pieces_are_put_together_from_the_windows_that_were_seen():
    memory = Memory(10_000)
    for batch in batches():
        memory.see(batch)
    pieces = memory.pieces()
    assert sorted(pieces) == [0, 1, 2]
    for seed, rows in pieces.items():
        assert np.array_equal(rows, coder().encode_columns(columns_of(a_song(seed, 40)))[0])
    assert len(memory) == 3 * 40 and len(memory.tempos_bpm()) == 3


def test_no_more_bars_are_kept_than_may_be():
    memory = Memory(50)
    for batch in batches():
        memory.see(batch)
    assert len(memory) == 50


def test_what_was_not_seen_is_silent():
    memory = Memory(10_000)
    memory.see(batches(1)[0])
    (rows,) = memory.pieces().values()
    assert len(memory) < 40 and len(rows) < len(a_song(0, 40))
    assert (np.diff(rows[:, ONSET]) >= 0).all()


def test_it_comes_back_and_the_order_of_seeing_changes_no_byte(tmp_path):
    every = batches()
    files = []
    for number, order in enumerate((every, every[::-1])):
        memory = Memory(10_000)
        for batch in order:
            memory.see(batch)
        (tmp_path / str(number)).mkdir()
        memory.save(tmp_path / str(number))
        files.append((tmp_path / str(number) / "memory.npz").read_bytes())
    assert files[0] == files[1]
    again = Memory(10_000)
    again.load(tmp_path / "0")
    assert all(np.array_equal(rows, memory.pieces()[owner]) for owner, rows in again.pieces().items())


def test_an_empty_memory_is_saved_too_and_a_torn_one_is_refused(tmp_path):
    memory = Memory(10)
    memory.save(tmp_path)
    memory.load(tmp_path)
    assert memory.pieces() == {}
    (tmp_path / "memory.npz").write_bytes((tmp_path / "memory.npz").read_bytes()[:40])
    with pytest.raises(StateError):
        memory.load(tmp_path)


def test_further_performances_of_a_piece_are_no_pieces_of_their_own():
    one, other = a_song(1), a_song(2)
    louder, later = one.copy(), one.copy()
    louder[:, 3] = 127 - louder[:, 3]
    later[:, ONSET] += 16
    seen_in_part = one[one[:, ONSET] >= 16 * 5]
    found = distinct([one, louder, other, seen_in_part, later])
    assert [len(rows) for rows in found] == [len(one), len(other), len(later)]
    assert found[0] is one and found[2] is later
    assert distinct([]) == []
