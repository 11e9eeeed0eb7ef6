from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.columns import Columns, from_score
from modeloid.music.measure.notes import lay
from modeloid.music.originality import Index
from modeloid.music.originality.lines import lines
from modeloid.music.represent import representation

from ..measure.small_pieces import rows_piece
from ..pieces import piece
from ..split.test_split import tune

KEYS, DRUMS = (0, False), (0, True)


def melody(seed, length=60, shift=0, stretch=1.0):
    """A melody of 8ths to halves, wandering by seconds to fourths."""
    random = np.random.default_rng(seed)
    onset = np.concatenate([[0], np.cumsum(random.choice([0.5, 1.0, 1.5, 2.0], length - 1))]) * stretch
    pitch = 60 + np.cumsum(random.integers(-4, 5, length)) % 24 + shift
    return [(float(at), 0.5 * stretch, int(high)) for at, high in zip(onset, pitch, strict=True)]


def index(count=30):
    return Index([piece(melody(seed)) for seed in range(count)], [f"tune {seed}" for seed in range(count)])


@pytest.mark.parametrize("change", [{}, {"shift": 5}, {"shift": -7}, {"stretch": 2.0}, {"stretch": 0.5, "shift": 3}])
def test_a_copy_is_found_in_another_key_and_tempo(change):
    [found] = index().ask([piece(melody(7, **change))])
    assert found.copied == found.nearest_share == 1
    assert found.nearest_piece == found.run_piece == "tune 7"
    # all but the first interval, whose rhythm has nothing before it
    assert found.longest_run == 59
    # the run starts with the second note
    assert found.run_bar == 1
    assert found.made_bar in (1, 2)


def test_other_music_is_no_copy():
    found = index().ask([piece(melody(seed)) for seed in range(100, 130)])
    assert max(origin.longest_run for origin in found) < 7
    assert all(origin.copied == 0 for origin in found)
    assert all((origin.nearest_piece, origin.nearest_share) == (None, 0) for origin in found)


def planted(seed, source, start, stop, at):
    """A new melody with notes of another planted into it, four semitones higher and half as fast."""
    own, stolen = melody(seed), melody(source)[start:stop]
    begin, end = own[at][0], own[at][0] + 2 * (stolen[-1][0] - stolen[0][0])
    moved = [(begin + 2 * (onset - stolen[0][0]), length, pitch + 4) for onset, length, pitch in stolen]
    before = [note for note in own if note[0] < begin]
    after = [(onset - own[at][0] + end + 1, length, pitch) for onset, length, pitch in own if onset > begin]
    return piece([*before, *moved, *after]), begin, stolen[0][0]


