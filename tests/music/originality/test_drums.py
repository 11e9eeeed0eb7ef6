from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.annotate import annotate
from modeloid.music.columns import Columns
from modeloid.music.measure.notes import lay
from modeloid.music.originality import DRUMS, Index
from modeloid.music.originality.drums import VOICES, drum_lines
from modeloid.music.real import Real
from modeloid.music.split import split

from ..measure.small_pieces import rows_piece
from ..pieces import piece
from ..shared_data import archive, midi

KEYS, KIT = (0, False), (0, True)


def groove(pattern, seed=0, start=0, shift=0, velocity=80):
    """One bar of 16ths for each letter, the same for the same letter and seed; a dash is a silent bar."""
    rows = []
    for number, letter in enumerate(pattern):
        if letter == "-":
            continue
        random = np.random.default_rng([seed, ord(letter)])
        for drum in (36, 38, 42):
            steps = random.choice(16, int(random.integers(2, 6)), replace=False)
            rows += [(384 * (start + number) + 24 * int(step) + shift, 6, drum, velocity, 0) for step in steps]
    return rows_piece(rows, [KIT], tpq=96)


NAMES = [f"take {seed}" for seed in range(8)]
KNOWN = Index([groove("AABCADEFG", seed) for seed in range(8)], NAMES, DRUMS)


def test_a_line_is_one_step_a_pattern_and_breaks_at_silence():
    steps = drum_lines(lay([groove("AAAB-BA"), groove("A", seed=1)]))
    assert steps.line.tolist() == [0, 0, 1, 1, 2]
    assert steps.piece.tolist() == [0, 0, 0, 0, 1]
    assert steps.symbol[0] == steps.symbol[3] != steps.symbol[1] == steps.symbol[2]
    assert (steps.onset / (4 * 10_080)).tolist() == [0, 3, 5, 6, 0]
    assert len(drum_lines(lay([]))) == len(drum_lines(lay([piece([(0, 1, 60)]), piece([])]))) == 0


def test_loudness_small_delays_and_the_model_of_a_drum_change_nothing():
    plain, other = groove("ABC"), groove("ABC", shift=9, velocity=30)
    pitch = np.where(other.notes["pitch"] == 38, 40, other.notes["pitch"]).astype("u1")
    for changed in (other, Columns(other.notes | {"pitch": pitch}, other.about)):
        assert drum_lines(lay([changed])).symbol.tolist() == drum_lines(lay([plain])).symbol.tolist()
    late = groove("ABC", shift=15)
    snare = Columns(
        plain.notes | {"pitch": np.where(plain.notes["pitch"] == 38, 39, plain.notes["pitch"])}, plain.about
    )
    for changed in (late, snare):
        assert not set(drum_lines(lay([changed])).symbol) & set(drum_lines(lay([plain])).symbol)
    assert len({pitch for pitches in VOICES.values() for pitch in pitches} | set(VOICES)) == 9 + sum(
        map(len, VOICES.values())
    )


@pytest.mark.parametrize("start", [0, 3])
def test_a_copied_take_is_found_with_its_bar(start):
    made = groove("CADE", seed=5, start=start)
    [found] = KNOWN.ask([made])
    assert (found.longest_run, found.copied, found.nearest_share) == (4, 1.0, 1.0)
    assert found.run_piece == found.nearest_piece == "take 5"
    assert (found.made_bar, found.run_bar) == (start + 1, 4)


def test_another_order_and_other_takes_are_no_copies():
    turned, stranger = KNOWN.ask([groove("EDACB", seed=5), groove("AABCADEFG", seed=50)])
    assert (turned.longest_run, turned.copied, turned.nearest_share) == (1, 0.0, 0.0)
    assert (stranger.longest_run, stranger.run_piece, stranger.nearest_piece) == (0, None, None)


def test_a_beat_that_is_kept_up_is_one_pattern():
    [kept] = KNOWN.ask([groove("A" * 16, seed=2)])
    assert (kept.longest_run, kept.ngrams, kept.copied) == (1, 0, None)
    [longer] = KNOWN.ask([groove("AAAAAABBBBC", seed=2)])
    assert (longer.longest_run, longer.copied) == (3, 1.0)


def test_the_bars_lie_side_by_side():
    [said] = annotate([groove("XCCADE", seed=5)], None, KNOWN)
    drums = said["originality"]["drums"]
    assert json.loads(json.dumps(drums, allow_nan=False)) == drums
    made, trained = drums["passage"]["made"], drums["passage"]["trained"]
    assert drums["passage"]["length"] == 4
    assert (made["bar"], trained["bar"], trained["piece"]) == (2, 4, "take 5")
    first = [sorted(note for note in side["notes"] if note[0] < 4) for side in (made, trained)]
    assert first[0] == first[1] != []
    assert len(made["notes"]) == 48
    assert all(0 <= note[0] < 20 and note[2] in (36, 38, 42) for note in made["notes"])


def test_pieces_without_drums_have_no_word_of_them():
    keys = piece([(at, 1, 60 + at) for at in range(8)])
    assert annotate([keys], Index([keys], ["a"]), KNOWN)[0]["originality"].keys() >= {"longest_run", "passage"}
    assert "drums" not in annotate([keys], Index([keys], ["a"]), KNOWN)[0]["originality"]
    real = Real(list, lambda: Index([keys], ["a"]), list, lambda: KNOWN)
    assert set(real.shared(lay([keys]))) == {"longest_run"}
    both = real.shared(lay([keys, groove("CAD", seed=5)]))
    assert both["drum_longest_run"] == [3]
    assert both["drum_copied"] == [1.0]
    assert Index([], [], DRUMS).ask([groove("AB")])[0].longest_run == 0


PATTERNS = st.text("ABCD-", min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(PATTERNS, PATTERNS)
def test_the_longest_run_is_that_of_the_letters(made, trained):
    def lines(text):
        return ["".join(a for a, b in zip(part, " " + part, strict=False) if a != b) for part in text.split("-")]

    shared = {
        part[low:high] for part in lines(made) for low in range(len(part)) for high in range(low + 1, len(part) + 1)
    }
    longest = max((len(each) for each in shared if any(each in part for part in lines(trained))), default=0)
    if set(made) == {"-"}:
        return
    [found] = Index([groove(trained)], ["a"], DRUMS).ask([groove(made)])
    assert found.longest_run == longest


def test_real_takes_that_are_held_out_share_little_and_copies_all():
    archive("multi")
    from symusic import Score

    from modeloid.music.columns import from_score

    pieces = [from_score(Score.from_midi(content)) for content in midi("multi", 4)]
    parts = split("groups", pieces)
    train, held = ([pieces[row] for row in rows] for rows in (parts["train"], parts["valid"] + parts["test"]))
    known = Index(train, [str(row) for row in range(len(train))], DRUMS)
    copies, others = known.ask(train[:20]), known.ask(held)
    assert all(found.copied in (None, 1.0) for found in copies)
    assert np.median([found.longest_run for found in copies]) > 10
    assert np.mean([found.copied for found in others if found.copied is not None]) < 0.1
    assert np.median([found.longest_run for found in others]) < 4
