from __future__ import annotations

import numpy as np
import pytest

from modeloid.music.errors import DataError
from modeloid.music.split import PARTS, as_published, by_groups, by_pieces, leakage, split
from modeloid.music.split.groups import groups
from modeloid.music.split.minhash import signatures, similar_pairs, similarity
from modeloid.music.split.shingles import shingle_sets, shingles

from ..pieces import piece


def tune(seed, length=60, shift=0, stretch=1.0):
    random = np.random.default_rng(seed)
    onset = np.cumsum(random.choice([0.5, 1.0, 1.5, 2.0], length)) * stretch
    pitch = 60 + np.cumsum(random.integers(-4, 5, length)) % 24 + shift
    return [(float(at), 0.5 * stretch, int(height)) for at, height in zip(onset, pitch, strict=True)]


def many(count):
    return [piece(tune(seed)) for seed in range(count)]


def test_key_and_tempo_change_nothing_and_another_tune_does():
    original = shingles(piece(tune(1)))
    assert np.array_equal(original, shingles(piece(tune(1, shift=5))))
    assert np.array_equal(original, shingles(piece(tune(1, stretch=2.0))))
    assert np.array_equal(original, shingles(piece(tune(1), tpq=96)))
    assert not np.isin(shingles(piece(tune(2))), original).any()


def played(seed, hand):
    """The tune as somebody plays it: uneven, held longer or shorter, its chords spread."""
    random = np.random.default_rng(hand)
    late, held = random.uniform(0, 0.1, 60), random.uniform(0.5, 1.5, (60, 2))
    return [
        (onset + float(late[note]) + 0.02 * voice, length * float(held[note, voice]), pitch - 12 * voice)
        for note, (onset, length, pitch) in enumerate(tune(seed))
        for voice in range(2)
    ]


def test_two_performances_of_a_piece_are_near_duplicates_and_of_two_are_none():
    sets = shingle_sets([piece(played(seed, hand)) for seed, hand in ((1, 1), (1, 2), (2, 1), (1, 3))])
    assert groups(sets) == [[0, 1, 3], [2]]


def test_sets_are_those_of_the_pieces_alone(monkeypatch):
    pieces = [piece([]), *many(6), piece(tune(3), drum=True), piece([(0, 1, 60)])]
    sets = shingle_sets(pieces)
    monkeypatch.setattr("modeloid.music.split.shingles._CHUNK_NOTES", 100)
    for one, alone, chunked in zip(sets, map(shingles, pieces), shingle_sets(pieces), strict=True):
        assert np.array_equal(one, alone)
        assert np.array_equal(one, chunked)
    assert len(sets[-2]) > 0


def test_drums_are_told_apart_by_their_rhythm():
    beat = [(0.5 * number, 0.25, 36 + 2 * (number % 2)) for number in range(40)]
    swung = [(0.5 * number + 0.2 * (number % 2), 0.25, 36 + 2 * (number % 2)) for number in range(40)]
    straight, other = shingle_sets([piece(notes, drum=True) for notes in (beat, swung)])
    assert not np.isin(straight, other).any()
    assert len(straight) > 0


def test_short_lines_still_count():
    assert len(shingles(piece([(0, 1, 60), (1, 1, 62), (2, 1, 64)]))) == 1
    assert len(shingles(piece([(0, 1, 60), (1, 1, 62)]))) == 0
    assert len(shingles(piece([]))) == 0


def test_minhash_estimates_the_jaccard_similarity():
    random = np.random.default_rng(0)
    pool = random.integers(0, 2**63, 3000).astype(np.uint64)
    table = signatures([pool[:2000], pool[1000:3000], pool[:0]])
    assert similarity(table[0], table[1]) == pytest.approx(1 / 3, abs=0.13)
    assert similarity(table[0], table[0]) == 1.0
    assert similarity(table[2], table[2]) == 0.0
    assert similar_pairs(table, 0.1) == [(0, 1)]
    assert similar_pairs(table, 0.9) == []


