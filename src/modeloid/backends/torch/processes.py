"""The world of a torch modeloid: one or several processes, each with its device and precision."""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import ArrayLike, NDArray

from modeloid.cycle.contract import World
from modeloid.cycle.errors import FAILED, ModeloidError
from modeloid.cycle.rng import Rng

from . import gradients, launch, stage
from .precision import DTYPES

# While rank 0 writes or measures, the others wait; a process that is gone is noticed at once, not by this.
PATIENCE = timedelta(hours=12)


class WorldError(ModeloidError):
    """The processes, device or precision asked for cannot be had."""


class LostError(ModeloidError):
    """Another process is gone."""

    exit_code = FAILED


class TorchWorld:
    """The processes that work on one modeloid, and the device that this one uses; fulfils the protocol `World`.

    Made by `start.world`. Beyond the protocol it has what a torch modeloid asks for: `place` and `wrap` modules,
    `tensor`, `autocast`, `seeded` and `pure` stages, `backward` and `average_gradients`.

    Parameters
    ----------
    device
        E.g. "cpu", "cuda:1".
    precision
        "32", "bf16" or "64".
    rank, size
        Of the processes.
    deterministic
        Whether torch was told to use deterministic algorithms only.
    """

    def __init__(
        self,
        device: str = "cpu",
        precision: str = "32",
        rank: int = 0,
        size: int = 1,
        deterministic: bool = False,
    ) -> None:
        self.rank, self.size = rank, size
        self.device, self.precision = device, precision
        self.deterministic = deterministic
        self.probe: bool | None = None
        self.target = torch.device(device)
        self.dtype = DTYPES[precision]
        # Control values travel by the processors, so that they never wait for a GPU.
        self._control = dist.new_group(backend="gloo", timeout=PATIENCE) if size > 1 else None
        if size > 1:
            atexit.register(self.part)

    def environment(self) -> dict[str, Any]:
        """Versions, threads, device, precision, processes and the deterministic switch."""
        facts = {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "threads": torch.get_num_threads(),
            "device": _device_name(self.target),
            "capability": torch.backends.cpu.get_cpu_capability(),
            "precision": self.precision,
            "processes": self.size,
            "deterministic": self.deterministic,
        }
        return facts if self.probe is None else {**facts, "bf16_is_faster": self.probe}

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up over all processes, in float64."""
        if self.size == 1:
            return values
        total = torch.tensor(np.asarray(values, dtype=np.float64))
        self._reduce(total, dist.ReduceOp.SUM)
        return total.numpy()

    def agree(self, bits: int) -> int:
        """The bits (of 63) that any process has set, the same on all."""
        if self.size == 1:
            return bits
        # Gloo knows no bitwise "or": the largest of each bit is the same.
        vector = torch.from_numpy(np.unpackbits(np.array([bits], dtype="<i8").view(np.uint8)))
        self._reduce(vector, dist.ReduceOp.MAX)
        return int(np.packbits(vector.numpy()).view("<i8")[0])

    def share(self, value: Any) -> Any:
        """Rank 0's value (anything JSON can hold), on all processes."""
        if self.size == 1:
            return value
        text = json.dumps(value).encode() if self.rank == 0 else b""
        length = torch.tensor([len(text)])
        self._reduce(length, dist.ReduceOp.SUM)
        body = torch.zeros(int(length), dtype=torch.uint8)
        if self.rank == 0:
            body = torch.frombuffer(bytearray(text), dtype=torch.uint8)
        self._reduce(body, dist.ReduceOp.SUM)
        return json.loads(body.numpy().tobytes())

    def barrier(self) -> None:
        """Wait for all processes."""
        self.agree(0)

    def part(self) -> None:
        """Close the connections, at the latest when Python ends: open ones abort the process, or hold the others."""
        self._control = None
        if dist.is_initialized():
            dist.destroy_process_group()

    def place(self, module: torch.nn.Module) -> torch.nn.Module:
        """Move a module to this process's device and precision. For modules whose gradients are averaged by hand."""
        return module.to(device=self.target, dtype=self.dtype)

    def wrap(self, module: torch.nn.Module, **settings: Any) -> torch.nn.Module:
        """Place a module, and with several processes distribute it (DDP, with its own settings).

        Train through what this returns; keep the module itself for `loss`, `sample` and `save`, which one process
        may do alone.
        """
        placed = self.place(module)
        if self.size == 1:
            return placed
        devices = None if self.target.type == "cpu" else [self.target.index]
        return torch.nn.parallel.DistributedDataParallel(placed, device_ids=devices, **settings)

    def tensor(self, values: ArrayLike) -> torch.Tensor:
        """Values on this process's device; floating-point ones in the precision of the weights."""
        array = np.asarray(values)
        tensor = torch.from_numpy(array if array.flags.writeable else array.copy())
        return tensor.to(device=self.target, dtype=self.dtype if tensor.is_floating_point() else None)

    def autocast(self) -> AbstractContextManager[Any]:
        """Around a forward pass and its loss: bfloat16 where the precision is "bf16"."""
        if self.precision != "bf16":
            return nullcontext()
        return torch.autocast(self.target.type, torch.bfloat16)

    def seeded(self, rng: Rng) -> AbstractContextManager[None]:
        """Torch's default generators start at `rng`, and go on where they were afterwards."""
        return stage.seeded(rng, self.target)

    def pure(self, rng: Rng, *modules: torch.nn.Module) -> AbstractContextManager[None]:
        """For `loss` and `sample`: seeded, in evaluation mode, without gradients; everything is put back."""
        return stage.pure(rng, self.target, *modules)

    def backward(self, loss_sum: torch.Tensor, count: float) -> None:
        """Gradients of the mean over the whole batch, for modules that were wrapped.

        Parameters
        ----------
        loss_sum
            Scalar: the loss summed over this process's items (or steps).
        count
            How many these are; the processes may have different numbers of them, even none.
        """
        if self.size == 1:
            (loss_sum / count).backward()  # type: ignore[no-untyped-call]
            return
        # DDP takes the mean over processes: undo that, and divide by the number of all items.
        total = float(self.sum(np.array([count], dtype=np.float64))[0])
        (loss_sum * (self.size / total)).backward()  # type: ignore[no-untyped-call]

    def average_gradients(self, parameters: Iterable[torch.nn.Parameter], count: float) -> None:
        """After backward passes of a local mean over `count` items: see `gradients.average`."""
        if self.size > 1:
            gradients.average(parameters, count)

    def _reduce(self, tensor: torch.Tensor, how: Any) -> None:
        try:
            dist.all_reduce(tensor, op=how, group=self._control)
        except RuntimeError as error:
            if launch.LAUNCHER in os.environ:
                # The one that started us says what happened; a second message would only hide it.
                raise SystemExit(FAILED) from error
            raise LostError(
                "lost contact with another process", f"process {self.rank}", "See its message; resume when ready"
            ) from error


def of(given: World) -> TorchWorld:
    """The world itself, or one of a single process on the processor where the given one knows nothing of torch."""
    return given if isinstance(given, TorchWorld) else TorchWorld()


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
