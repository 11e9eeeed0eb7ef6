"""What a synthetic record holds whatever its turns: pieces, their annotations, data, test, comparison."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

METRICS = {
    "pitch_range": ("semitones", 31.0, 29.5, 32.5),
    "polyphony": ("notes", 3.9, 3.8, 4.0),
    "groove_consistency": ("", 0.81, 0.79, 0.83),
}
"""Name -> unit, what real pieces show, and the interval of that."""
DIGEST = "9bfd" * 16
_WALK = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2)


def data(representation: str = "roll") -> dict[str, Any]:
    """The content of `data.json`."""
    return {
        "schema": 1,
        "sets": [
            {
                "name": "chorales",
                "licence": "CC0-1.0",
                "citation": "A. Nobody",
                "pieces": 90,
                "notes": 9000,
                "weight": 1.0,
            },
            {"name": "tunes", "licence": "CC-BY-4.0", "citation": "", "pieces": 10, "notes": 700, "weight": 2.0},
        ],
        "licence": "CC-BY-4.0",
        "split": "groups",
        "digest": DIGEST,
        "varied": {"transpose": [0, 0]},
        "parts": {part: {"pieces": n, "items": 2 * n} for part, n in (("train", 80), ("valid", 10), ("test", 10))},
        "representation": {"kind": representation, "steps_per_beat": 4},
        "losses": {"notes": 0.01},
        "padded": 0,
        "refused": [{"file": "broken.mid", "reason": "no header"}],
        "silent": [{"file": "hush.mid", "reason": "holds no notes"}],
        "left_out": [{"piece": "short", "reason": "shorter than a window"}],
    }


def result(best: int, shift: float, digest: str, compared: bool, quantity: str, pieces: int) -> dict[str, Any]:
    """The content of `test.json`."""
    judged = {key: real + shift for key, (_, real, _, _) in METRICS.items()}
    told = {f"data/{key}": real for key, (_, real, _, _) in METRICS.items()}
    found: dict[str, Any] = {
        "schema": 1,
        "checkpoint": f"step-{best:09d}",
        "step": best,
        "data": digest,
        "loss": {quantity: 1.25 + shift},
        "likelihood": {
            "nll_per_step": 0.75 + shift,
            "nll_per_step_se": 0.02,
            "nll_per_step_mean_of_items": 0.8 + shift,
            "nll_per_step_mean_of_items_se": 0.03,
            "steps": 6400.0,
            "items": 100.0,
        },
        "judge": {**judged, **told, "longest_run": 5.0, "data/longest_run": 8.0, "silent": 0.0},
    }
    return found | ({"comparison": comparison(shift, pieces)} if compared else {})


def comparison(shift: float, pieces: int) -> dict[str, Any]:
    """`test.json`'s comparison: distances are the shift, floors a tenth."""
    metrics = [
        {
            "name": key,
            "doc": f"The {key.replace('_', ' ')} of a piece.",
            "unit": unit,
            "made": real + shift,
            "made_low": real + shift - 0.2,
            "made_high": real + shift + 0.2,
            "real": real,
            "real_low": low,
            "real_high": high,
            "wasserstein": 0.1 + number * shift,
            "wasserstein_low": max(0.0, 0.05 + number * shift - 0.1),
            "wasserstein_high": 0.2 + number * shift,
            "scale": 1.0,
            "floor": 0.1,
            "floor_high": 0.2,
            "overlap": max(0.0, 0.9 - shift / 10),
            "verdict": "apart" if 0.05 + number * shift - 0.1 > 0.2 else "like real",
        }
        for number, (key, (unit, real, low, high)) in enumerate(METRICS.items(), 1)
    ]
    frechet = {"name": "frechet", "value": 1.0 + shift, "low": 0.8 + shift, "high": 1.2 + shift, "floor": 1.0}
    return {
        "count": pieces,
        "silent": 0,
        "real_count": 50,
        "length_beats": 16,
        "metrics": metrics,
        "distances": [{**frechet, "floor_high": 1.5}],
        "originality": {
            "longest_run": {"made": 5.0, "made_max": 9, "real": 8.0, "real_max": 21},
            "copied": {"made": 0.02, "made_max": 0.1, "real": 0.11, "real_max": 0.5},
        },
    }


def midi(number: int, step: int = 0) -> bytes:
    """A small file of two tracks, four bars of 4/4 at 120: a melody of eighths over half notes of a bass."""
    melody = [60 + _WALK[(beat + number + step) % len(_WALK)] for beat in range(32)]
    bass = [36 + _WALK[(2 * bar + number) % 7] for bar in range(8)]
    tempo = b"\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x58\x04\x04\x02\x18\x08"
    tracks = [tempo, _notes(b"melody", 0, melody, 240), _notes(b"bass", 1, bass, 960)]
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), 480)
    return head + b"".join(_chunk(track) for track in tracks)


def _notes(name: bytes, channel: int, pitches: Sequence[int], ticks: int) -> bytes:
    parts = [b"\x00\xff\x03", bytes([len(name)]), name, bytes([0, 0xC0 | channel, 0 if channel == 0 else 32])]
    for pitch in pitches:
        parts += [bytes([0, 0x90 | channel, pitch, 80]), _variable(ticks), bytes([0x80 | channel, pitch, 0])]
    return b"".join(parts)


def _variable(ticks: int) -> bytes:
    return bytes([0x80 | ticks >> 7, ticks & 0x7F]) if ticks > 127 else bytes([ticks])


def _chunk(events: bytes) -> bytes:
    events += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(events)) + events


def annotation(number: int, music: bool) -> dict[str, Any]:
    """What the domain says of one piece."""
    if not music:
        return {"metrics": {"ink": 0.25 + number / 100}}
    notes = [[0.5 * place, 0.5, 60 + pitch] for place, pitch in enumerate(_WALK[:6])]
    passage = {
        "length": len(notes),
        "made": {"bar": 1 + number, "beat": 1, "notes": notes},
        "trained": {"piece": "chorale 7", "bar": 3, "beat": 2, "notes": [[a, b, c - 2] for a, b, c in notes]},
    }
    return {
        "metrics": {"pitch_range": 12.0 + number, "polyphony": 2.0, "groove_consistency": 0.9},
        "length_s": 8.0,
        "tempo": 120.0,
        "tracks": [
            {"name": "melody", "program": 0, "drum": False, "notes": 32},
            {"name": "bass", "program": 32, "drum": False, "notes": 8},
        ],
        "originality": {
            "longest_run": 6 + number,
            "copied": 0.05 * number,
            "nearest": "chorale 7",
            "nearest_share": 0.125,
            "passage": passage,
        },
    }


def _set(name: str, licence: str, pieces: int, weight: float) -> dict[str, Any]:
    counts = {"pieces": pieces, "notes": 100 * pieces, "seconds": 60.0 * pieces, "weight": weight}
    return {"name": name, "licence": licence, "citation": "A. Nobody", "url": "https://example.org", **counts}
