"""Synthetic records: complete modeloids' directories as the cycle leaves them, without a cycle, for the report's tests.

`make` writes one, `card` reads who it is, `tell` makes the story. The same arguments give the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modeloid.report import story as stories
from modeloid.report.story import Story

from .contents import DIGEST, METRICS, annotation, data, midi, result

BEGAN_S = 1_700_000_000.0
BREAK_S = 7_200.0


def make(
    directory: Path,
    turns: int = 40,
    quantities: Sequence[str] = ("loss", "gap", "learning_rate"),
    samples: int = 3,
    *,
    pieces: int = 4,
    name: str = "",
    seed: int = 0,
    music: bool = True,
    annotated: bool = True,
    tested: bool = True,
    compared: bool = True,
    shift: float = 0.0,
    best: int | None = None,
    digest: str = DIGEST,
    representation: str = "roll",
) -> Path:
    """Write the directory of a modeloid that was trained, stopped half-way, went on, and was tested.

    Parameters
    ----------
    turns, quantities, samples, pieces
        How many turns; what each logs (the first one is validated too and decides what is best); at how many turns
        pieces were generated, and how many.
    name, seed, digest, representation
        What tells two modeloids apart; the name is the directory's where none is given.
    music, annotated, tested, compared
        False: pieces are .txt files; entries without annotation; no test; a test without a comparison.
    shift
        Added to what the modeloid's pieces show and to its losses: 0 is like real music.
    best
        The turn of the best checkpoint; the last one where not given.

    Returns
    -------
    The directory.
    """
    record = directory / "record"
    record.mkdir(parents=True)
    at = sorted({turns * number // samples for number in range(1, samples + 1)} - {0}) if samples else []
    name, best = name or directory.name, turns if best is None else best
    _lines(record / "log.jsonl", _log(turns, quantities, at, seed, shift, best))
    _lines(record / "journal.jsonl", _journal(turns, at))
    _lines(record / "runs.jsonl", [_run(0, name, digest, seed), _run(turns // 2, name, digest, seed)])
    _document(record / "data.json", data(representation))
    for step in at:
        _sample(record / "samples" / f"step-{step:09d}", step, pieces, seed, music, annotated)
    if tested:
        _sample(record / "samples" / "test", turns, pieces, seed, music, annotated)
        _document(record / "test.json", result(best, shift, digest, compared, quantities[0], pieces))
    _standing(directory, name, seed, turns, best, _loss(best, turns, best, seed) + shift, quantities[0], representation)
    return directory


def card(directory: Path) -> dict[str, Any]:
    """What `modeloid.app.show` says of a synthetic modeloid."""
    return {"directory": str(directory), **json.loads((directory / "card.json").read_text())}


def tell(directory: Path, **more: Any) -> Story:
    """The story of a synthetic modeloid, made where it is not there; `more` is what `make` takes."""
    if not (directory / "record").exists():
        make(directory, **more)
    return stories.tell(directory, card(directory))


def _loss(step: int, turns: int, best: int, seed: int) -> float:
    fall = 1.0 + 2.0 * math.exp(-4.0 * step / max(turns, 1)) + 0.01 * math.sin(step + seed)
    return fall + max(0, step - best) / max(turns, 1)


def _log(
    turns: int, quantities: Sequence[str], at: Sequence[int], seed: int, shift: float, best: int
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [{"schema": 1, "what": "modeloid log"}]
    every = max(1, turns // 10)
    for step in range(1, turns + 1):
        first = _loss(step, turns, turns, seed) + shift
        more = {name: round(math.cos(step / (place + 3.0)), 6) for place, name in enumerate(quantities[1:])}
        lines.append({"step": step, "train": {quantities[0]: first, **more}})
        if step % every == 0 or step in (turns, best):
            lines.append({"step": step, "valid": {quantities[0]: _loss(step, turns, best, seed) + shift + 0.05}})
        if step in at:
            made = {key: real + shift + (turns - step) / turns for key, (_, real, _, _) in METRICS.items()}
            lines.append(
                {"step": step, "judge": {**made, **{f"data/{key}": real for key, (_, real, _, _) in METRICS.items()}}}
            )
    return lines


def _journal(turns: int, at: Sequence[int]) -> list[dict[str, Any]]:
    """Two runs of a second a turn, with a break between them."""
    half, lines = turns // 2, []
    for first, last, late in ((0, half, 0.0), (half, turns, BREAK_S)):
        begin = BEGAN_S + late
        lines.append({"time": begin + first, "step": first, "what": "start", "new": first == 0})
        if first:
            notice = "the newest checkpoint was damaged: fell back"
            lines.append({"time": begin + first, "step": first, "what": "notice", "text": notice})
        for step in range(first + 1, last + 1):
            now = {"time": begin + step, "step": step}
            if step % max(1, turns // 8) == 0:
                lines.append({**now, "what": "speed", "turns_per_s": 1.0, "memory_mb": 70.0 + step / turns})
            if step in at:
                lines.append({**now, "what": "generate", "seconds": 0.25})
        name = f"step-{last:09d}"
        lines.append({"time": begin + last, "step": last, "what": "save", "name": name, "seconds": 0.125})
        done = (
            {"status": "done", "reason": "last turn"} if last == turns else {"status": "stopped", "reason": "SIGTERM"}
        )
        lines.append({"time": begin + last, "step": last, "what": "end", **done, "memory_mb": 71.0})
    return lines


def _run(step: int, name: str, digest: str, seed: int) -> dict[str, Any]:
    return {
        "time": BEGAN_S + (step + BREAK_S if step else 0.0),
        "step": step,
        "argv": ["modeloid", "train", name],
        "commit": "c0ffee" * 6 + "abcd",
        "model": {"module": "modeloid.models.rbm", "distribution": "modeloid", "version": "0.1.0"},
        "machine": {"processor": "Synthetic", "cores": 2, "memory_gib": 4.0, "python": "3.11.7"},
        "environment": {"numpy": "2.0.0", "threads": "1", "device": "cpu", "processes": 1},
        "cycle": {"seed": seed, "batch": 16},
        "data": digest,
        "licences": ["chorales: CC0-1.0", "tunes: CC-BY-4.0"],
    }


def _sample(directory: Path, step: int, pieces: int, seed: int, music: bool, annotated: bool) -> None:
    directory.mkdir(parents=True)
    entries = []
    for number in range(pieces):
        file = f"{number:02d}.mid" if music else f"{number:02d}.txt"
        (directory / file).write_bytes(midi(number, step) if music else f"piece {number}\n".encode())
        entry = {"files": [file], "seed": seed, "address": ["sample", number], "wishes": {"temperature": 0.9}}
        entries.append(entry | ({"annotation": annotation(number, music)} if annotated else {}))
    _document(directory / "index.json", {"schema": 1, "pieces": entries})


def _standing(
    directory: Path, name: str, seed: int, turns: int, best: int, value: float, quantity: str, representation: str
) -> None:
    about = {
        "id": f"00000000-0000-7000-8000-{seed:012d}",
        "name": name,
        "authors": ["A. Nobody"],
        "doc": "A synthetic modeloid: it was never trained.",
        "model": {"framework": "numpy", "hidden": [8], "group": 4},
        "data": {"domain": "music", "sets": ["chorales", "tunes"], "representation": {"kind": representation}},
        "cycle": {"seed": seed, "batch": 16, "last": f"{turns}t", "best": f"min valid/{quantity}"},
    }
    text = "".join(f"{key} = {value!r}\n" for key, value in about.items())
    (directory / "mconfig.py").write_text(f"from modeloid.models.rbm import load_model\n\n{text}")
    found = {"step": best, "value": value + 0.05, "quantity": f"valid/{quantity}", "sign": -1}
    checkpoint = directory / "state" / f"step-{turns:09d}"
    checkpoint.mkdir(parents=True)
    _document(checkpoint / "cycle.json", {"state": {"step": turns, "best": found}})
    standing = {"step": turns, "best": found, "checkpoints": [checkpoint.name], "parent": {}}
    source = {"module": "modeloid.models.rbm", "distribution": "modeloid", "version": "0.1.0"}
    plain = {"plain": True, "trusted": True, "fault": "", "source": source}
    _document(directory / "card.json", {**about, **plain, **standing})


def _document(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    path.write_text(text, encoding="utf-8")
