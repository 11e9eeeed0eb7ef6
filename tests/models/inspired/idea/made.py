"""Songs made by rule, each with ideas of its own: chords, a texture, a lead."""

import numpy as np

from modeloid.music.represent.parts import BAR_STEPS, ONSET, PART, PITCH, VELOCITY, Excerpts, cut, in_order

DRUMS = (0,)
LEAD, KEYS = 1, 2
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def a_song(seed, bars=32):
    """Rows of drums, lead and keys: four chords and three patterns all the way, a lead that goes anywhere."""
    draw = np.random.default_rng(seed)
    roots = draw.integers(0, 7, 4)
    lead_steps, key_steps, drum_steps = (
        np.sort(draw.choice(16, size, replace=False)) for size in (draw.integers(3, 9), draw.integers(1, 7), 3)
    )
    leap, key = int(draw.integers(1, 5)), int(draw.integers(-5, 6))
    notes, place = [], 35
    for bar in range(bars):
        first = bar * BAR_STEPS
        for step in lead_steps:
            place = int(np.clip(place + draw.integers(-leap, leap + 1), 30, 42))
            notes.append((first + step, 1, 12 * (place // 7) + _SCALE[place % 7] + key, 90, LEAD))
        for voice in (0, 2, 4):
            tone = 28 + roots[bar % 4] + voice
            notes += [(first + step, 2, 12 * (tone // 7) + _SCALE[tone % 7] + key, 70, KEYS) for step in key_steps]
        notes += [(first + step, 1, (36, 38, 42)[kind], 80, 0) for kind, step in enumerate(drum_steps)]
    return in_order(np.array(notes, np.int64))


def a_slice(seed, first_bar=0):
    return cut(a_song(seed), first_bar, 8)


def a_batch(seeds, bars=32):
    songs = [a_song(seed, bars) for seed in seeds]
    n = len(songs)
    return Excerpts(
        np.concatenate(songs),
        np.cumsum([0, *map(len, songs)]),
        np.arange(n),
        np.zeros(n, np.int64),
        np.full(n, bars),
        np.full(n, 100.0),
        np.full(n, bars),
    )


def changed(rows, **columns):
    """The rows with some columns replaced: by a number for all notes, or an array."""
    found = rows.copy()
    for name, values in columns.items():
        found[:, {"onset": ONSET, "pitch": PITCH, "velocity": VELOCITY, "part": PART}[name]] = values
    return found


def transposed(rows, by):
    return changed(rows, pitch=rows[:, PITCH] + by * ~np.isin(rows[:, PART], DRUMS))
