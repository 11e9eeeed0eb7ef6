"""Sound, pictures and scores: how fast, ours beside symusic's and other synthesisers in one run.

    python benchmarks/music_render.py FOLDER_OF_ARCHIVES [PIECES_A_SET]

Prints a table and writes results/music_render.json. The folder holds pop909.zip, multi.zip, piano.zip and folk.zip.
Times are CPU seconds of one thread; the runs of one piece by all renderers lie beside one another. "first" is the first
time a piece is rendered, by a synthesiser that has rendered the pieces before it; "again" is the median of three more.
symusic's own plays the same notes without velocities and pedal, and many out of tune; fluidsynth is measured where
pyfluidsynth is installed.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from symusic import core

from modeloid.music.render.roll_png import png, roll_pixels
from modeloid.music.render.roll_svg import roll_svg
from modeloid.music.render.soundfont import soundfont
from modeloid.music.render.synthesiser import Synthesiser
from modeloid.music.score.engrave import score_svg
from modeloid.music.score.musicxml import to_musicxml
from music_data import machine, rounded

RATE_HZ, TAIL_S = 44_100, 1.5
SETS = ("pop909", "multi", "piano")
Render = Callable[[Any], object]


def pieces(archive: Path, count: int) -> list[tuple[str, Any]]:
    """Pieces from all over an archive."""
    with zipfile.ZipFile(archive) as packed:
        names = sorted(name for name in packed.namelist() if name.lower().endswith(".mid"))
        chosen = [names[place] for place in np.linspace(0, len(names) - 1, count).astype(int)]
        return [(name, core.ScoreTick.from_midi(packed.read(name))) for name in chosen]


def renderers(font: Path) -> Iterator[tuple[str, Render]]:
    """Name and function of every synthesiser at hand."""
    ours, theirs = Synthesiser(font, RATE_HZ), core.Synthesizer(str(font), RATE_HZ, 0)
    yield "ours", lambda piece: ours.render(piece, round((piece.to("second").end() + TAIL_S) * RATE_HZ))
    yield "symusic", lambda piece: theirs.render(piece.to("second"), True)
    try:
        importlib.import_module("fluidsynth")
        pretty_midi = importlib.import_module("pretty_midi")
    except (ImportError, OSError):
        print("fluidsynth is not installed: left out")
        return
    import io

    yield (
        "fluidsynth",
        lambda piece: pretty_midi.PrettyMIDI(io.BytesIO(piece.dumps_midi())).fluidsynth(RATE_HZ, str(font)),
    )


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def sound(folder: Path, count: int, font: Path) -> dict[str, Any]:
    """Seconds of music a second of CPU, by set and renderer."""
    figures: dict[str, Any] = {}
    for name in SETS:
        songs = pieces(folder / f"{name}.zip", count)
        length_s = sum(song.to("second").end() for _, song in songs)
        known = list(renderers(font))
        first, again = ({label: 0.0 for label, _ in known} for _ in range(2))
        for _, song in songs:
            for label, render in known:
                first[label] += seconds(lambda song=song, render=render: render(song))
            runs: dict[str, list[float]] = {label: [] for label, _ in known}
            for _ in range(3):
                for label, render in known:
                    runs[label].append(seconds(lambda song=song, render=render: render(song)))
            for label, times in runs.items():
                again[label] += statistics.median(times)
        figures[name] = {
            "pieces": len(songs),
            "music_s": length_s,
            "notes": sum(song.note_num() for _, song in songs),
            "realtime_first": {label: length_s / first[label] for label, _ in known},
            "realtime_again": {label: length_s / again[label] for label, _ in known},
        }
    return figures


def pictures(folder: Path, count: int) -> dict[str, float]:
    """Milliseconds a piece, the median over pieces."""
    songs = [song for _, song in pieces(folder / "folk.zip", count)]
    work: dict[str, Render] = {
        "roll_svg": roll_svg,
        "roll_png": lambda song: png(roll_pixels(song)),
        "musicxml": to_musicxml,
        "score_svg": score_svg,
    }
    return {
        name: 1000 * statistics.median(seconds(lambda song=song, draw=draw: draw(song)) for song in songs)
        for name, draw in work.items()
    }


def main() -> None:
    """Measure, print, store."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12
    font = soundfont()
    result = {
        "command": f"python benchmarks/music_render.py FOLDER {count}",
        "machine": machine(),
        "soundfont": {"name": font.name, "licence": font.licence},
        "sound": sound(folder, count, font.path),
        "milliseconds_a_folk_tune": pictures(folder, 4 * count),
    }
    for name, row in result["sound"].items():
        for kind in ("realtime_first", "realtime_again"):
            print(f"{name:8}{kind:16}", "  ".join(f"{label} {value:.0f}x" for label, value in row[kind].items()))
    print("  ".join(f"{name} {value:.1f} ms" for name, value in result["milliseconds_a_folk_tune"].items()))
    target = Path(__file__).parent / "results" / "music_render.json"
    target.write_text(json.dumps(rounded(result), indent=1) + "\n")


if __name__ == "__main__":
    main()
