"""Our tokens are those of MidiTok's REMI where both are told to write the same; what it wrote is stored."""

from __future__ import annotations

import pytest

from modeloid.music.represent import representation

from ..strategies import columns
from .remi import SPEC, load, ours

STORED = load()


def tokens(spec, stored):
    coder = representation(spec)
    every = coder.vocabulary()
    piece = columns(**{key: stored[key] for key in ("rows", "tracks", "tpq", "meters", "tempos")})
    return [every[token] for token in coder.encode_columns(piece)[0]]


@pytest.mark.parametrize("number", range(len(STORED["pieces"])))
def test_tokens_equal_those_of_miditok(number):
    stored = STORED["pieces"][number]
    assert tokens(SPEC, stored) == [ours(name) for name in stored["tokens"].split()]


def test_the_stored_pieces_ask_for_every_type_of_token_and_for_rounding():
    every = " ".join(stored["tokens"] for stored in STORED["pieces"])
    for kind in ("Bar", "TimeSig", "Position", "Tempo", "Program", "Pitch", "PitchDrum", "Velocity", "Duration"):
        assert f"{kind}_" in every
    assert any(row[1] % (stored["tpq"] / 8) for stored in STORED["pieces"] for row in stored["rows"])
    assert STORED["miditok"]


def test_another_configuration_would_be_seen():
    stored = STORED["pieces"][0]
    expected = [ours(name) for name in stored["tokens"].split()]
    for change in ({"order": "pitch"}, {"velocities": 31}, {"tempos": 31}, {"durations": [[12, 8]]}):
        assert tokens(SPEC | change, stored) != expected
