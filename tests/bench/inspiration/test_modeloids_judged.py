from types import SimpleNamespace

import numpy as np

from modeloid.bench.inspiration.modeloids import candidate
from modeloid.bench.inspiration.slices import own_sets, songs
from modeloid.bench.inspiration.systems import read

from .bands import CODER, domain
from .bands import songs as made_up

XS = [song.slice(0) for song in made_up(3)]


def modeloid(*wishes):
    asked = []

    def sample(n, rng, inspiration=None, **others):
        asked.append(others)
        return [inspiration or CODER.decode(XS[0])] * n

    return SimpleNamespace(wishes=dict.fromkeys(wishes), sample=sample, asked=asked)


def test_who_knows_inspiration_is_asked_with_it_at_each_strength():
    inspired = modeloid("inspiration", "strength", "length_bars", "candidates")
    found = candidate(inspired, CODER, {"candidates": 2, "top_p": 0.5})
    assert found.inspired
    assert np.array_equal(found.system(XS, 0)[2], XS[2])
    found.make(0.5)(XS[:1], 0)
    found.long(XS[:1], 0)
    found.answer(CODER.decode(XS[0]))
    assert inspired.asked[0] == {"length_bars": 8, "candidates": 2}
    assert inspired.asked[3:] == [
        {"length_bars": 8, "candidates": 2, "strength": 0.5},
        {"length_bars": 32, "candidates": 2},
        {"length_bars": 8, "candidates": 2},
    ]


def test_who_does_not_is_only_asked_for_pieces():
    deaf = modeloid("length_bars")
    found = candidate(deaf, CODER)
    assert (found.inspired, found.make, found.symbols, found.answer) == (False, None, None, None)
    assert np.array_equal(found.system(XS, 0)[2], read(CODER.decode(XS[0]), CODER))
    assert deaf.asked == [{"length_bars": 8}]


def test_codes_are_asked_of_who_has_them():
    inspired = modeloid("inspiration", "strength", "length_bars")
    assert candidate(inspired, CODER).symbols is None
    inspired.codes_of = len
    assert candidate(inspired, CODER).symbols is len


def test_of_several_groups_only_the_own_music_is_judged():
    whole = domain()
    names = {part: whole.piece_names(part) for part in ("train", "valid", "test")}
    whole.piece_names = lambda part: [f"{'a' if n % 2 else 'b'}/{name}" for n, name in enumerate(names[part])]
    assert len(songs(whole, "valid")) == 12
    whole.data = {"sets": {"others": ["b"], "own": ["a"]}}
    assert own_sets(whole.data["sets"]) == ["a"]
    assert [song.name[0] for song in songs(whole, "valid")] == ["a"] * 6
    assert own_sets(["x", "y"]) == ["x", "y"]
    assert own_sets({"x": 2.0, "y": 1.0}) == ["x", "y"]