def test_a_planted_stretch_is_named_with_its_bars():
    made, begin, start = planted(200, source=11, start=20, stop=40, at=25)
    [found] = index().ask([made])
    assert found.run_piece == found.nearest_piece == "tune 11"
    assert found.longest_run in (19, 20)
    assert abs(found.made_bar - (1 + begin // 4)) <= 1
    assert abs(found.run_bar - (1 + start // 4)) <= 1
    assert found.copied == pytest.approx(2 * 11 / found.ngrams, abs=2 / found.ngrams)


def test_one_changed_note_parts_the_run():
    notes = melody(3)
    notes[30] = (notes[30][0], 0.5, notes[30][2] + 1)
    [found] = index().ask([piece(notes)])
    assert found.longest_run in (29, 30)
    assert 0.6 < found.copied < 1


def test_another_rhythm_is_another_melody():
    even = [(float(number), 0.5, pitch) for number, (_, _, pitch) in enumerate(melody(3))]
    [found] = index().ask([piece(even)])
    assert found.longest_run < 8


def chorale(seed, shift=0):
    rows = []
    for voice, low in enumerate((67, 60, 53, 45)):
        onset = 0
        random = np.random.default_rng([seed, voice])
        for _ in range(40):
            length = int(random.choice([2, 4, 8]))
            rows.append((onset, length, low + int(random.integers(0, 7)) + shift, 80, voice))
            onset += length
    return rows_piece(rows, [KEYS] * 4)


def test_voices_merged_into_one_roll_are_still_found():
    names = [f"chorale {seed}" for seed in range(12)]
    known = Index([chorale(seed) for seed in range(12)], names)
    roll = representation({"kind": "roll", "steps_per_beat": 4, "low": 0, "high": 128, "onset": True})
    merged = [from_score(roll.decode(roll.encode_columns(chorale(seed, shift=2))[0])) for seed in (4, 50)]
    copy, other = known.ask(merged)
    assert copy.nearest_piece == copy.run_piece == "chorale 4"
    assert copy.longest_run > 20
    assert copy.nearest_share > 0.5 > 10 * other.copied
    assert other.longest_run < 8


def test_the_skyline_is_what_is_heard_on_top():
    held = rows_piece([(0, 16, 72, 80, 0), (16, 4, 74, 80, 0), (20, 4, 76, 80, 0), (24, 4, 79, 80, 0)], [KEYS])
    under = [(tick, 4, 50 + tick % 3, 80, 0) for tick in range(0, 28, 4)]
    rows = [(0, 16, 72, 80, 0), (16, 4, 74, 80, 0), (20, 4, 76, 80, 0), (24, 4, 79, 80, 0), *under]
    alone, accompanied = (lines(lay([columns])) for columns in (held, rows_piece(rows, [KEYS])))
    top = alone.symbol[alone.line == 0]
    assert accompanied.symbol[accompanied.line == 0].tolist() == top.tolist()
    # the lower line of the accompanied one is the accompaniment
    assert (accompanied.line == 1).sum() == len(under) - 2


def test_a_spread_chord_is_one_step():
    chords = [(beat + late, 1, pitch) for beat in range(4) for late, pitch in ((0, 60), (0.02, 64), (0.05, 67 + beat))]
    straight = [(float(beat), 1, pitch) for beat in range(4) for pitch in (60, 64, 67 + beat)]
    one, other = (lines(lay([piece(notes)])) for notes in (chords, straight))
    assert one.symbol.tolist() == other.symbol.tolist()


def test_drums_and_too_little_music_share_nothing():
    known = index(3)
    drum = piece([(beat / 2, 0.25, 36 + beat % 2) for beat in range(64)], drum=True)
    for silent in (drum, piece([]), piece([(0, 1, 60), (1, 1, 62)])):
        [found] = known.ask([silent])
        assert (found.longest_run, found.ngrams, found.copied, found.nearest_share) == (0, 0, None, None)
        assert found.run_piece is found.run_bar is found.made_bar is found.nearest_piece is None
    assert known.ask([]) == []
    assert Index([], []).ask([piece(melody(1))])[0].longest_run == 0
    assert Index([drum], ["beat"]).ask([piece(melody(1))])[0].copied == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 29), st.integers(-20, 20), st.sampled_from([96, 480, 1024]), st.sampled_from([0.5, 1.0, 2.0]))
def test_any_copy_is_whole(seed, shift, tpq, stretch):
    [found] = KNOWN.ask([piece(melody(seed, shift=shift, stretch=stretch), tpq=tpq)])
    assert (found.nearest_piece, found.copied, found.longest_run) == (f"tune {seed}", 1.0, 59)


KNOWN = index()


def test_many_are_asked_as_if_alone():
    pieces = [piece(melody(seed)) for seed in (3, 300, 5)] + [chorale(1), piece([])]
    known = Index([*[piece(tune(seed)) for seed in range(20)], chorale(2)], [str(number) for number in range(21)])
    assert known.ask(pieces) == [known.ask([one])[0] for one in pieces]


def test_velocities_and_lengths_change_nothing():
    columns = piece(melody(9))
    changed = Columns(
        {**columns.notes, "velocity": columns.notes["velocity"] + 20, "duration": columns.notes["duration"] // 2},
        columns.about,
    )
    assert KNOWN.ask([changed]) == KNOWN.ask([columns])
    assert replace(KNOWN.ask([columns])[0], run_bar=2) != KNOWN.ask([columns])[0]


def test_a_piece_is_answered_in_milliseconds():
    known = Index([piece(melody(seed, length=300)) for seed in range(300)], [str(seed) for seed in range(300)])
    pieces = [piece(melody(1000 + seed, length=64)) for seed in range(8)]
    took = []
    for _ in range(5):
        start = time.process_time()
        known.ask(pieces)
        took.append((time.process_time() - start) / len(pieces))
    assert statistics.median(took) < 0.02
