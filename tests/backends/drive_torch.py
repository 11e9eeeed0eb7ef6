"""Runs the cycle, or parts of the torch backend, in as many processes as asked: what the tests start.

Usage: python drive_torch.py DIRECTORY JSON, the latter with "devices", "model", "cycle", "turn_s" and so on.
Each process notes what it saw and how it ended beside the modeloid: seen-RANK.jsonl, end-RANK.json.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    directory, wanted = Path(sys.argv[1]), json.loads(sys.argv[2])
    if "parts" in wanted:
        return parts(directory, wanted)
    from modeloid.cycle.stop import Stop

    with Stop() as stop:
        return cycle(directory, wanted, stop)


def cycle(directory, wanted, stop) -> int:
    from digits import domain
    from digits.cards import card
    from modeloid.backends.torch import world
    from modeloid.cycle.errors import ModeloidError
    from modeloid.cycle.loop import run

    processes = world(wanted["devices"], accelerator="cpu", precision=wanted.get("precision", "64"))
    here = card(directory / "modeloid", "made", wanted["model"], **wanted["cycle"])
    noted = Noted(domain.open({"binary": True}), directory / f"seen-{processes.rank}.jsonl", wanted.get("turn_s", 0))
    if wanted.get("nan_rank") == processes.rank:
        noted.nan_at = 3
    try:
        outcome = run(here, noted, processes, stop)
        ending = {"exit_code": outcome.exit_code, "step": outcome.step}
    except ModeloidError as error:
        ending = {"exit_code": error.exit_code, "error": str(error)}
    (directory / f"end-{processes.rank}.json").write_text(json.dumps(ending))
    return ending["exit_code"]


class Noted:
    """A domain that writes down what it was asked for in training."""

    def __init__(self, inner, path, turn_s) -> None:
        self._inner, self._turn_s, self._file = inner, turn_s, path.open("a")
        self.digest, self.licences = inner.digest, inner.licences
        self.size, self.write, self.judge = inner.size, inner.write, inner.judge
        self.nan_at, self._turn = None, 0

    def batch(self, part, indices, rng):
        if part != "train":
            return self._inner.batch(part, indices, rng)
        time.sleep(self._turn_s)
        self._file.write(json.dumps({"pid": os.getpid(), "indices": indices.tolist()}) + "\n")
        self._file.flush()
        self._turn += 1
        return self._inner.batch(part, indices, rng) * (float("nan") if self._turn == self.nan_at else 1)


def parts(directory, wanted) -> int:
    """What the pieces of a world of two say, for the test to compare."""
    import numpy as np
    import torch

    from modeloid.backends.torch import world

    processes = world(wanted["devices"], accelerator="cpu", precision=wanted["precision"])
    rank = processes.rank
    said = {
        "rank": rank,
        "size": processes.size,
        "precision": processes.precision,
        "agree": [processes.agree(1 << rank), processes.agree(0), processes.agree(1 << 62 if rank else 0)],
        "sum": processes.sum(np.array([0.1, 10.0**rank])).tolist(),
        "share": processes.share({"from": rank, "text": "ä", "none": None}),
        "environment": processes.environment(),
    }
    said["gradients"] = averaged_gradients(processes, torch)
    said["ddp"] = distributed_gradients(processes, torch)
    processes.barrier()
    (directory / f"said-{rank}.json").write_text(json.dumps(said))
    if wanted.get("crash") == rank:
        os._exit(9)
    if wanted.get("leave") == rank:
        return wanted["code"]
    if wanted.get("crash") is not None or wanted.get("leave") is not None:
        lost(processes, directory)
    return 0


def lost(processes, directory) -> None:
    from modeloid.backends.torch import LostError

    begin = time.monotonic()
    try:
        processes.barrier()
    except LostError as error:
        noted = {"error": str(error), "seconds": time.monotonic() - begin}
        (directory / f"lost-{processes.rank}.json").write_text(json.dumps(noted))


def averaged_gradients(processes, torch):
    """Means over 1 and 3 items; the second weight has a gradient on rank 1 only, the third on none."""
    weights = [torch.nn.Parameter(torch.zeros(2, dtype=torch.float64)) for _ in range(3)]
    weights.append(torch.nn.Parameter(torch.zeros(1, dtype=torch.float32)))
    rank = processes.rank
    weights[0].grad = torch.tensor([1.0, 2.0], dtype=torch.float64) * (rank + 1)
    weights[3].grad = torch.full((1,), float(rank))
    if rank:
        weights[1].grad = torch.ones(2, dtype=torch.float64)
    processes.average_gradients(weights, 1 + 2 * rank)
    first = [None if weight.grad is None else weight.grad.tolist() for weight in weights]
    # A process without items has no mean: its gradients are not numbers and do not count.
    weights[0].grad = torch.full((2,), float("nan") if rank else 5.0, dtype=torch.float64)
    processes.average_gradients(weights[:1], 0 if rank else 4)
    return [*first, weights[0].grad.tolist()]


def distributed_gradients(processes, torch):
    """The gradient of a mean over items 1, 2, 3, 4 of which rank 0 has one; then of items that rank 1 has none of."""
    module = torch.nn.Linear(1, 1, bias=False)
    wrapped = processes.wrap(module)
    found = []
    for shares in ([[1.0], [2.0, 3.0, 4.0]], [[1.0, 2.0], []]):
        items = processes.tensor(torch.tensor(shares[processes.rank]).reshape(-1, 1).double().numpy())
        module.zero_grad()
        processes.backward(wrapped(items).sum(), len(items))
        found.append(module.weight.grad.item())
    return found


if __name__ == "__main__":
    sys.exit(main())
