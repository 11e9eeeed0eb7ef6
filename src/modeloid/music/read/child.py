"""One guarded child process, seen from the parent: asked for files, killed when late, replaced when dead."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from ..errors import MusicError
from .block import join, pack
from .frames import ANSWERS, HEAD, LONGEST_BODY, NO_MEMORY, READY, SHARED, Batch, load
from .limits import Limits
from .refusal import Refusal
from .worker import ANSWER_AT, NUMBER

_START_S = 120.0
_SHARED_BYTES = 2**25
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**26), "MALLOC_TRIM_THRESHOLD_": str(2**27)}
"""glibc keeps what a batch has freed for the next one, instead of asking the system for every page again."""


class _LateError(Exception):
    """The answer did not come in time."""


class _DeadError(Exception):
    """The child ended instead of answering."""


class _FullError(Exception):
    """The child had not enough memory."""


def _shared() -> IO[bytes]:
    """A file that the child maps, in memory where the system has such; pages that nobody writes take no room."""
    name = "modeloid-read"
    memory = getattr(os, "memfd_create", None)
    file: IO[bytes] = open(memory(name), "w+b", buffering=0) if memory else tempfile.TemporaryFile(buffering=0)  # noqa: PTH123, SIM115 - closed by Child
    file.truncate(_SHARED_BYTES)
    return file


def _absolute(here: str, path: str) -> str:
    # most are absolute; for the others os.path.join is five times as quick as Path.absolute
    return path if path.startswith(os.sep) else os.path.join(here, path)  # noqa: PTH118


def _alone(answers: Sequence[Batch]) -> Batch:
    """Batches of one file each as one."""
    refusals = {number: answer.refusals[0] for number, answer in enumerate(answers) if answer.refusals}
    return Batch(join([answer.block for answer in answers]), refusals, [answer.digests[0] for answer in answers])


def _refused(path: Path, reason: str) -> Batch:
    return Batch(pack([]), {0: Refusal(str(path), reason)}, [""])


class Child:
    """A process that reads files one after another and may die of any of them.

    Parameters
    ----------
    reader
        ``"module:function"`` of what the child calls with (path, limits).
    limits
        What one file may take.
    """

    def __init__(self, reader: str, limits: Limits) -> None:
        self._reader = reader
        self._limits = limits
        self._served = 0
        self._start()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, paths: Sequence[Path]) -> Batch:
        """Read a batch of files; a crash, a hang or a lack of memory becomes a refusal, and the child is a new one.

        A file that a used child could not bear gets a second try in a new one: what earlier files left behind is not
        its fault.
        """
        if len(paths) == 1:
            return self._read_one(paths[0])
        try:
            return self._ask(paths)
        except _LateError:
            late = self._begun() - 1
            self._restart()
        except (_DeadError, _FullError):
            late = len(paths)
            self._restart()
        answers = [self._read_one(path) if number != late else self._late(path) for number, path in enumerate(paths)]
        self._served = max(1, self._served)
        return _alone(answers)

    def _read_one(self, path: Path) -> Batch:
        fresh = self._served == 0
        outcome = self._try(path)
        return outcome if fresh or self._served else self._try(path)

    def _try(self, path: Path) -> Batch:
        try:
            return self._ask([path])
        except _LateError:
            # a second try would hang as long again, and nothing suggests that it ended otherwise
            self._restart(served=1)
            return self._late(path)
        except _FullError:
            self._restart()
            return _refused(path, f"needs more than {self._limits.memory_mib} MiB of memory")
        except _DeadError:
            reason = f"the reader crashed ({self._last_words()})"
            self._restart()
            return _refused(path, reason)

    def _late(self, path: Path) -> Batch:
        return _refused(path, f"took longer than {self._limits.time_s:g} s")

    def _ask(self, paths: Sequence[Path]) -> Batch:
        assert self._process.stdin is not None
        self._served += len(paths)
        os.pwrite(self._shared.fileno(), NUMBER.pack(0), 0)
        here = str(Path.cwd())
        names = [_absolute(here, str(path)) for path in paths]
        try:
            self._process.stdin.write(json.dumps(names).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise _DeadError from error
        kind, body = self._frame(self._limits.time_s)
        if kind == NO_MEMORY:
            raise _FullError
        if kind not in (ANSWERS, SHARED):
            raise _DeadError
        batch = load(body, paths)
        if not len(batch) == len(paths) == len(batch.block) + len(batch.refusals):
            raise _DeadError
        return batch

    def _begun(self) -> int:
        """How many files of the batch the child has begun."""
        return int(NUMBER.unpack(os.pread(self._shared.fileno(), NUMBER.size, 0))[0])

    def _frame(self, patience_s: float) -> tuple[bytes, memoryview]:
        kind, length = HEAD.unpack(self._bytes(HEAD.size, patience_s))
        if length > LONGEST_BODY:
            raise _DeadError
        return kind, self._from_memory(length) if kind == SHARED else self._bytes(length, patience_s)

    def _from_memory(self, count: int) -> memoryview:
        body = np.empty(count, np.uint8).data  # not filled with zeros first, as a bytearray is
        # not mapped: whatever the child does to the file, reading it is safe
        if os.preadv(self._shared.fileno(), [body], ANSWER_AT) != count:
            raise _DeadError
        return body

    def _bytes(self, count: int, patience_s: float) -> memoryview:
        """Read so many bytes, patient as long as bytes come or the child goes on to another file."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        body = np.empty(count, np.uint8).data
        view, begun, since = body, -1, time.monotonic()
        while view:
            if not select.select([pipe], [], [], patience_s / 4)[0]:
                if self._begun() != begun:
                    begun, since = self._begun(), time.monotonic()
                elif time.monotonic() - since >= patience_s:
                    raise _LateError
                continue
            got = os.readv(pipe, [view])
            if not got:
                raise _DeadError
            view, since = view[got:], time.monotonic()
        return body

    def _start(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by _end
        self._shared = _shared()
        shared = self._shared.fileno()
        # symusic names its temporary files by the second: two children would write over one another's
        self._scratch = tempfile.TemporaryDirectory(prefix="modeloid-read-", ignore_cleanup_errors=True)
        arguments = [self._reader, json.dumps(self._limits.plain()), str(shared)]
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            # -P: a file in the working directory must not stand in for a module
            [sys.executable, "-P", "-m", "modeloid.music.read.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            pass_fds=[shared],
            env=os.environ | one_thread | _KEEP_MEMORY | {"TMPDIR": self._scratch.name},
        )
        try:
            kind, _ = self._frame(_START_S)
        except (_LateError, _DeadError):
            kind = b""
        if kind != READY:
            words = self._last_words()
            self._end()
            raise MusicError(f"the process that reads files does not start ({words})", sys.executable)

    def _restart(self, served: int = 0) -> None:
        self._end()
        self._start()
        self._served = served

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        self._log.close()
        self._shared.close()
        self._scratch.cleanup()

    def _last_words(self) -> str:
        code = self._exit_status()
        name = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        self._log.seek(0)
        lines = self._log.read(1 << 16).decode(errors="replace").strip().splitlines()
        return f"{name}: {lines[-1].strip()}" if lines else name

    def _exit_status(self) -> int:
        try:
            return self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
