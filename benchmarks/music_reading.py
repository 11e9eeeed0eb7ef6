"""What the guards of reading cost: our guarded import of POP909 beside symusic's bare parse, on the same cores.

    python benchmarks/music_reading.py [--data FOLDER] [--rounds 7] [--times 5] [--out FILE]

FOLDER holds pop909.zip (default: $MODELOID_SHARED_DATA, else ../shared/data beside the repository). Bare is
`symusic.Score(path)` and nothing else, in one process a core. Ours is the guarded children with limits, the marks that
find unended notes, columns of everything, checks, digests, and the way back to the parent: as blocks of many pieces,
which is what the store takes, and as one object a piece (`read_files`). Rounds are interleaved and pinned to the same
cores; figures are medians over all files read `times` times, by wall and by processor time (the honest one on a machine
that others use), without the start of the children, which is given by itself. Gate: blocks at a third of the bare rate
by processor time; exit code 1 below.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from modeloid.cycle.environment import commit, machine
from modeloid.music.columns import Columns
from modeloid.music.read.guarded import read_files, stream_batches

ROOT = Path(__file__).resolve().parents[1]
GATE = 1 / 3
_BARE = """
import sys, time
import symusic
paths = sys.stdin.read().splitlines()
symusic.Score(paths[0])
print("ready", flush=True)
wall, cpu = time.perf_counter(), time.process_time()
for path in paths:
    symusic.Score(path)
print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
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
    return 0 if all(result["blocks_ratio_cpu"] >= GATE for result in results) else 1


def compare(paths: list[Path], times: int, rounds: int, cores: list[int]) -> dict[str, Any]:
    """Both ways on the same cores, in turn."""
    os.sched_setaffinity(0, cores)
    many, count = paths * times, len(cores)
    kinds = {"bare": bare, "start": lambda _, count: blocks(paths[:count], count), "blocks": blocks, "pieces": pieces}
    rows: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    loads = []
    for _ in range(rounds):
        loads.append(round(os.getloadavg()[0], 1))
        for kind, measure in kinds.items():
            rows[kind].append(measure(many, count))
    result: dict[str, Any] = {"cores": count, "files": len(many), "load_before_each_round": loads}
    for kind in ("bare", "blocks", "pieces"):
        starts = [(0.0, 0.0)] * rounds if kind == "bare" else rows["start"]
        net = [[took[part] - start[part] for part in (0, 1)] for took, start in zip(rows[kind], starts, strict=True)]
        result[f"{kind}_files_per_s"] = round(len(many) / statistics.median(wall for wall, _ in net))
        result[f"{kind}_cpu_us_a_file"] = round(1e6 * statistics.median(cpu for _, cpu in net) / len(many))
        for part, name in enumerate(("wall", "cpu")):
            ratios = [base[part] / took[part] for base, took in zip(rows["bare"], net, strict=True)]
            result[f"{kind}_ratio_{name}"] = round(statistics.median(ratios), 3)
    start = [statistics.median(row[part] for row in rows["start"]) for part in (0, 1)]
    return result | {"start_s": round(start[0], 3), "start_cpu_s": round(start[1], 3)}


def bare(paths: list[Path], processes: int) -> tuple[float, float]:
    """Seconds of wall time of the slowest of so many bare processes, and of processor time of all."""
    running = [
        subprocess.Popen([sys.executable, "-c", _BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for number, process in enumerate(running):
        assert process.stdin is not None
        process.stdin.write("\n".join(str(path) for path in paths[number::processes]))
        process.stdin.close()
    times = [_seconds(process) for process in running]
    return max(wall for wall, _ in times), sum(cpu for _, cpu in times)


def _seconds(process: subprocess.Popen[str]) -> tuple[float, float]:
    assert process.stdout is not None
    process.stdout.readline()
    wall, cpu = process.stdout.readline().split()
    process.wait()
    return float(wall), float(cpu)


def blocks(paths: list[Path], workers: int) -> tuple[float, float]:
    """Wall and processor time of one guarded reading as the store takes it, the start of the children included."""

    def read() -> bool:
        return all(not batch.refusals for _, batch in stream_batches(paths, workers=workers))

    return timed(read)


def pieces(paths: list[Path], workers: int) -> tuple[float, float]:
    """As `blocks`, with every piece as an object of its own."""
    return timed(lambda: all(isinstance(answer, Columns) for answer in read_files(paths, workers=workers)))


def timed(call: Callable[[], bool]) -> tuple[float, float]:
    """Seconds of wall and of processor time, ended children included, of a call that must succeed."""
    wall, cpu = time.perf_counter(), _cpu_s()
    good = call()
    took = time.perf_counter() - wall, _cpu_s() - cpu
    assert good
    return took


def _cpu_s() -> float:
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


if __name__ == "__main__":
    sys.exit(main())
