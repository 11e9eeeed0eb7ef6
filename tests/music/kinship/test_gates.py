"""Who is let through, and who is not."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import CHEATERS, Cheaters, Failed, Grams, Heard, KinshipError, gates, lines
from modeloid.music.kinship.gates import limit
from modeloid.music.represent.parts import ONSET, Rows, cut

from .songs import song, transposed


@pytest.fixture(scope="module")
def cheats() -> Cheaters:
    return Cheaters([cut(song(seed), first, 8) for seed in range(100, 130) for first in (0, 8, 16)])


@pytest.mark.parametrize("name", CHEATERS)
def test_every_cheater_is_refused(name: str, cheats: Cheaters, real: dict[str, Any], training: Grams) -> None:
    for seed in range(300, 303):
        x = song(seed)
        y = cheats.of(x, 8, Rng(seed))[name]
        assert gates(y, x, real, training), (name, seed)


def test_strangers_pass(real: dict[str, Any], training: Grams) -> None:
    slices = [cut(song(seed), 8, 8) for seed in range(300, 330)]
    refused = [gates(y, song(seed + 101), real, training) for seed, y in enumerate(slices, start=300)]
    assert sum(map(bool, refused)) <= 4
    windows = [gates(song(seed), song(seed + 101), real, training) for seed in range(300, 315)]
    assert sum(map(bool, windows)) <= 3


def test_each_kind_of_copying_has_its_gate(cheats: Cheaters, real: dict[str, Any], training: Grams) -> None:
    made = cheats.of(song(300), 8, Rng(0))
    failed = {name: {gate.name for gate in gates(y, song(300), real, training)} for name, y in made.items()}
    assert "barcopy" in failed["shuffled bars"]
    assert "overlap" in failed["noisy copy"]
    assert "rhythm_aligned" in failed["rhythm with other pitches"]
    assert not {"barcopy", "overlap", "lead_grams"} & failed["rhythm with other pitches"]
    assert "lead_kept" in failed["lead over another accompaniment"]
    assert "overlap" in failed["accompaniment under another lead"]
    assert failed["random training piece"] == {"training_grams", "training_bars"}


def test_without_the_training_set_its_pieces_pass(cheats: Cheaters, real: dict[str, Any]) -> None:
    assert not gates(cheats.of(song(300), 8, Rng(0))["random training piece"], song(300), real)


def test_eight_copied_bars_in_a_piece_of_32_are_found(real: dict[str, Any], training: Grams) -> None:
    x, stranger = song(300), song(301)
    planted = transposed(cut(x, 16, 8), -2)
    planted[:, ONSET] += 12 * 16
    rest = stranger[(stranger[:, ONSET] < 12 * 16) | (stranger[:, ONSET] >= 20 * 16)]
    mixed = np.concatenate([rest, planted])
    mixed = mixed[np.argsort(mixed[:, ONSET], kind="stable")]
    assert not gates(stranger, x, real, training)
    assert "lead_run" in {gate.name for gate in gates(mixed, x, real, training)}


def test_a_gate_says_what_failed_and_by_how_much(real: dict[str, Any]) -> None:
    x = cut(song(300), 0, 8)
    first = gates(x, x, real)[0]
    assert isinstance(first, Failed)
    assert first.name == "barcopy"
    assert first.value == 1 > first.limit == limit("barcopy", real["strangers"]["slice of slice"]["barcopy"])


def test_a_limit_of_a_share_stays_below_one_and_nothing_stays_nothing() -> None:
    assert limit("barcopy", {"p99": 0.5}) == pytest.approx(0.55)
    assert limit("barcopy", {"p99": 0.98}) == pytest.approx(0.99)
    assert limit("lead_run", {"p99": 6.0}) == pytest.approx(6.6)
    assert limit("lead_grams", {"p99": 0.0}) == 0


@pytest.mark.parametrize("x", [song(1)[:0], song(1)[:1], song(1) * [1, 1, 1, 1, 0] + [0, 0, 0, 0, 2]])
def test_odd_inspirers_refuse_nobody(x: Rows, real: dict[str, Any], training: Grams) -> None:
    assert not gates(song(300), x, real, training, drum_parts=(2,))
    assert not gates(x[:0], song(300), real, training)


def test_lines_of_other_shapes_are_no_help(training: Grams) -> None:
    few = lines([song(1), song(2)], Rng(0), pairs=2, shapes=("slice of slice",))
    with pytest.raises(KinshipError, match="no lines of strangers for 'window of window'"):
        gates(song(3), song(4), few)
    with pytest.raises(KinshipError, match="no lines of training for 'slice'"):
        gates(cut(song(3), 0, 8), cut(song(4), 0, 8), few, training)


def test_gates_are_fast(real: dict[str, Any], training: Grams) -> None:
    x, times = Heard(song(300, 48)), []
    for seed in range(4):
        begin = time.process_time()
        gates(song(seed), x, real, training)
        times.append(time.process_time() - begin)
    assert min(times) < 0.2
