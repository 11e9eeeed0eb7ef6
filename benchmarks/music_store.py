"""The store: how fast a folder is imported beside symusic's bare parsing, and how long opening takes at any size.

    python benchmarks/music_store.py [--data DIR] [--pieces N] [--rounds R]

`--data` holds pop909.zip (else that part is left out). Prints and writes benchmarks/results/music_store.json.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median

import numpy as np

from modeloid.music.columns import NOTE_COLUMNS, Columns
from modeloid.music.datasets import data_set
from modeloid.music.read.guarded import read_files
from modeloid.music.store.build import open_corpus
from modeloid.music.store.cache import make
from modeloid.music.store.corpus import Corpus
from modeloid.music.store.merge import merge
from modeloid.music.store.pack import Named
from modeloid.music.store.shards import Shards

RESULTS = Path(__file__).parent / "results" / "music_store.json"
COPIES = 10
NOTES = 16

BARE = """
import sys, time
from symusic.core import ScoreTick
paths = sys.stdin.read().split()
print("ready", flush=True)
begin = time.perf_counter()
for path in paths:
    with open(path, "rb") as file:
        ScoreTick.from_midi(file.read())
print(time.perf_counter() - begin)
"""

OPEN = """
import resource, sys, time
from pathlib import Path
from modeloid.music.store.corpus import Corpus
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begin = time.perf_counter()
corpus = Corpus(Path(sys.argv[1]))
opened = time.perf_counter()
corpus.columns(len(corpus) // 2)
piece = time.perf_counter()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((opened - begin) * 1e3, (piece - opened) * 1e3, after - before)
"""


def bare_rate(paths: list[Path], workers: int) -> float:
    """Files a second that so many processes parse with symusic alone, nothing kept."""
    parts = [paths[number::workers] for number in range(workers)]
    command = [sys.executable, "-c", BARE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in parts]
    for process, part in zip(running, parts, strict=True):
        process.stdin.write("\n".join(map(str, part)))
        process.stdin.close()
    times = [float(process.stdout.read().split()[-1]) for process in running]
    for process in running:
        process.wait()
    return len(paths) / max(times)


def timed(call) -> float:
    """Seconds that a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def cpu_s() -> float:
    """Processor seconds that this process and its ended children took."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def imports(archive: Path, rounds: int) -> dict[str, object]:
    """Importing clean files, every guard on, beside bare parsing on the same cores; medians of interleaved rounds."""
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "music"
        for copy in range(COPIES):
            with zipfile.ZipFile(archive) as packed:
                names = [name for name in packed.namelist() if name.endswith(".mid")]
                packed.extractall(folder / str(copy), names)
        paths = sorted(folder.rglob("*.mid"))
        rows: dict[str, list[float]] = {"bare": [], "import": [], "start": [], "bare_cpu": [], "import_cpu": []}
        for number in range(rounds):
            os.environ["MODELOID_HOME"] = f"{place}/home-{number}"
            marks = [cpu_s()]
            rows["bare"].append(bare_rate(paths, cores))
            marks.append(cpu_s())
            rows["import"].append(timed(lambda: open_corpus(data_set(f"folder:{folder}"))))
            marks.append(cpu_s())
            rows["bare_cpu"].append((marks[1] - marks[0]) / len(paths))
            rows["import_cpu"].append((marks[2] - marks[1]) / len(paths))
            # what a call costs that reads next to nothing: the children start
            rows["start"].append(timed(lambda: read_files(paths[:cores])))
            shutil.rmtree(f"{place}/home-{number}")
    whole = len(paths) / median(rows["import"])
    ratios = [len(paths) / took / bare for took, bare in zip(rows["import"], rows["bare"], strict=True)]
    return {
        "files": len(paths),
        "cores": cores,
        "bare_files_s": round(median(rows["bare"])),
        "import_files_s": round(whole),
        "start_s": round(median(rows["start"]), 3),
        "import_to_bare": round(median(ratios), 3),
        "bare_cpu_us_a_file": round(1e6 * median(rows["bare_cpu"])),
        "import_cpu_us_a_file": round(1e6 * median(rows["import_cpu"])),
        "target": 0.333,
    }


def synthetic(place: Path, pieces: int) -> Path:
    """A store of so many pieces of 16 notes."""
    size = min(pieces, 8192)
    shards = Shards(place / "shards", -(-pieces // size))
    random = np.random.default_rng(0)
    onset = np.arange(NOTES) * 480
    about = {"tpq": 480, "tracks": [["Piano", 0, False]], "tempos": [[0, 500_000]], "meters": [[0, 4, 4]], "keys": []}
    for number, start in enumerate(range(0, pieces, size)):
        named = []
        for index in range(start, min(start + size, pieces)):
            raw = {
                "onset": onset,
                "duration": np.full(NOTES, 480),
                "pitch": random.integers(40, 90, NOTES),
                "velocity": np.full(NOTES, 80),
                "track": np.zeros(NOTES),
            }
            notes = {name: raw[name].astype(kind) for name, kind in NOTE_COLUMNS.items()}
            named.append(Named(f"{index:07}", Columns(notes, about)))
        shards.save(number, named, [])
    header = {
        "name": "synthetic",
        "doc": "",
        "citation": "",
        "url": "",
        "licence": {"term": "public domain", "text": ""},
    }
    make(place / "store", lambda fresh: merge(shards, fresh, header))
    shutil.rmtree(place / "shards")
    return place / "store"


def opening(sizes: list[int], rounds: int) -> list[dict[str, float]]:
    """How long stores of several sizes take to open in a fresh process, interleaved."""
    with tempfile.TemporaryDirectory() as place:
        stores, built = {}, {}
        for size in sizes:
            begin = time.perf_counter()
            (Path(place) / str(size)).mkdir()
            stores[size] = synthetic(Path(place) / str(size), size)
            built[size] = time.perf_counter() - begin
            assert len(Corpus(stores[size])) == size
        rows: dict[int, list[list[float]]] = {size: [] for size in sizes}
        for _ in range(rounds):
            for size in sizes:
                done = subprocess.run([sys.executable, "-c", OPEN, str(stores[size])], capture_output=True, check=True)
                rows[size].append([float(word) for word in done.stdout.split()])
        return [
            {
                "pieces": size,
                "open_ms": round(median(row[0] for row in rows[size]), 3),
                "first_piece_ms": round(median(row[1] for row in rows[size]), 3),
                "memory_kib": median(row[2] for row in rows[size]),
                "disk_mib": round(sum(path.stat().st_size for path in stores[size].iterdir()) / 2**20, 1),
                "made_s": round(built[size], 1),
            }
            for size in sizes
        ]


def main() -> None:
    """Measure, print, and keep."""
    from music_data import machine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--pieces", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    archive = given.data / "pop909.zip"
    report = {
        "command": f"python benchmarks/music_store.py --pieces {given.pieces} --rounds {given.rounds}",
        "machine": machine(),
        "import": imports(archive, given.rounds) if archive.is_file() else f"left out: no {archive.name}",
        "open": opening([100, 10_000, given.pieces], 2 * given.rounds + 1),
        "memory_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(report, indent=1))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
