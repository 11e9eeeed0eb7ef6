"""How long the exact evaluation of all four polyphonic test sets takes: a target of 2 minutes.

    python benchmarks/poly_evaluation.py ROOT [--seed 0] [--threads 1 2] [--out FILE]

ROOT holds modeloids of the family `frames` that `modeloid bench poly --root ROOT` has trained. For each number of
threads a process of its own opens each set's data, loads the modeloid's best checkpoint and scores every frame of the
test part under the averaged weights. Seconds by the clock say something on a quiet machine only: processor seconds and
the load before stand beside. Prints and writes benchmarks/results/poly_evaluation.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SETS = ("jsb", "nottingham", "musedata", "piano-midi")
RESULTS = Path(__file__).resolve().parent / "results" / "poly_evaluation.json"
TARGET_SECONDS = 120


def scored(target: Path) -> dict[str, Any]:
    """Load one modeloid and score its test part."""
    import numpy as np

    from modeloid import app
    from modeloid.app.wiring import open_domain
    from modeloid.cycle.rng import Rng

    wall, processor = time.perf_counter(), time.process_time()
    domain = open_domain(app.open_card(target).data)
    modeloid: Any = app.load(target)
    opened = time.perf_counter() - wall
    with modeloid.averaged():
        nats, frames = modeloid.log_likelihood(domain.batch("test", np.arange(domain.size("test")), Rng(0)))
    return {
        "nats_per_frame": -float(nats.sum() / frames.sum()),
        "frames": int(frames.sum()),
        "seconds": round(time.perf_counter() - wall, 2),
        "of_them_opening": round(opened, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
    }


def child(root: Path, seed: int, threads: int) -> None:
    """All sets in this process; prints JSON."""
    import torch

    torch.set_num_threads(threads)
    begun = time.perf_counter(), time.process_time()
    sets = {name: scored(root / f"frames-{name}-{seed}") for name in SETS}
    found = {
        "threads": threads,
        "seconds": round(time.perf_counter() - begun[0], 2),
        "processor_seconds": round(time.process_time() - begun[1], 2),
        "sets": sets,
    }
    print(json.dumps(found))


def measured(root: Path, seed: int, threads: int) -> dict[str, Any]:
    """Run `child` with so many threads."""
    load = os.getloadavg()[0]
    command = [sys.executable, __file__, str(root), "--seed", str(seed), "--child", str(threads)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "load_before": round(load, 1)}


def main() -> None:
    """Measure, print, write."""
    from modeloid.cycle.environment import commit, machine

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.root, options.seed, options.child)
        return
    runs = []
    for threads in options.threads:
        runs.append(measured(options.root, options.seed, threads))
        run = runs[-1]
        print(
            f"{threads} threads: {run['seconds']} s by the clock, {run['processor_seconds']} s of the processor, "
            f"load {run['load_before']} before (target {TARGET_SECONDS} s)",
            flush=True,
        )
    found = {
        "command": "python benchmarks/poly_evaluation.py ROOT",
        "target_seconds": TARGET_SECONDS,
        "machine": machine(),
        "commit": commit(Path(__file__).parent),
        "runs": runs,
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
