from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.models.events.grammar import BEGIN, END, Grammar, Limits
from modeloid.models.events.limits import allowed_tokens
from modeloid.models.events.walk import Walk
from modeloid.music.represent.events import Events

from .small import RICH, SPEC, Toy, a_score

NOTHING = dict.fromkeys(("key", "low", "high", "instruments", "meter"))

SPECS = st.fixed_dictionaries(
    {
        "programs": st.booleans(),
        "velocities": st.sampled_from([0, 2]),
        "tempos": st.sampled_from([0, 3]),
        "meters": st.sampled_from([[], [[4, 4]], [[3, 4], [6, 8], [4, 4]]]),
        "drums": st.sampled_from([[], [36, 39]]),
        "order": st.sampled_from(["pitch", "duration"]),
        "ends": st.booleans(),
    }
)


def walked(spec, seed, wishes=None, **limits):
    """A walk that draws evenly among what is allowed."""
    coder = Events({**SPEC, **spec})
    allowed = allowed_tokens({**NOTHING, **(wishes or {})}, coder)
    walk = Walk(Grammar(coder, Limits(allowed, **{"bars": 4, **limits})))
    generator = np.random.default_rng(seed)
    while not walk.ended:
        choices = np.flatnonzero(walk.allowed())
        assert len(choices)
        walk.take(int(generator.choice(choices)))
    return coder, walk


def voices(score):
    """The most pitched notes that sound at once."""
    notes = [(note.start, note.end) for track in score.tracks if not track.is_drum for note in track.notes]
    return max((sum(start <= at < end for start, end in notes) for at, _ in notes), default=0)


@settings(deadline=None, max_examples=60)
@given(SPECS, st.integers(0, 2**31), st.sampled_from([None, 1, 3]))
def test_what_is_walked_decodes_and_encodes_to_itself(spec, seed, most_voices):
    """Nothing is passed over, nothing is in another order than the representation's own."""
    coder, walk = walked(spec, seed, most_voices=most_voices)
    score = coder.decode(np.array(walk.tokens))
    assert walk.bars == 4 or not coder.spec["ends"]
    assert walk.notes == sum(len(track.notes) for track in score.tracks)
    assert most_voices is None or voices(score) <= most_voices
    same = coder.spec["order"] == "pitch" and not (coder.spec["velocities"] or coder.spec["tempos"])
    if walk.notes and same and len(coder.spec["meters"]) < 2:
        again = coder.encode(score).tolist()
        shared = again[:-1] if coder.spec["ends"] else again
        assert walk.tokens[: len(shared)] == shared


@settings(deadline=None, max_examples=30)
@given(SPECS, st.integers(0, 2**31))
def test_what_the_representation_writes_is_allowed(spec, seed):
    """Every token of a real piece may follow those before it."""
    coder, made = walked(spec, seed)
    if not made.notes:
        return
    tokens = coder.encode(coder.decode(np.array(made.tokens)))
    walk = Walk(Grammar(coder, Limits(allowed_tokens(NOTHING, coder))))
    for token in tokens.tolist():
        assert walk.allowed()[token]
        walk.take(token)


def test_a_tune_is_allowed_and_a_disorder_is_not():
    coder = Toy(RICH).representation
    tokens = coder.encode(a_score([(0, 1, 60), (0, 2, 62), (3, 1, 61)], RICH)).tolist()
    for wrong in range(len(tokens)):
        walk = Walk(Grammar(coder, Limits(allowed_tokens(NOTHING, coder))))
        for token in tokens[:wrong]:
            walk.take(token)
        mask = walk.allowed()
        assert mask[tokens[wrong]]
        assert not mask[BEGIN if wrong else END]
        assert not mask[tokens[wrong - 1]] or coder.known.names[tokens[wrong - 1]].startswith(("Program", "Bar"))


