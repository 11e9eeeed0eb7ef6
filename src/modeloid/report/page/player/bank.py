"""The vendored instruments that a page needs, with the most played ones first."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .entry import Entry

FOLDER = Path(__file__).parents[1] / "vendor" / "fluidr3mono"
MOST_BYTES = 420_000
_STAND_IN = "piano"


def needed(entries: Iterable[Entry], most_bytes: int = MOST_BYTES) -> list[str]:
    """Names of the instruments to carry; those that do not fit into `most_bytes` are played by the piano."""
    counts: Counter[str] = Counter()
    for made in entries:
        if made.about["kind"] == "music":
            names = [name for _, _, _, name in made.about["tracks"]]
            counts.update(names[track] for track in made.about["track"])
    found: list[str] = []
    left = most_bytes
    # the piano goes first: it plays for those that are left out
    for name, _ in sorted(counts.items(), key=lambda item: (item[0] != _STAND_IN, -item[1], item[0])):
        size = (FOLDER / f"{name}.ogg").stat().st_size
        if size <= left:
            found.append(name)
            left -= size
    return found if not counts or _STAND_IN in found or len(found) == len(counts) else [_STAND_IN, *found]


def blocks(names: Iterable[str]) -> str:
    """HTML: the instruments' zones as JSON, and the sound of each in a block of its own."""
    about: dict[str, Any] = json.loads((FOLDER / "bank.json").read_text(encoding="utf-8"))
    chosen = {name: about[name]["zones"] for name in names}
    sounds = "".join(
        f'<script type="text/plain" id="sound-{name}">'
        f"{base64.b64encode((FOLDER / f'{name}.ogg').read_bytes()).decode()}</script>"
        for name in chosen
    )
    return f'<script type="application/json" id="sound-zones">{json.dumps(chosen)}</script>{sounds}'


def notice(names: Sequence[str]) -> str:
    """HTML: whose the sounds are; their licence asks that it goes with every copy. "" where there are none."""
    if not names:
        return ""
    text = escape((FOLDER / "LICENCE.txt").read_text(encoding="utf-8"))
    return (
        f'<details class="sounds"><summary>The sounds: Fluid R3 Mono, MIT licence</summary><p>What is synthesised here '
        f"sounds with samples cut from this soundfont; one instrument stands for each family of General MIDI.</p>"
        f'<pre tabindex="0">{text}</pre></details>'
    )
