"""Small modeloids and songs made by rule, for the tests of the family."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import inspired
from modeloid.music.represent import Augmentation, representation
from modeloid.music.represent.parts import ONSET, PITCH, VELOCITY, in_order

SPEC = {"kind": "parts", "window_bars": 16, "parts": ["drums", "lead", ["keys", 0, 127]]}
TINY = {
    "idea_turns": 2,
    "idea_width": 8,
    "members": 3,
    "plan_width": 16,
    "note_width": 16,
    "note_excerpts": 2,
    "warm_turns": 1,
    "planned_turns": 1000,
    "average": 0.5,
    "line_pairs": 10,
    "usual_bars": 4,
}
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def a_song(seed=0, bars=32):
    """Rows: chords on the keys, a lead of its own rhythm, some drums; loudness by the bar."""
    draw = np.random.default_rng(seed)
    roots, steps = draw.integers(0, 7, 4), np.sort(draw.choice(np.arange(0, 16, 2), 4, replace=False))
    notes = []
    for bar in range(bars):
        root, loud = roots[bar % 4], 60 + 5 * (bar % 8)
        for voice in (0, 2, 4):
            place = root + voice
            notes.append((16 * bar, 8, 48 + 12 * (place // 7) + _SCALE[place % 7], loud, 2))
        for step in steps:
            place = int(draw.integers(0, 10))
            notes.append((16 * bar + step, 2, 72 + 12 * (place // 7) + _SCALE[place % 7], loud + 10, 1))
        notes += [(16 * bar, 1, 36, 90, 0), (16 * bar + 8, 1, 38, 80, 0)]
    rows = in_order(np.array(notes, np.int64))
    rows[:, PITCH] += (rows[:, 4] > 0) * int(draw.integers(-3, 4))
    rows[:, VELOCITY] = np.clip(rows[:, VELOCITY], 1, 127)
    return rows


def coder():
    return representation(SPEC)


def columns_of(rows):
    from modeloid.music.columns import from_score

    return from_score(coder().decode(rows))


class Songs:
    """A domain of songs by rule, whose pieces are scores."""

    digest, licences = "songs", ("made up",)

    def __init__(self, count=12):
        self.representation = coder()
        parts = {"train": range(count), "valid": range(100, 104), "test": range(200, 204)}
        self._items = {
            part: self.representation.prepare([columns_of(a_song(seed)) for seed in seeds], Augmentation())
            for part, seeds in parts.items()
        }

    def size(self, part):
        return len(self._items[part])

    def batch(self, part, indices, rng):
        items = self._items[part]
        return items.moved(indices, rng) if part == "train" else items.still(indices)

    def write(self, piece, stem, formats=(), recipe=None):
        path = Path(stem).with_suffix(".mid")
        piece.dump_midi(path)
        return [path]

    def judge(self, pieces, part):
        return {"notes": float(np.mean([piece.note_num() for piece in pieces]))}


def a_batch(n=6, seed=0):
    songs = Songs()
    return songs.batch("train", np.arange(n) % songs.size("train"), Rng(seed).at("item"))


def a_card(seed=0, **parameters) -> Card:
    model = inspired.make(SimpleNamespace(representation=coder()), {**TINY, **parameters})
    cycle = {"seed": seed, "batch": 6, "best": "min valid/loss"}
    data = {"domain": "toy", "representation": SPEC}
    return Card(Path(), "id", "tiny", ("a",), "doc", model, data, cycle, inspired.load_model)


def a_modeloid(state=None, seed=0, **parameters):
    return inspired.load_model(a_card(seed, **parameters), state, Alone())


def trained(turns=6, seed=0, **parameters):
    modeloid, songs = a_modeloid(seed=seed, **parameters), Songs()
    for turn in range(turns):
        rng = Rng(seed).at("train", turn)
        modeloid.train(songs.batch("train", np.arange(8) * 2 + turn % 2, rng.at("item")), rng)
    return modeloid


def a_score(seed=300, bars=16):
    rows = a_song(seed, bars)
    return coder().decode(rows[rows[:, ONSET] < 16 * bars])