def test_rising_programs_pitches_and_positions():
    for seed in range(20):
        coder, walk = walked(RICH, seed, bars=2)
        names = [coder.known.names[token].partition("_") for token in walk.tokens]
        step, pitch, program = [-1], [-1], [-1]
        for kind, _, value in names:
            if kind == "Bar":
                step = [-1]
            if kind == "Position":
                step.append(int(value))
                pitch, program = [-1], [-1]
            if kind == "Program":
                program.append(128 if value == "drums" else int(value))
                pitch = pitch if program[-1] == program[-2] else [-1]
            if kind in ("Pitch", "Drum"):
                pitch.append(int(value))
            assert all(a < b for a, b in pairwise(step))
            assert all(a <= b for a, b in pairwise(pitch))
            assert all(a <= b for a, b in pairwise(program))


def test_a_pitch_may_come_twice_the_shorter_first():
    coder = Toy(RICH).representation
    for lengths, fine in (((1, 2), True), ((2, 2), True), ((2, 1), False)):
        tokens = coder.encode(a_score([(0, length, 60) for length in sorted(lengths)], RICH))
        at = np.flatnonzero(coder.known["Duration"].holds(tokens))
        tokens[at] = coder.known["Duration"].first + np.array(lengths) - 1
        walk = Walk(Grammar(coder, Limits(allowed_tokens(NOTHING, coder))))
        for token in tokens[: at[1]].tolist():
            walk.take(token)
        assert walk.allowed()[tokens[at[1]]] == fine


def test_bars_are_as_many_as_wished():
    for bars in (1, 3):
        for ends in (True, False):
            coder, walk = walked({"ends": ends}, 5, bars=bars)
            assert walk.tokens.count(coder.known["Bar"].first) == bars == walk.bars - (not ends)


def test_a_piece_that_ends_of_itself_has_a_note():
    for seed in range(30):
        _, walk = walked({}, seed, bars=None)
        assert walk.notes
        assert walk.tokens[-1] == END


def test_one_voice_never_overlaps():
    coder, walk = walked({"durations": [[2, 2]]}, 3, most_voices=1, bars=20)
    score = coder.decode(np.array(walk.tokens))
    assert voices(score) == 1
    _, free = walked({"durations": [[2, 2]]}, 3, bars=20)
    assert voices(coder.decode(np.array(free.tokens))) > 1


def test_too_many_voices_are_noticed():
    coder = Toy().representation
    tokens = coder.encode(a_score([(0, 1, 60), (0, 1, 62)])).tolist()
    for most, crowded in ((1, True), (2, False)):
        walk = Walk(Grammar(coder, Limits(allowed_tokens(NOTHING, coder), most_voices=most)))
        for token in tokens:
            walk.take(token)
        assert walk.crowded is crowded


def stuck_behind(coder, limits, seed):
    """The kind of the token behind which nothing may come, None where a walk never gets stuck; and the walk."""
    walk, generator = Walk(Grammar(coder, limits)), np.random.default_rng(seed)
    while not walk.ended and len(walk.tokens) < 3000:
        choices = np.flatnonzero(walk.allowed())
        if not len(choices):
            return walk.grammar.kinds[walk.tokens[-1]], walk
        walk.take(int(generator.choice(choices)))
    return None, walk


@pytest.mark.parametrize("wishes", [{"instruments": "drums"}, {"instruments": "violin"}, {"low": 72}])
def test_limits_leave_no_dead_end(wishes):
    coder = Toy(RICH).representation
    allowed = allowed_tokens({**NOTHING, **wishes}, coder)
    for seed in range(10):
        stuck, walk = stuck_behind(coder, Limits(allowed, most_voices=1, bars=4), seed)
        assert stuck is None
        assert walk.tokens[-1] == END
        assert walk.bars == 4
        assert walk.notes
        assert allowed[walk.tokens].all()


@pytest.mark.parametrize(("missing", "kind"), [("Duration", "Velocity"), ("Velocity", "Pitch"), ("Bar", "Begin")])
def test_a_dead_end_is_noticed(missing, kind):
    coder = Toy(RICH).representation
    allowed = allowed_tokens({**NOTHING, "instruments": "violin"}, coder)
    allowed[coder.known[missing].slice] = False
    assert stuck_behind(coder, Limits(allowed, bars=4), 0)[0] == kind
