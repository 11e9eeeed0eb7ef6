"""The RBM on single frames of the four polyphonic sets, beside the published figures (nats per frame, test).

    python benchmarks/rbm_polyphonic.py [--data FOLDER] [--sets JSB_Chorales ...] [--turns N] [--out FILE]

FOLDER holds poly.zip (default: $MODELOID_SHARED_DATA, else ../shared/data beside the repository). The very modeloid
of `modeloid create` learns; the state and its averaged weights are chosen on "valid" alone; "test" is scored once, over
all frames, silent ones too. AIS flatters and RAISE slights, so the truth lies between the two columns.
Published: Boulanger-Lewandowski, Bengio, Vincent 2012, table 1, row RBM (AIS).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import rbm

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = {"JSB_Chorales": 7.43, "Nottingham": 5.25, "MuseData": 9.56, "Piano_midi": 10.17}
COMMON = {"cd_steps": 5, "chains": 100, "learning_rate": 0.3, "decay_turns": 6000, "momentum": 0.5, "averaging": 8.0}
SETTINGS: dict[str, dict[str, Any]] = {
    "JSB_Chorales": {**COMMON, "hidden": [300]},
    "Nottingham": {**COMMON, "hidden": [300]},
    "MuseData": {**COMMON, "hidden": [400]},
    "Piano_midi": {**COMMON, "hidden": [300]},
}
TURNS = {"JSB_Chorales": 50_000, "Nottingham": 50_000, "MuseData": 25_000, "Piano_midi": 25_000}
BATCH, SEED = 100, 0
CHOOSING = {"ais_steps": 2000, "ais_chains": 100}
JUDGING = {"ais_steps": 20_000, "ais_chains": 100}
VALID_FRAMES, RAISE_FRAMES = 10_000, 1000


@dataclass(frozen=True)
class Frames:
    """A tiny domain: the frames of one set as arrays (n, 1, 88)."""

    parts: dict[str, np.ndarray]
    shape = (1, 88)

    def batch(self, part: str, indices: np.ndarray) -> np.ndarray:
        """What `train` takes."""
        return self.parts[part][indices]

    def some(self, part: str, n: int, rng: Rng) -> np.ndarray:
        """At most `n` frames of a part, all of them where it has no more."""
        every = self.parts[part]
        return every if len(every) <= n else every[rng.generator().choice(len(every), n, replace=False)]


def read(folder: Path, name: str) -> Frames:
    """Read one set out of the archive, its pieces end to end."""
    from scipy.io import loadmat

    with zipfile.ZipFile(folder / "poly.zip") as archive:
        stored = loadmat(io.BytesIO(archive.read(f"poly/{name}.mat")))
    keys = {"train": "traindata", "valid": "validdata", "test": "testdata"}
    parts = {part: np.concatenate(list(stored[key][0])) for part, key in keys.items()}
    return Frames({part: frames[:, None, :].astype(np.uint8) for part, frames in parts.items()})


def opened(domain: Frames, parameters: dict[str, Any], state: Path | None) -> Any:
    """Open a modeloid with parameters, new or in a state."""
    model = rbm.make(domain, parameters)
    card = Card(Path(), "benchmark", "frames", (), "", model, {"domain": "frames"}, {"seed": SEED, "batch": BATCH})
    return rbm.load_model(card, state, Alone())


def score(modeloid: Any, frames: np.ndarray) -> float:
    """Negative log-likelihood in nats per frame, by AIS, with the averaged weights."""
    total = steps = 0.0
    with modeloid.averaged():
        for first in range(0, len(frames), 5000):
            values, counts = modeloid.log_likelihood(frames[first : first + 5000])
            total, steps = total - float(values.sum()), steps + float(counts.sum())
    return total / steps


def learn(domain: Frames, settings: dict[str, Any], turns: int, best: Path) -> dict[str, Any]:
    """Train; the state with the best valid likelihood is left in `best`."""
    modeloid, rng = opened(domain, settings | CHOOSING, None), Rng(SEED)
    valid = domain.some("valid", VALID_FRAMES, rng.at("some"))
    curve: list[tuple[int, float]] = []
    seconds = 0.0
    for turn in range(turns):
        begun = time.perf_counter()
        indices = rng.at("order", turn).generator().integers(0, len(domain.parts["train"]), BATCH)
        modeloid.train(domain.batch("train", indices), rng.at("train", turn))
        seconds += time.perf_counter() - begun
        if (turn + 1) % max(1, turns // 20):
            continue
        curve.append((turn + 1, score(modeloid, valid)))
        print(f"  turn {turn + 1:7d}  {seconds:6.1f} s  valid {curve[-1][1]:.3f}", flush=True)
        if curve[-1][1] == min(value for _, value in curve):
            for file in best.iterdir():
                file.unlink()
            modeloid.save(best)
    turn, value = min(curve, key=lambda point: point[1])
    return {"best_turn": turn, "valid": value, "train_seconds": round(seconds, 1), "turns": turns}


def judge(domain: Frames, settings: dict[str, Any], best: Path) -> dict[str, Any]:
    """AIS over all test frames; AIS and RAISE over the same addressed thousand."""
    begun = time.perf_counter()
    modeloid, rng = opened(domain, settings | JUDGING, best), Rng(SEED).at("judge")
    some = domain.some("test", RAISE_FRAMES, rng.at("some"))
    with modeloid.averaged():
        bound = modeloid.raise_bound(some, rng.at("raise"))
    figures = {
        "test_ais": score(modeloid, domain.parts["test"]),
        "test_frames": len(domain.parts["test"]),
        "some_ais": score(modeloid, some),
        "some_raise": -float(bound.mean()),
        "some_frames": len(some),
    }
    return figures | {"judge_seconds": round(time.perf_counter() - begun, 1)}


def machine() -> dict[str, Any]:
    """Say what it ran on."""
    cpu = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    return {
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def table(results: dict[str, Any]) -> str:
    """One row a set."""
    head = f"{'set':14}{'published':>10}{'AIS, all':>10}{'AIS, some':>11}{'RAISE, some':>13}{'gap':>7}{'train s':>9}"
    rows = [f"{head}  within 0.3"]
    for name, row in results.items():
        fine = "yes" if row["test_ais"] <= row["published"] + 0.3 else "NO"
        rows.append(
            f"{name:14}{row['published']:10.2f}{row['test_ais']:10.3f}{row['some_ais']:11.3f}{row['some_raise']:13.3f}"
            f"{row['some_raise'] - row['some_ais']:7.3f}{row['train_seconds']:9.1f}  {fine}"
        )
    return "\n".join(rows)


def main() -> None:
    """Learn, judge and write down the sets that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MODELOID_SHARED_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--sets", nargs="+", default=list(PUBLISHED), choices=list(PUBLISHED))
    parser.add_argument("--turns", type=int, help="instead of those of each set")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "rbm_polyphonic.json")
    asked = parser.parse_args()
    before = json.loads(asked.out.read_text())["sets"] if asked.out.exists() else {}
    results = {}
    for name in asked.sets:
        print(name, flush=True)
        domain = read(asked.data, name)
        with tempfile.TemporaryDirectory() as best:
            learned = learn(domain, SETTINGS[name], asked.turns or TURNS[name], Path(best))
            judged = judge(domain, SETTINGS[name], Path(best))
        arguments = {"settings": SETTINGS[name], "batch": BATCH, "seed": SEED, "choosing": CHOOSING, "judging": JUDGING}
        results[name] = {"published": PUBLISHED[name], **judged, **learned, **arguments, "machine": machine()}
        every = {key: {**before, **results}[key] for key in PUBLISHED if key in {**before, **results}}
        asked.out.write_text(json.dumps({"unit": "nats per frame, test", "sets": every}, indent=1) + "\n")
    print(table(results))


if __name__ == "__main__":
    main()