def test_near_duplicates_stand_together_and_their_near_duplicates_too():
    chain = [tune(1), [*tune(1)[:40], *tune(2)[40:]], tune(3)]
    sets = [shingles(piece(notes)) for notes in chain]
    assert groups(sets) == [[0, 1], [2]]
    assert groups([]) == []


def test_copies_stay_on_one_side_and_a_plain_split_leaks_them():
    pieces = [piece(tune(seed, shift=shift)) for seed in range(40) for shift in (0, 3)]
    sets = [shingles(one) for one in pieces]
    kept, torn = by_groups(pieces, sets), by_pieces(pieces, sets)
    side = {index: part for part in PARTS for index in kept[part]}
    assert all(side[2 * seed] == side[2 * seed + 1] for seed in range(40))
    assert leakage(kept, sets) == {"near_duplicates": 0.0, "nearest_similarity": 0.0, "shared_ngrams": 0.0}
    assert leakage(torn, sets)["near_duplicates"] > 0.5
    assert leakage(torn, sets)["shared_ngrams"] > 0.5


@pytest.mark.parametrize("kind", ["groups", "random"])
def test_every_piece_has_one_part_by_eighty_ten_ten_in_any_order(kind):
    pieces = many(100)
    parts = split(kind, pieces)
    assert sorted(index for part in PARTS for index in parts[part]) == list(range(100))
    assert {part: len(parts[part]) for part in PARTS} == {"train": 80, "valid": 10, "test": 10}
    order = np.random.default_rng(0).permutation(100)
    moved = split(kind, [pieces[index] for index in order])
    assert {part: {int(order[index]) for index in moved[part]} for part in PARTS} == {
        part: set(parts[part]) for part in PARTS
    }


def test_published_parts_are_kept_and_copies_of_them_follow():
    pieces = many(30)
    copies = [piece(tune(seed, shift=2)) for seed in (0, 1, 2)]
    published = ["test", "valid", "train", *[""] * 27, *[""] * 3]
    parts = split("published", [*pieces, *copies], published)
    assert {0, 30} <= set(parts["test"])
    assert {1, 31} <= set(parts["valid"])
    assert {2, 32} <= set(parts["train"])
    assert sorted(index for part in PARTS for index in parts[part]) == list(range(33))
    # a published split is kept where it leaks, and the leakage is measured
    torn = as_published([pieces[0], copies[0]], shingle_sets([pieces[0], copies[0]]), ["train", "test"])
    assert torn == {"train": [0], "valid": [], "test": [1]}
    assert leakage(torn, shingle_sets([pieces[0], copies[0]]))["near_duplicates"] == 1.0
    with pytest.raises(DataError, match="no data set has a published split"):
        split("published", pieces, [""] * 30)


def test_a_large_group_goes_where_it_fits():
    pieces = [piece(tune(0, shift=shift)) for shift in range(-15, 15)] + [piece(tune(seed)) for seed in range(1, 71)]
    parts = split("groups", pieces)
    assert set(range(30)) <= set(parts["train"])
    assert {part: len(parts[part]) for part in PARTS} == {"train": 80, "valid": 10, "test": 10}


def test_three_are_enough_and_two_are_not():
    assert all(len(members) == 1 for members in split("groups", many(3)).values())
    with pytest.raises(DataError, match="2 pieces are too few"):
        split("groups", many(2))
    with pytest.raises(DataError, match="10 pieces are too few"):
        split("groups", [piece(tune(0, shift=shift)) for shift in range(10)])


def test_an_unknown_split_names_the_nearest():
    with pytest.raises(DataError, match="Did you mean 'groups'"):
        split("group", many(3))


def test_shares_can_be_said():
    parts = split("groups:50/30/20", many(100))
    assert {part: len(parts[part]) for part in PARTS} == {"train": 50, "valid": 30, "test": 20}


@pytest.mark.parametrize("said", ["", "50/50", "60/30/20", "100/0/0", "50/30/x", "-10/90/20"])
def test_shares_that_are_none_are_refused(said):
    with pytest.raises(DataError, match="no shares"):
        split(f"groups:{said}", many(20))
