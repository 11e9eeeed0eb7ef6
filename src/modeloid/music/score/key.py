"""Which key a piece is in, and how its notes are spelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from .grid import Note

# Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization in a spatial representation of
# musical keys", Psychological Review 89 (1982): how well each pitch class fits a major and a minor key of tonic C
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_STEPS = "FCGDAEB"
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_PLACE_OF_C = 1
_MUCH = 0.15


def estimated_key(notes: Iterable[Note]) -> tuple[int, int]:
    """The key whose profile fits best.

    Krumhansl, "Cognitive Foundations of Musical Pitch" (1990), chapter 4: the correlation of each key's profile with
    how long each pitch class sounds; keys of one signature are told apart too.

    Returns
    -------
    Sharps (flats negative), -6 to 5, and 1 where minor; (0, 0) without notes or where all classes sound alike.
    """
    weight = np.zeros(12)
    for note in notes:
        weight[note.pitch % 12] += note.end - note.start
    if np.ptp(weight) == 0:
        return 0, 0
    fits = [
        (float(np.corrcoef(np.roll(profile, tonic), weight)[0, 1]), tonic, minor)
        for minor, profile in enumerate((_MAJOR, _MINOR))
        for tonic in range(12)
    ]
    _, tonic, minor = max(fits, key=lambda fit: fit[0])
    # the relative major's place on the line of fifths
    sharps = (tonic + 3 * minor) * 7 % 12
    return (sharps - 12 if sharps > 5 else sharps), minor


def believable(keys: Sequence[tuple[int, int, int]], notes: Sequence[Note]) -> bool:
    """Whether a piece's keys are meant: many programs write C major where they know no key.

    Returns
    -------
    False without keys, and for C major alone where the estimated key's scale holds much more of the music.
    """
    if [key[1:] for key in keys] != [(0, 0)]:
        return bool(keys)
    return _share(notes, estimated_key(notes)[0]) - _share(notes, 0) < _MUCH


def _share(notes: Sequence[Note], sharps: int) -> float:
    scale = {place * 7 % 12 for place in range(sharps - 1, sharps + 6)}
    inside = sum(note.end - note.start for note in notes if note.pitch % 12 in scale)
    return inside / max(1, sum(note.end - note.start for note in notes))


def spelled(pitch: int, sharps: int, minor: int, leads_to: Iterable[int] = ()) -> tuple[str, int, int]:
    """The name of a note.

    Parameters
    ----------
    pitch
        MIDI number.
    sharps, minor
        The key.
    leads_to
        The pitches that follow: a chromatic note a semitone below one of them is spelled as its leading note, a
        semitone above as its upper neighbour.

    Returns
    -------
    Step "A" to "G", alteration -1 to 1 (double where the key has many accidentals), octave (4 from middle C up).
    """
    # twelve names in a row on the line of fifths: a major key takes in the flat third, a minor one the sharp fourth
    lowest = sharps - 3 + minor
    place = lowest + (pitch * 7 - lowest) % 12
    if not sharps - 1 <= place <= sharps + 5:
        following = {after - pitch for after in leads_to}
        if 1 in following and -1 not in following and place < sharps:
            place += 12
        elif -1 in following and 1 not in following and place > sharps + 6:
            place -= 12
    # names with two accidentals are left to keys that need them
    while place + _PLACE_OF_C > 13 and sharps < 5:
        place -= 12
    while place + _PLACE_OF_C < -7 and sharps > -5:
        place += 12
    step = _STEPS[(place + _PLACE_OF_C) % 7]
    alter = (place + _PLACE_OF_C) // 7
    return step, alter, (pitch - alter - _NATURAL[step]) // 12 - 1


def key_alters(sharps: int) -> dict[str, int]:
    """Step -> what the signature alters it by."""
    if sharps >= 0:
        return dict.fromkeys(_STEPS[:sharps], 1)
    return dict.fromkeys(_STEPS[sharps:], -1)
