"""What the main cycle costs: an empty turn (the gate), and a turn of about 1 ms beside the loops of others.

    python benchmarks/cycle_overhead.py [--rounds 15] [--turns 300] [--gate-only] [--out FILE]

(a) The gate: an empty modeloid with a ready batch, default log; at most 20 microseconds a turn beyond the bare calls.
Exit code 1 where it is more. (b) The same module, optimiser, batches and log line in a bare loop, in ours, and in loops
on Lightning Fabric, accelerate and the Lightning Trainer (all its extras off): one thread, CPU time from inside the
turns (nothing of start and end counts), interleaved rounds. All must end with the same loss, to the last bit.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.environment import commit, machine
from modeloid.cycle.log import encode
from modeloid.cycle.loop import run
from modeloid.cycle.rng import Rng

ROOT = Path(__file__).resolve().parents[1]
GATE_US, TARGET_RATIO = 20.0, 1.03
ITEMS, BATCH, VISIBLE, HIDDEN, WARM_UP = 6400, 64, 176, 160, 50


class Ready:
    """A domain whose batch is ready."""

    digest, licences = "ready", ("none needed",)

    def __init__(self, batch: Any = None) -> None:
        self.made = batch

    def size(self, part: str) -> int:
        """6400 items to train on, no others."""
        return ITEMS if part == "train" else 0

    def batch(self, part: str, indices: Any, rng: Any) -> Any:  # noqa: ARG002
        """Always the same."""
        return self.made

    def write(self, piece: Any, stem: Path, formats: Any = (), recipe: Any = None) -> list[Path]:  # noqa: ARG002
        """Never called."""
        return []

    def judge(self, pieces: Any, part: str) -> dict[str, float]:  # noqa: ARG002
        """Nothing."""
        return {}


class Tensors(Ready):
    """A domain of binary frames; a batch is one gather."""

    def __init__(self) -> None:
        import torch

        self.frames = torch.from_numpy(np.random.default_rng(0).random((ITEMS, VISIBLE)) < 0.1).float()

    def batch(self, part: str, indices: Any, rng: Any) -> Any:  # noqa: ARG002
        """The frames of these items."""
        import torch

        return self.frames[torch.from_numpy(indices)]


class Empty:
    """A modeloid that does nothing in a turn."""

    id, name, authors, doc, model, wishes = "empty", "empty", (), "", {}, {}

    def __init__(self, *_: object) -> None:
        self.load_model = Empty
        self.metrics = {"loss": 1.0}

    def train(self, batch: Any, rng: Rng) -> dict[str, float]:  # noqa: ARG002
        """Nothing."""
        return self.metrics

    def save(self, directory: Path) -> None:
        """An empty file."""
        (directory / "state").touch()


def card(directory: Path, turns: int, load_model: Callable[..., Any]) -> Card:
    """A recipe with the default log and nothing but turns."""
    never = dict.fromkeys(("validate", "generate", "save"), "never")
    recipe = {"batch": BATCH, "last": f"{turns}t", "pieces": 0, **never}
    return Card(directory, "bench", "bench", (), "", {}, {}, recipe, load_model)


# --- (a) the gate


def empty_turn_us(turns: int = 20_000, rounds: int = 7) -> dict[str, float]:
    """CPU microseconds a turn of our loop, of the bare calls, and the least difference over the rounds."""
    ours = [_ours_empty(turns) for _ in range(rounds)]
    bare = [_bare_empty(turns) for _ in range(rounds)]
    return {"ours_us": min(ours), "bare_us": min(bare), "added_us": min(ours) - min(bare)}


def _ours_empty(turns: int) -> float:
    seconds = []
    for count in (turns // 10, turns):
        with tempfile.TemporaryDirectory() as directory:
            begin = time.process_time()
            run(card(Path(directory), count, Empty), Ready())
            seconds.append(time.process_time() - begin)
    return 1e6 * (seconds[1] - seconds[0]) / (turns - turns // 10)


def _bare_empty(turns: int) -> float:
    modeloid, domain, indices, rng = Empty(), Ready(), np.arange(BATCH), Rng(0)
    begin = time.process_time()
    for _ in range(turns):
        modeloid.train(domain.batch("train", indices, rng), rng)
    return 1e6 * (time.process_time() - begin) / turns


# --- (b) beside others


class Clock:
    """CPU time between two turns, taken from inside them."""

    def __init__(self, turns: int) -> None:
        self.turns, self.count, self.begin, self.seconds = turns, 0, 0.0, 0.0

    def tick(self) -> None:
        """A turn begins."""
        if self.count == WARM_UP:
            self.begin = time.process_time()
        elif self.count == WARM_UP + self.turns:
            self.seconds = time.process_time() - self.begin
        self.count += 1

    @property
    def last(self) -> int:
        """How many turns there are."""
        return WARM_UP + self.turns + 1


def parts() -> tuple[Any, Any]:
    """The same module and optimiser for all."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(VISIBLE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU())
    net.append(nn.Linear(HIDDEN, VISIBLE))
    return net, torch.optim.Adam(net.parameters(), lr=1e-3)


