"""Starts the other processes of this machine by running this command line again, and watches over them.

Fabric's own launcher is not used: its observer kills the first process as soon as another one ends with a code that
is not 0, and ours end with 75 when they were asked to stop, while the first may still be saving.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, MutableMapping

from modeloid.cycle.errors import DONE, FAILED, NON_FINITE, RESUMABLE

LAUNCHER = "MODELOID_LAUNCHER"
_ORDERLY = (DONE, NON_FINITE, RESUMABLE)
_POLL_S, _GRACE_S, _LEAVE_S = 0.5, 30.0, 10.0


def from_outside(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """How many processes a launcher has started: (on this machine, machines), or None where there is no launcher.

    Understands torchrun, SLURM's srun and `start_others`. A SLURM job called "bash" or "interactive" is a shell, no
    launcher.
    """
    if "LOCAL_RANK" in environ and "WORLD_SIZE" in environ:
        here = int(environ.get("LOCAL_WORLD_SIZE", environ["WORLD_SIZE"]))
        return here, int(environ["WORLD_SIZE"]) // here
    if int(environ.get("SLURM_NTASKS", 1)) > 1 and environ.get("SLURM_JOB_NAME") not in ("bash", "interactive"):
        machines = int(environ.get("SLURM_NNODES", 1))
        return int(environ["SLURM_NTASKS"]) // machines, machines
    return None


def start_others(count: int, environ: MutableMapping[str, str]) -> Others:
    """Run this command line `count - 1` times more; this process becomes rank 0.

    Parameters
    ----------
    count
        Processes in all, at least 2.
    environ
        Gets the variables by which the processes find one another, as torchrun would set them.
    """
    environ.update(
        LOCAL_RANK="0",
        NODE_RANK="0",
        WORLD_SIZE=str(count),
        LOCAL_WORLD_SIZE=str(count),
        MASTER_ADDR="127.0.0.1",
        MASTER_PORT=str(_free_port()),
    )
    command = [sys.executable, *sys.orig_argv[1:]]
    # Only rank 0 speaks on standard output: what a caller parses must not appear twice.
    processes = [
        subprocess.Popen(
            command,
            env={**environ, "LOCAL_RANK": str(rank), LAUNCHER: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for rank in range(1, count)
    ]
    return Others(processes)


class Others:
    """The processes that this one has started.

    Parameters
    ----------
    processes
        Ranks 1, 2, ...
    grace_s
        How long this process may go on after another one has crashed; it hangs if it waits for it on a GPU.
    """

    def __init__(self, processes: list[subprocess.Popen[bytes]], grace_s: float = _GRACE_S) -> None:
        self.processes = processes
        self._grace_s = grace_s
        self._closing = threading.Event()
        atexit.register(self.leave)
        threading.Thread(target=self._watch, name="other-processes", daemon=True).start()

    def crashed(self) -> int | None:
        """The first rank that has ended in disorder."""
        for rank, process in enumerate(self.processes, 1):
            if process.poll() not in (None, *_ORDERLY):
                return rank
        return None

    def leave(self, wait_s: float = _LEAVE_S) -> None:
        """Wait for the others to end; kill the ones that do not."""
        self._closing.set()
        deadline = time.monotonic() + wait_s
        for process in self.processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _watch(self) -> None:
        while not self._closing.wait(_POLL_S):
            rank = self.crashed()
            if rank is None:
                continue
            if self._closing.wait(self._grace_s):
                return
            print(f"process {rank} ended unexpectedly; this one cannot go on without it.", file=sys.stderr)  # noqa: T201
            for process in self.processes:
                process.kill()
            os._exit(FAILED)


def leave_with_launcher(environ: Mapping[str, str]) -> None:
    """In a process that `start_others` made: end when the first one is gone, even inside a hanging reduction."""
    if LAUNCHER in environ:
        threading.Thread(target=_follow, args=(int(environ[LAUNCHER]),), name="launcher", daemon=True).start()


def _follow(launcher: int) -> None:
    while os.getppid() == launcher:
        time.sleep(_POLL_S)
    os._exit(FAILED)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
