"""The cheaters do what they are named after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import CHEATERS, Cheaters, KinshipError, barcopy_mean, rhythm_copy
from modeloid.music.phrase import lead
from modeloid.music.represent.parts import ONSET, PITCH, Rows, cut

from .songs import song

CORPUS = [cut(song(seed), 0, 8) for seed in range(40, 60)]


@pytest.fixture(scope="module")
def made() -> dict[str, Rows]:
    return Cheaters(CORPUS).of(song(1), 8, Rng(0))


def same(one: Rows, other: Rows) -> bool:
    return one.shape == other.shape and bool((one == other).all())


def test_there_are_eleven_slices(made: dict[str, Rows]) -> None:
    assert tuple(made) == CHEATERS
    assert len(made) == 11
    for rows in made.values():
        assert len(rows)
        assert 0 <= rows[:, ONSET].min() <= rows[:, ONSET].max() < 128
        assert 0 <= rows[:, PITCH].min() <= rows[:, PITCH].max() < 128


def test_copies_are_copies(made: dict[str, Rows]) -> None:
    x = cut(song(1), 8, 8)
    assert same(made["identity"], x)
    assert (made["transposed"][:, PITCH] - x[:, PITCH] == 3).all()
    assert same(made["next bars"], cut(song(1), 16, 8))
    assert barcopy_mean(made["shuffled bars"], x) == 1
    assert not same(made["shuffled bars"], x)


def test_a_noisy_copy_keeps_half(made: dict[str, Rows]) -> None:
    x = cut(song(1), 8, 8)
    kept = {tuple(row) for row in x.tolist()} & {tuple(row) for row in made["noisy copy"].tolist()}
    assert 0.6 < len(made["noisy copy"]) / len(x) < 0.9
    assert 0.35 < len(kept) / len(x) < 0.65


def test_rhythm_without_pitches(made: dict[str, Rows]) -> None:
    x = cut(song(1), 8, 8)
    assert rhythm_copy(made["rhythm with other pitches"], x).aligned > 0.95
    assert barcopy_mean(made["rhythm with other pitches"], x) < 0.5


def test_half_of_it_is_another_song(made: dict[str, Rows]) -> None:
    x = cut(song(1), 8, 8)
    melody = {tuple(row) for row in lead(x).tolist()}
    others = {tuple(row) for row in x.tolist()} - melody
    under = {tuple(row) for row in made["accompaniment under another lead"].tolist()}
    over = {tuple(row) for row in made["lead over another accompaniment"].tolist()}
    assert others <= under
    assert melody <= over
    assert len(melody & under) < len(melody) / 4
    assert len(others & over) < len(others) / 4


def test_training_pieces_are_of_the_training_set(made: dict[str, Rows]) -> None:
    for name in CHEATERS[-3:]:
        assert any(same(made[name], rows) for rows in CORPUS)


def test_the_last_asks_the_judge() -> None:
    def first_pitch(slices: Sequence[Rows]) -> np.ndarray:
        return np.array([[float(rows[0, PITCH])] for rows in slices])

    made = Cheaters(CORPUS, judge=first_pitch).of(song(1), 8, Rng(0))[CHEATERS[-1]]
    apart = [abs(int(rows[0, PITCH]) - int(cut(song(1), 8, 8)[0, PITCH])) for rows in CORPUS]
    assert same(made, CORPUS[int(np.argmin(apart))])
    assert not same(made, Cheaters(CORPUS).of(song(1), 8, Rng(0))[CHEATERS[-1]])


def test_at_the_end_of_a_song_the_bars_before_are_handed_in() -> None:
    assert same(Cheaters(CORPUS).of(song(1), 24, Rng(0))["next bars"], cut(song(1), 16, 8))


def test_the_same_address_cheats_alike() -> None:
    cheats = Cheaters(CORPUS)
    one, again, other = (cheats.of(song(1), 8, Rng(seed)) for seed in (0, 0, 1))
    assert all(same(one[name], again[name]) for name in CHEATERS)
    assert not same(one["noisy copy"], other["noisy copy"])


def test_nothing_to_cheat_with() -> None:
    with pytest.raises(KinshipError, match="1 training slices"):
        Cheaters(CORPUS[:1])
    with pytest.raises(KinshipError, match="bar 40: no pitched notes"):
        Cheaters(CORPUS).of(song(1), 40, Rng(0))


def test_drums_keep_their_pitches() -> None:
    x = song(1)
    x[:, 4] = np.where(x[:, 4] == 1, 2, 0)
    made = Cheaters(CORPUS, drum_parts=(2,)).of(x, 8, Rng(0))["transposed"]
    was = cut(x, 8, 8)
    assert sorted(made[made[:, 4] == 2, PITCH].tolist()) == sorted(was[was[:, 4] == 2, PITCH].tolist())
    assert sorted(made[made[:, 4] == 0, PITCH].tolist()) == sorted((was[was[:, 4] == 0, PITCH] + 3).tolist())
