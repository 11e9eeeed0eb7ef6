"""Which soundfont to render with, and under what licence it stands."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import NoSoundfont

VARIABLE = "MODELOID_SOUNDFONT"
FOLDERS = (
    Path("/usr/share/sounds/sf2"),
    Path("/usr/share/sounds/sf3"),
    Path("/usr/share/soundfonts"),
    Path("/usr/local/share/sounds/sf2"),
    Path("/usr/local/share/soundfonts"),
)
"""Where distributions and people put soundfonts."""

_KNOWN = (
    ("fluidr3", "Fluid R3 GM by Frank Wen", "MIT"),
    ("timgm6mb", "TimGM6mb by Tim Brechbill", "GPL-2"),
    ("musescore_general", "MuseScore General by S. Christian Collins", "MIT"),
    ("generaluser", "GeneralUser GS by S. Christian Collins", "GeneralUser GS licence 2.0: free for any use"),
    ("freepats", "FreePats General MIDI", "GPL-3 with an exception for music"),
)
"""How the file's name begins -> name, licence; the better sounding first."""
_UNKNOWN = "not known here: see the soundfont's own notes"


@dataclass(frozen=True)
class Soundfont:
    """A soundfont: where it lies, what it is called, and under what licence it stands."""

    path: Path
    name: str
    licence: str


def soundfont() -> Soundfont:
    """The soundfont that ``$MODELOID_SOUNDFONT`` names, else one of the system's, else pretty_midi's TimGM6mb.

    In `FOLDERS` the fonts whose licence is known go first, in the order Fluid R3, TimGM6mb, MuseScore General,
    GeneralUser, FreePats; then the others, by name. A font is used where it lies, and never shipped.

    Raises
    ------
    NoSoundfont
        The named file is absent, or there is none at all.
    """
    named = os.environ.get(VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise NoSoundfont("there is no such soundfont", path, f"Correct the environment variable {VARIABLE}.")
        return _described(path)
    found = next(_installed(), None)
    if found is not None:
        return _described(found)
    advice = (
        "Install one: pip install 'modeloid[audio]', or on Debian apt install timgm6mb-soundfont, "
        f"or name a .sf2 or .sf3 file in {VARIABLE}."
    )
    raise NoSoundfont("no soundfont to render with", "sound", advice)


def _installed() -> Iterator[Path]:
    fonts = [path for folder in FOLDERS for path in sorted(folder.glob("*.sf[23]")) if path.is_file()]
    yield from sorted(fonts, key=_rank)
    spec = importlib.util.find_spec("pretty_midi")
    if spec is not None and spec.origin is not None:
        yield from Path(spec.origin).parent.glob("TimGM6mb.sf2")


def _rank(path: Path) -> tuple[int, str]:
    places = [place for place, (start, _, _) in enumerate(_KNOWN) if path.stem.lower().startswith(start)]
    return (places[0] if places else len(_KNOWN), path.name)


def _described(path: Path) -> Soundfont:
    place, _ = _rank(path)
    if place == len(_KNOWN):
        return Soundfont(path, path.stem, _UNKNOWN)
    _, name, licence = _KNOWN[place]
    return Soundfont(path, name, licence)
