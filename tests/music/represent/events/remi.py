"""What our tokens and those of MidiTok's REMI have in common: a configuration of each, and their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIXTURE = Path(__file__).with_name("remi.json")
METERS = list(range(1, 8))
SPEC = {
    "kind": "events",
    "low": 0,
    "high": 128,
    "drums": [0, 128],
    "durations": [[4, 8], [12, 4]],
    "velocities": 32,
    "tempos": 32,
    "tempo_range": [40, 250],
    "meters": [[n, 4] for n in METERS],
    "order": "duration",
}
CONFIG: dict[str, Any] = {
    "pitch_range": (0, 127),
    "drums_pitch_range": (0, 127),
    "beat_res": {(0, 4): 8, (4, 12): 4},
    "num_velocities": 32,
    "num_tempos": 32,
    "tempo_range": (40, 250),
    "use_programs": True,
    "use_tempos": True,
    "use_time_signatures": True,
    "use_pitchdrum_tokens": True,
    "time_signature_range": {4: METERS},
    "delete_equal_successive_tempo_changes": True,
}
"""MidiTok's TokenizerConfig that says what SPEC says."""


def ours(name: str) -> str:
    """Our name of a MidiTok token; durations there are beats.parts.parts a beat, here steps of an eighth quarter."""
    kind, value = name.split("_")
    if kind == "Duration":
        beats, parts, per_beat = map(int, value.split("."))
        return f"Duration_{(beats * per_beat + parts) * 8 // per_beat}"
    if kind == "Program" and value == "-1":
        return "Program_drums"
    renamed = {"Bar": "Bar", "TimeSig": f"Meter_{value}", "PitchDrum": f"Drum_{value}"}
    return renamed.get(kind, name)


def load() -> dict[str, Any]:
    """The stored pieces and what MidiTok made of them (made by benchmarks/music_represent.py --fixture)."""
    return json.loads(FIXTURE.read_text())
