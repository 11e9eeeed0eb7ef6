"""What the guards of reading cost: our guarded import of POP909 beside symusic's bare parse, on the same cores.

    python benchmarks/music_reading.py [--data FOLDER] [--rounds 7] [--times 5] [--out FILE]

FOLDER holds pop909.zip (default: $MODELOID_SHARED_DATA, else ../shared/data beside the repository). Bare is
`symusic.Score(path)` and nothing else, in one process a core. Ours is `read_files`: child processes, limits, the marks
that find unended notes, columns of everything, tidying, checks, and the way back to the parent. Rounds are interleaved
and pinned to the same cores; rates are medians of wall time over all files read `times` times, so that starting the
children (given by itself) does not hide the rate. Gate: at least a third of the bare rate; exit code 1 below.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from modeloid.cycle.environment import commit, machine
from modeloid.music.columns import Columns
from modeloid.music.read.guarded import read_files

ROOT = Path(__file__).resolve().parents[1]
GATE = 1 / 3
_BARE = """
import sys, time
import symusic
paths = sys.stdin.read().splitlines()
symusic.Score(paths[0])
print("ready", flush=True)
start = time.perf_counter()
for path in paths:
    symusic.Score(path)
print(time.perf_counter() - start, flush=True)
"""


def main() -> int:
    """Run all and store the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("MODELOID_SHARED_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(shared))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "music_reading.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(arguments.data / "pop909.zip") as archive:
            archive.extractall(folder)
        paths = sorted(Path(folder).rglob("*.mid"))
        cores = sorted(os.sched_getaffinity(0))
        counts = [1, 2] if len(cores) > 1 else [1]
        results = [compare(paths, arguments.times, arguments.rounds, cores[:count]) for count in counts]
        os.sched_setaffinity(0, cores)
    for result in results:
        print(json.dumps(result))
    report = {
        "command": " ".join(["python", *sys.argv]),
        "machine": machine(),
        "commit": commit(ROOT),
        "gate": GATE,
        "results": results,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if all(result["ratio"] >= GATE for result in results) else 1


def compare(paths: list[Path], times: int, rounds: int, cores: list[int]) -> dict[str, float]:
    """Both ways on the same cores, in turn."""
    os.sched_setaffinity(0, cores)
    many = paths * times
    bare_s, ours_s, start_s = [], [], []
    for _ in range(rounds):
        bare_s.append(bare(many, len(cores)))
        start_s.append(ours(paths[: len(cores)], len(cores)))
        ours_s.append(ours(many, len(cores)) - start_s[-1])
    ratios = [one / other for one, other in zip(bare_s, ours_s, strict=True)]
    return {
        "cores": len(cores),
        "files": len(many),
        "bare_files_per_s": round(len(many) / statistics.median(bare_s)),
        "ours_files_per_s": round(len(many) / statistics.median(ours_s)),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_lowest": round(min(ratios), 3),
        "ratio_highest": round(max(ratios), 3),
        "start_s": round(statistics.median(start_s), 3),
    }


def bare(paths: list[Path], processes: int) -> float:
    """Seconds that the slowest of so many bare processes takes for its share."""
    running = [
        subprocess.Popen([sys.executable, "-c", _BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for number, process in enumerate(running):
        assert process.stdin is not None
        process.stdin.write("\n".join(str(path) for path in paths[number::processes]))
        process.stdin.close()
    return max(_seconds(process) for process in running)


def _seconds(process: subprocess.Popen[str]) -> float:
    assert process.stdout is not None
    process.stdout.readline()
    seconds = float(process.stdout.readline())
    process.wait()
    return seconds


def ours(paths: list[Path], workers: int) -> float:
    """Seconds of one guarded import, the start of its children included."""
    start = time.perf_counter()
    answers = read_files(paths, workers=workers)
    seconds = time.perf_counter() - start
    assert all(isinstance(answer, Columns) for answer in answers)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
