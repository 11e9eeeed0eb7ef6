"""Keys by name: a tonic and a scale, as pitch classes."""

from __future__ import annotations

from modeloid.backends.arguments import WishError

from .nearest import closest

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "octatonic": (0, 2, 3, 5, 6, 8, 9, 11),
    "chromatic": tuple(range(12)),
}
"""Name -> semitones above the tonic. "minor" is the natural one."""

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "b": -1}
TONICS = {letter + sign: (step + shift) % 12 for letter, step in _LETTERS.items() for sign, shift in _SIGNS.items()}
"""Name -> pitch class."""


def pitch_classes(key: object) -> frozenset[int]:
    """The pitch classes (C is 0) of a key such as "C major", "F# dorian", "Bb minor pentatonic"; a bare "A" is major.

    Raises
    ------
    WishError
        It is none; the nearest known one is named.
    """
    if not isinstance(key, str) or not key.strip():
        raise WishError(f"{key!r} is no key", "wish key", 'Write for example "C major" or "A harmonic minor"')
    tonic, _, scale = " ".join(key.split()).partition(" ")
    tonic, scale = tonic[0].upper() + tonic[1:], scale.lower() or "major"
    if tonic not in TONICS:
        raise WishError(f"unknown tonic {tonic!r} in {key!r}", "wish key", closest(tonic, TONICS))
    if scale not in SCALES:
        raise WishError(f"unknown scale {scale!r} in {key!r}", "wish key", closest(scale, SCALES))
    return frozenset((TONICS[tonic] + step) % 12 for step in SCALES[scale])
