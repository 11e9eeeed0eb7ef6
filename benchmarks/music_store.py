"""The store: how fast a folder is imported beside symusic's bare parsing, and how long opening takes at any size.

    python benchmarks/music_store.py [--data DIR] [--pieces N] [--rounds R] [--only import|open]

`--data` holds pop909.zip (else that part is left out). Bare is symusic's parse of the same bytes in one process a core,
nothing kept; "arrays" takes the notes of each track as numpy arrays, too, which is the least that a store needs. Import
is the whole of it: walk, guarded children, checks, digests, columns. Rounds are interleaved; ratios are bare to
import, by wall and by processor time (the honest one on a machine that others use), with and without the start of the
children.
Prints and writes benchmarks/results/music_store.json.
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
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from modeloid.music.columns import NOTE_COLUMNS, Columns
from modeloid.music.datasets import data_set
from modeloid.music.read.guarded import read_files
from modeloid.music.store.build import open_corpus
from modeloid.music.store.cache import make
from modeloid.music.store.corpus import Corpus
from modeloid.music.store.growing import Growing
from modeloid.music.store.pack import Named, portion_of
from modeloid.music.store.seal import seal

RESULTS = Path(__file__).parent / "results" / "music_store.json"
COPIES = 10
NOTES = 16
AT_ONCE = 8192

BARE = """
import sys, time
from symusic.core import ScoreTick
paths = sys.stdin.read().split()
columns = sys.argv[1] == "columns"
wall, cpu = time.perf_counter(), time.process_time()
for path in paths:
    with open(path, "rb") as file:
        score = ScoreTick.from_midi(file.read())
    if columns:
        [track.notes.numpy() for track in score.tracks]
print(time.perf_counter() - wall, time.process_time() - cpu)
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


def bare(paths: list[Path], workers: int, kind: str) -> tuple[float, float]:
    """Seconds of wall time (of the slowest) and of processor time in so many processes that only parse with symusic.

    Nothing is kept; with the kind "columns" the notes of each track are taken as arrays, too. Starting is not counted.
    """
    command = [sys.executable, "-c", BARE, kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(workers)]
    for number, process in enumerate(running):
        process.stdin.write("\n".join(map(str, paths[number::workers])))
        process.stdin.close()
    times = [[float(word) for word in process.stdout.read().split()] for process in running]
    for process in running:
        process.wait()
    return max(wall for wall, _ in times), sum(cpu for _, cpu in times)


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall and of processor time that a call takes, its ended children included."""
    wall, cpu = time.perf_counter(), cpu_s()
    call()
    return time.perf_counter() - wall, cpu_s() - cpu


def cpu_s() -> float:
    """Processor seconds that this process and its ended children took."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def imports(archive: Path, rounds: int) -> dict[str, object]:
    """Importing clean files, every guard on, beside bare parsing on the same cores; medians of interleaved rounds."""
    cores = len(os.sched_getaffinity(0))
    loads = []
    rows: dict[str, list[tuple[float, float]]] = {"bare": [], "columns": [], "import": [], "start": []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "music"
        for copy in range(COPIES):
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder / str(copy), [name for name in packed.namelist() if name.endswith(".mid")])
        paths = sorted(folder.rglob("*.mid"))
        for number in range(rounds):
            os.environ["MODELOID_HOME"] = f"{place}/home-{number}"
            loads.append(os.getloadavg()[0])
            for kind in ("bare", "columns"):
                rows[kind].append(bare(paths, cores, kind))
            rows["import"].append(timed(lambda: open_corpus(data_set(f"folder:{folder}"))))
            # what a call costs that reads next to nothing: the children start
            rows["start"].append(timed(lambda: read_files(paths[:cores])))
            shutil.rmtree(f"{place}/home-{number}")
    return summary(rows, len(paths)) | {"cores": cores, "load_before_each_round": [round(load, 1) for load in loads]}


def summary(rows: dict[str, list[tuple[float, float]]], files: int) -> dict[str, object]:
    """Medians; the ratios are medians of those of the rounds."""

    def middle(kind: str, part: int) -> float:
        return median(row[part] for row in rows[kind])

    def ratio(kind: str, part: int, without_start: bool) -> float:
        pairs = zip(rows[kind], rows["import"], rows["start"], strict=True)
        return round(median(base[part] / (took[part] - without_start * start[part]) for base, took, start in pairs), 3)

    return {
        "files": files,
        "bare_files_s": round(files / middle("bare", 0)),
        "import_files_s": round(files / middle("import", 0)),
        "start_s": round(middle("start", 0), 3),
        "bare_cpu_us_a_file": round(1e6 * middle("bare", 1) / files),
        "bare_and_arrays_cpu_us_a_file": round(1e6 * middle("columns", 1) / files),
        "import_cpu_us_a_file": round(1e6 * middle("import", 1) / files),
        "start_cpu_s": round(middle("start", 1), 3),
        "ratio_wall": ratio("bare", 0, False),
        "ratio_wall_without_start": ratio("bare", 0, True),
        "ratio_cpu": ratio("bare", 1, False),
        "ratio_cpu_without_start": ratio("bare", 1, True),
        "ratio_cpu_without_start_to_bare_and_arrays": ratio("columns", 1, True),
        "target": 0.333,
    }


def synthetic(place: Path, pieces: int) -> Path:
    """A store of so many pieces of 16 notes."""
    random = np.random.default_rng(0)
    header = {
        "name": "synthetic",
        "doc": "",
        "citation": "",
        "url": "",
        "licence": {"term": "public domain", "text": ""},
    }
    with Growing(place / "growing") as growing:
        for start in range(0, pieces, AT_ONCE):
            growing.add(portion_of([made(index, random) for index in range(start, min(start + AT_ONCE, pieces))]))
        make(place / "store", lambda fresh: seal(growing, fresh, header))
    shutil.rmtree(place / "growing")
    return place / "store"


def made(index: int, random: np.random.Generator) -> Named:
    """One synthetic piece."""
    about = {"tpq": 480, "tracks": [["Piano", 0, False]], "tempos": [[0, 500_000]], "meters": [[0, 4, 4]], "keys": []}
    raw = {
        "onset": np.arange(NOTES) * 480,
        "duration": np.full(NOTES, 480),
        "pitch": random.integers(40, 90, NOTES),
        "velocity": np.full(NOTES, 80),
        "track": np.zeros(NOTES),
    }
    return Named(f"{index:07}", Columns({name: raw[name].astype(kind) for name, kind in NOTE_COLUMNS.items()}, about))


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
    parser.add_argument("--only", choices=["import", "open"], help="the other part of the results stays as it was")
    given = parser.parse_args()
    archive = given.data / "pop909.zip"
    kept = json.loads(RESULTS.read_text()) if given.only and RESULTS.is_file() else {}
    said = {"command": " ".join(["python", *sys.argv]), "machine": machine()}
    parts: dict[str, Callable[[], dict[str, object]]] = {
        "import": lambda: imports(archive, given.rounds) if archive.is_file() else {"left out": f"no {archive.name}"},
        "open": lambda: {"stores": opening([100, 10_000, given.pieces], 2 * given.rounds + 1)},
    }
    report = {
        name: kept[name] if given.only and given.only != name and name in kept else said | run()
        for name, run in parts.items()
    }
    report |= {"memory_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}
    print(json.dumps(report, indent=1))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
