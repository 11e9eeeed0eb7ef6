"""Finds or starts the processes, picks device and precision: Lightning Fabric joins them where there are several.

A single process needs none of it: importing Fabric takes longer than many a sample.
"""

from __future__ import annotations

import logging
import os

import torch

from modeloid.cycle.errors import nearest

from . import launch
from .precision import DTYPES, bf16_is_faster
from .processes import PATIENCE, TorchWorld, WorldError

_ACCELERATORS = ("auto", "cpu", "cuda")
_MOST_ON_PROCESSOR = 64


def world(
    devices: int | str = 1, accelerator: str = "auto", precision: str = "32", deterministic: bool = False
) -> TorchWorld:
    """Find or start the processes, pick device and precision.

    Parameters
    ----------
    devices
        How many processes, one a device; "auto" is all GPUs, or one process on the processor. More than one on this
        machine are started by running this very command line again. Under torchrun and srun their number counts.
    accelerator
        "auto" (a GPU where there is one), "cpu" or "cuda".
    precision
        "32", "bf16", "64", or "auto": "bf16" where it was measured to be faster, else "32".
    deterministic
        Deterministic algorithms only; one that has none is an error.

    Raises
    ------
    WorldError
        When the machine has not what is asked for.
    """
    _check(accelerator, precision)
    kind = _kind(accelerator)
    outside = launch.from_outside(os.environ)
    here, machines = outside or (_wanted(devices, kind), 1)
    if deterministic:
        _only_deterministic()
    if here * machines == 1:
        return _settled(f"{kind}:0" if kind == "cuda" else kind, precision, 0, 1, deterministic)
    if outside is None:
        launch.start_others(here, os.environ)
    launch.leave_with_launcher(os.environ)
    rank, device = _join(kind, here, machines)
    return _settled(device, precision, rank, here * machines, deterministic)


def _check(accelerator: str, precision: str) -> None:
    known = (*DTYPES, "auto")
    if accelerator not in _ACCELERATORS:
        raise WorldError(f"no accelerator {accelerator!r}", "accelerator", nearest(accelerator, _ACCELERATORS))
    if precision not in known:
        raise WorldError(f"no precision {precision!r}", "precision", nearest(str(precision), known))


def _kind(accelerator: str) -> str:
    if accelerator == "cuda" and not torch.cuda.is_available():
        raise WorldError("no GPU that torch can use", "accelerator", 'Take "cpu" or "auto"')
    return "cuda" if accelerator != "cpu" and torch.cuda.is_available() else "cpu"


def _wanted(devices: int | str, kind: str) -> int:
    most = torch.cuda.device_count() if kind == "cuda" else _MOST_ON_PROCESSOR
    if devices == "auto":
        return most if kind == "cuda" else 1
    try:
        count = int(devices)
    except ValueError:
        count = 0
    if not 1 <= count <= most:
        raise WorldError(f"{devices!r} devices", "devices", f'Take 1 to {most} on this machine, or "auto"')
    return count


def _join(kind: str, here: int, machines: int) -> tuple[int, str]:
    """Meet the other processes; returns this one's rank and device."""
    from lightning_fabric import Fabric
    from lightning_fabric.strategies.ddp import DDPStrategy

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    logging.getLogger("lightning.fabric").setLevel(logging.WARNING)
    try:
        fabric = Fabric(accelerator=kind, devices=here, num_nodes=machines, strategy=DDPStrategy(timeout=PATIENCE))
        fabric.launch()
    except (RuntimeError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise WorldError(f"the processes did not meet: {first}", f"{here} x {machines}", "Start them anew") from error
    return fabric.global_rank, str(fabric.device)


def _settled(device: str, precision: str, rank: int, size: int, deterministic: bool) -> TorchWorld:
    made = TorchWorld(device, "32" if precision == "auto" else precision, rank, size, deterministic)
    if precision == "auto":
        # Processors may differ: rank 0's measurement decides for all.
        made.probe = bool(made.share(bf16_is_faster(made.target)))
        made.precision = "bf16" if made.probe else "32"
    return made


def _only_deterministic() -> None:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
