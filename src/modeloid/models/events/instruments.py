"""Instruments by name: the programs and families of General MIDI (General MIDI System Level 1, 1991)."""

from __future__ import annotations

from collections.abc import Sequence

from modeloid.backends.arguments import WishError

from .nearest import closest

DRUMS = 128
"""The number that stands for drums, as the vocabulary has it."""

FAMILIES: tuple[str, ...] = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass", "reed", "pipe",
    "synth lead", "synth pad", "synth effects", "ethnic", "percussive", "sound effects",
)  # fmt: skip
"""Eight programs each, in order."""

PROGRAMS: tuple[str, ...] = (
    "acoustic grand piano", "bright acoustic piano", "electric grand piano", "honky-tonk piano",
    "electric piano 1", "electric piano 2", "harpsichord", "clavinet",
    "celesta", "glockenspiel", "music box", "vibraphone", "marimba", "xylophone", "tubular bells", "dulcimer",
    "drawbar organ", "percussive organ", "rock organ", "church organ", "reed organ", "accordion", "harmonica",
    "tango accordion",
    "nylon guitar", "steel guitar", "jazz guitar", "clean guitar", "muted guitar", "overdriven guitar",
    "distortion guitar", "guitar harmonics",
    "acoustic bass", "fingered bass", "picked bass", "fretless bass", "slap bass 1", "slap bass 2", "synth bass 1",
    "synth bass 2",
    "violin", "viola", "cello", "contrabass", "tremolo strings", "pizzicato strings", "harp", "timpani",
    "string ensemble 1", "string ensemble 2", "synth strings 1", "synth strings 2", "choir aahs", "voice oohs",
    "synth voice", "orchestra hit",
    "trumpet", "trombone", "tuba", "muted trumpet", "french horn", "brass section", "synth brass 1", "synth brass 2",
    "soprano sax", "alto sax", "tenor sax", "baritone sax", "oboe", "english horn", "bassoon", "clarinet",
    "piccolo", "flute", "recorder", "pan flute", "blown bottle", "shakuhachi", "whistle", "ocarina",
    "square lead", "sawtooth lead", "calliope lead", "chiff lead", "charang lead", "voice lead", "fifths lead",
    "bass and lead",
    "new age pad", "warm pad", "polysynth pad", "choir pad", "bowed pad", "metallic pad", "halo pad", "sweep pad",
    "rain", "soundtrack", "crystal", "atmosphere", "brightness", "goblins", "echoes", "sci-fi",
    "sitar", "banjo", "shamisen", "koto", "kalimba", "bagpipe", "fiddle", "shanai",
    "tinkle bell", "agogo", "steel drums", "woodblock", "taiko drum", "melodic tom", "synth drum", "reverse cymbal",
    "guitar fret noise", "breath noise", "seashore", "bird tweet", "telephone ring", "helicopter", "applause",
    "gunshot",
)  # fmt: skip
"""Names of programs 0 to 127."""


def programs(wished: object) -> frozenset[int]:
    """Program numbers, `DRUMS` for drums, of names, families ("strings"), numbers, or a text of them with commas.

    Raises
    ------
    WishError
        One is unknown; the nearest is named.
    """
    listed: Sequence[object]
    listed = wished.split(",") if isinstance(wished, str) else wished if isinstance(wished, list | tuple) else [wished]
    if not listed:
        raise WishError("no instrument is named", "wish instruments", 'Write for example "violin, cello"')
    return frozenset(number for one in listed for number in _programs(one))


def _programs(one: object) -> Sequence[int]:
    if isinstance(one, str) and one.strip().isdigit():
        one = int(one)
    if isinstance(one, int) and not isinstance(one, bool):
        if not 0 <= one <= DRUMS:
            raise WishError(f"{one} is no program", "wish instruments", f"Programs are 0 to 127, drums {DRUMS}")
        return [one]
    name = " ".join(str(one).lower().split())
    if name == "drums":
        return [DRUMS]
    if name in FAMILIES:
        first = 8 * FAMILIES.index(name)
        return range(first, first + 8)
    if name in PROGRAMS:
        return [PROGRAMS.index(name)]
    raise WishError(f"unknown instrument {one!r}", "wish instruments", closest(name, ("drums", *FAMILIES, *PROGRAMS)))