def loss_of(net: Any, batch: Any) -> Any:
    """Reconstruction in nats."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(net(batch), batch)


def batches(domain: Tensors) -> Iterator[Any]:
    """The batches of our order, made by hand."""
    epoch = 0
    while True:
        permutation = Rng(0).at("order", epoch).generator().permutation(ITEMS)
        for start in range(0, ITEMS, BATCH):
            yield domain.batch("train", permutation[start : start + BATCH], None)
        epoch += 1


def by_hand(clock: Clock, domain: Tensors, directory: Path, net: Any, optimiser: Any, backward: Any) -> float:
    """The loop of those who write their own."""
    value = 0.0
    with (directory / "log.jsonl").open("w") as log:
        for step, batch in zip(range(clock.last), batches(domain), strict=False):
            clock.tick()
            optimiser.zero_grad()
            loss = loss_of(net, batch)
            backward(loss)
            optimiser.step()
            value = loss.item()
            log.write(encode({"step": step + 1, "train": {"loss": value}}) + "\n")
    return value


def bare(clock: Clock, domain: Tensors, directory: Path) -> float:
    """Nothing but torch."""
    net, optimiser = parts()
    return by_hand(clock, domain, directory, net, optimiser, lambda loss: loss.backward())


def fabric(clock: Clock, domain: Tensors, directory: Path) -> float:
    """Lightning Fabric alone."""
    from lightning_fabric import Fabric

    launched = Fabric(accelerator="cpu", devices=1)
    net, optimiser = launched.setup(*parts())
    return by_hand(clock, domain, directory, net, optimiser, launched.backward)


def accelerate(clock: Clock, domain: Tensors, directory: Path) -> float:
    """Hugging Face accelerate."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    net, optimiser = accelerator.prepare(*parts())
    return by_hand(clock, domain, directory, net, optimiser, accelerator.backward)


def trainer(clock: Clock, domain: Tensors, directory: Path) -> float:
    """Lightning Trainer, every extra off, the line written by hand."""
    from lightning.pytorch import LightningModule, Trainer

    class Module(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net, self.optimiser = parts()

        def configure_optimizers(self) -> Any:
            return self.optimiser

        def training_step(self, batch: Any, index: int) -> Any:
            clock.tick()
            loss = loss_of(self.net, batch)
            self.value = loss.item()
            log.write(encode({"step": index + 1, "train": {"loss": self.value}}) + "\n")
            return loss

    off = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    module = Module()
    with (directory / "log.jsonl").open("w") as log:
        loop = Trainer(accelerator="cpu", devices=1, max_steps=clock.last, default_root_dir=directory, **off)
        loop.fit(module, train_dataloaders=batches(domain))
    return float(module.value)


def ours(clock: Clock, domain: Tensors, directory: Path) -> float:
    """The main cycle."""
    seen: list[Any] = []

    class Net(Empty):
        def __init__(self, *_: object) -> None:
            super().__init__()
            self.net, self.optimiser = parts()
            seen.append(self)

        def train(self, batch: Any, rng: Rng) -> dict[str, float]:  # noqa: ARG002
            clock.tick()
            self.optimiser.zero_grad()
            loss = loss_of(self.net, batch)
            loss.backward()
            self.optimiser.step()
            self.metrics = {"loss": loss.item()}
            return self.metrics

    run(card(directory, clock.last, Net), domain)
    return float(seen[0].metrics["loss"])


CONTENDERS = {"bare": bare, "ours": ours, "fabric": fabric, "accelerate": accelerate, "trainer": trainer}


def compare(rounds: int, turns: int) -> dict[str, Any]:
    """Milliseconds a turn of each contender, and its ratio to the bare loop of the same round."""
    import torch

    torch.set_num_threads(1)
    domain, names = Tensors(), list(CONTENDERS)
    took: dict[str, list[float]] = {name: [] for name in names}
    losses = {}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            clock = Clock(turns)
            with tempfile.TemporaryDirectory() as directory:
                losses[name] = CONTENDERS[name](clock, domain, Path(directory))
            took[name].append(1e3 * clock.seconds / turns)
    ratios = {name: [a / b for a, b in zip(took[name], took["bare"], strict=True)] for name in names}
    return {
        "rounds": rounds,
        "turns": turns,
        "ms_a_turn": {name: spread(values) for name, values in took.items()},
        "ratio_to_bare": {name: spread(values) for name, values in ratios.items()},
        "added_us": {name: round(1e3 * statistics.median(_less(took[name], took["bare"])), 1) for name in names},
        "same_last_loss": len(set(losses.values())) == 1,
        "ours_at_most_1.03": statistics.median(ratios["ours"]) <= TARGET_RATIO,
        "ours_slower_than": [
            name for name in names[2:] if statistics.median(ratios[name]) < statistics.median(ratios["ours"])
        ],
    }


def _less(values: list[float], others: list[float]) -> list[float]:
    return [a - b for a, b in zip(values, others, strict=True)]


def spread(values: list[float]) -> dict[str, float]:
    """Median, quartiles and extremes."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).round(4).tolist()
    return {"median": middle, "q25": low, "q75": high, "min": round(min(values), 4), "max": round(max(values), 4)}


def main() -> int:
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--gate-only", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "cycle_overhead.json")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    gate = empty_turn_us()
    report: dict[str, Any] = {"machine": machine(), "commit": commit(ROOT), "gate_us": GATE_US, "empty_turn": gate}
    print(json.dumps(gate))
    if not arguments.gate_only:
        report["one_ms_turn"] = compare(arguments.rounds, arguments.turns)
        report["versions"] = versions()
        print(json.dumps(report["one_ms_turn"], indent=1))
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return int(gate["added_us"] > GATE_US)


def versions() -> dict[str, str]:
    """Of the peers."""
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "torch", "lightning-fabric", "accelerate", "lightning")}


if __name__ == "__main__":
    sys.exit(main())
