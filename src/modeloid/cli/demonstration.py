"""`modeloid demo`: real Bach from the data to a page with sound; run again, it goes on or says that it is done."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modeloid import app as library
from modeloid.cli.progress import shown

PIECES = 8
SHORT = (
    "likelihood nll_per_step",
    "loss loss",
    "judge polyphony",
    "judge pitch_class_entropy",
    "judge scale_consistency",
    "judge notes_per_beat",
    "judge note_length_beats",
    "judge longest_run",
)
"""The rows of the test that end the demo; the page has them all."""


def run(directory: Path) -> int:
    """Create, train, validate, sample, test and report `bach-rbm` below `directory`.

    Returns
    -------
    The exit code: 0 when done, 75 when stopped and resumable.
    """
    target = directory / "bach-rbm"
    if (target / "mconfig.py").exists():
        print(f"{target} is there; going on from where it stands.")
    else:
        print("Reading Bach's chorales; the first time this takes a minute.", flush=True)
        library.create("rbm", target, name="bach-rbm")
    with shown() as watcher:
        outcome = library.train(target, watchers=(watcher,), say=_note)
    if outcome.status == "stopped":
        print(f"Stopped at turn {outcome.step} ({outcome.reason}). Run it again to go on.")
        return outcome.exit_code
    did = f"{outcome.turns} turns" if outcome.turns else "it was trained already; nothing was repeated"
    print(f"Trained to turn {outcome.step}: {did}.")
    files = _pieces(target)
    (page,) = library.report(target)
    print("\n".join(_table(outcome.test or {}, files)))
    print(f"Open {page.resolve()}")
    return outcome.exit_code


def _pieces(target: Path) -> list[Path]:
    missing = library.sound_missing()
    if missing:
        print(f"No .wav files: {missing}", file=sys.stderr)
    else:
        print(f"sound: {library.sound_font()}", file=sys.stderr)
    formats = ("mid",) if missing else ("mid", "wav")
    made = library.recipe(target)
    return library.write(library.sample(target, PIECES), target / "report" / "pieces", formats, recipe=made)


def _table(test: Mapping[str, Any], files: list[Path]) -> list[str]:
    rows = [f"{'test of the best weights':40}{'modeloid':>12}{'real pieces':>14}"]
    for name, made, real in library.tested(test):
        if name in SHORT:
            rows.append(f"  {name:38}{made:12.4g}" + ("" if real is None else f"{real:14.4g}"))
    kinds = ", ".join(sorted({path.suffix for path in files}))
    return [*rows, f"{PIECES} pieces ({kinds}) in {files[0].parent}"]


def _note(text: str) -> None:
    print(f"data: {text}", file=sys.stderr)
