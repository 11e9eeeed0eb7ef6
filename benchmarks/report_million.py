"""A report of a very long run: seconds and memory that the page of a million turns takes.

    python benchmarks/report_million.py [--turns 1000000] [--rounds 3] [--to html]

The record is made in a temporary modeloid by the cycle's own writers: every turn logs what the RBM logs, every
thousandth is validated and leaves a line in the journal. `modeloid report` then runs in a child of its own. Wall and
processor seconds are medians of the rounds, memory is the most that any child held; the wall clock says something on
a quiet machine only, so the load before each round stands beside.
Prints and writes benchmarks/results/report_million.json.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from modeloid.cycle.environment import commit, machine
from modeloid.cycle.log import Log, append
from modeloid.directory.create import create

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "report_million.json"
EVERY = 1000


def make(directory: Path, turns: int) -> None:
    """Write a modeloid and its record of so many turns."""
    create(
        directory,
        name="long",
        authors=[],
        doc="A run that never was: only its record counts.",
        module="modeloid.models.rbm",
        model={"framework": "numpy"},
        data={"domain": "music"},
        cycle={"seed": 0},
    )
    log = Log(directory / "record" / "log.jsonl", None)
    for turn in range(1, turns + 1):
        loss = 1.0 + 2.0 * math.exp(-4.0 * turn / turns) + 0.01 * math.sin(turn)
        log.write(
            turn, "train", {"gap": loss / 3, "layer": 0.0, "learning_rate": 1.0 / turn, "weight": math.sqrt(turn)}
        )
        if turn % EVERY == 0:
            log.write(turn, "valid", {"loss": loss, "reconstruction": loss / 2})
            journal = {"step": turn, "what": "speed", "turns_per_s": 100.0, "memory_mb": 70.0}
            append(directory / "record" / "journal.jsonl", journal)
    log.close()


def rendered(directory: Path, to: str, into: Path) -> dict[str, float]:
    """Wall and processor seconds of one `modeloid report` in a child, and the most memory it held, MB."""
    command = [sys.executable, "-m", "modeloid", "report", str(directory), "--to", to, "--into", str(into)]
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # wait4 and not getrusage(RUSAGE_CHILDREN): that one holds the most of all children there ever were
    _, status, used = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} ended with exit status {child.returncode}")
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"wall_s": wall_s, "cpu_s": used.ru_utime + used.ru_stime, "peak_mb": peak}


def measure(turns: int, rounds: int, to: str) -> dict[str, Any]:
    """All figures of a record of so many turns."""
    with tempfile.TemporaryDirectory() as place:
        directory, into = Path(place) / "long", Path(place) / "report"
        make(directory, turns)
        loads, runs = [], []
        for _ in range(rounds):
            loads.append(round(os.getloadavg()[0], 1))
            runs.append(rendered(directory, to, into))
        log = directory / "record" / "log.jsonl"
        return {
            "turns": turns,
            "log_mb": round(log.stat().st_size / 2**20, 1),
            "report_mb": round(sum(path.stat().st_size for path in into.rglob("*") if path.is_file()) / 2**20, 2),
            "wall_s": round(median(run["wall_s"] for run in runs), 2),
            "cpu_s": round(median(run["cpu_s"] for run in runs), 2),
            "peak_mb": round(max(run["peak_mb"] for run in runs)),
            "wall_s_of_each_round": [round(run["wall_s"], 2) for run in runs],
            "load_before_each_round": loads,
        }


def main() -> None:
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--to", default="html")
    parser.add_argument("--out", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    command = f"python benchmarks/report_million.py --turns {chosen.turns} --rounds {chosen.rounds} --to {chosen.to}"
    found = measure(chosen.turns, chosen.rounds, chosen.to)
    result = {"command": command, "machine": machine(), "commit": commit(ROOT), **found}
    text = json.dumps(result, indent=1) + "\n"
    print(text, end="")
    chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
