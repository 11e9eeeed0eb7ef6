"""Names of the drums of General MIDI (General MIDI 1, percussion key map)."""

from __future__ import annotations

_FIRST, _LAST = 35, 81
_NAMES = (
    "Low kick, Kick, Side stick, Snare, Clap, Snare 2, Floor tom 2, Closed hat, Floor tom, Pedal hat, Low tom, "
    "Open hat, Mid tom, High mid tom, Crash, High tom, Ride, China, Ride bell, Tambourine, Splash, Cowbell, Crash 2, "
    "Vibraslap, Ride 2, High bongo, Low bongo, Mute conga, High conga, Low conga, High timbale, Low timbale, "
    "High agogo, Low agogo, Cabasa, Maracas, Short whistle, Long whistle, Short guiro, Long guiro, Claves, "
    "High block, Low block, Mute cuica, Open cuica, Mute triangle, Triangle"
)


def drum_name(pitch: int) -> str:
    """The drum at a pitch; "drum 12" where General MIDI has none."""
    place = pitch - _FIRST
    return _NAMES.split(", ")[place] if 0 <= place <= _LAST - _FIRST else f"drum {pitch}"
