"""The guarded child: reads one batch of files after another and answers with pieces or refusals; any may end it.

Started by `child.py` as ``python -m modeloid.music.read.worker READER LIMITS DIARY``; requests come as lines of JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import re
import signal
import struct
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..columns import Columns
from ..errors import MusicError
from .formats import finish
from .frames import ANSWERS, HEAD, NO_MEMORY, READY, dump
from .limits import Limits
from .midi import Parsed

NUMBER = struct.Struct("<q")
"""What the diary holds: how many files of the batch were begun."""

_GRACE_S = 5.0
"""Beyond twice the time of a file, so that the parent is first."""
_LOG_BYTES = 1 << 16
_KEPT_MESSAGES = 20
_ERROR = re.compile(r"\berror\b", re.IGNORECASE)
_STDERR = 2
_BATCHES_A_SWEEP = 256

_Begun = tuple[Path, Any, list[str]]
"""A file, what the reader made of it, and what was printed meanwhile."""


def main() -> None:
    """Serve requests until standard input ends."""
    reader = _find(sys.argv[1])
    limits = Limits(**json.loads(sys.argv[2]))
    diary = int(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # what C++ prints on either stream is evidence; the pipe belongs to the frames alone
    os.dup2(_STDERR, 1)
    _limit(limits)
    flush = ctypes.CDLL(None).fflush
    gc.disable()  # a batch makes many objects, none of them in circles
    _put(answers, READY)
    for number, line in enumerate(sys.stdin.buffer, 1):
        if number % _BATCHES_A_SWEEP == 0:
            gc.collect()
        paths = [Path(name) for name in json.loads(line)]
        try:
            _put(answers, ANSWERS, _batch(reader, paths, limits, diary, flush))
        except MemoryError:
            _put(answers, NO_MEMORY)


def _batch(reader: Callable[..., Any], paths: Sequence[Path], limits: Limits, diary: int, flush: Any) -> bytes:
    begun: list[_Begun] = []
    for number, path in enumerate(paths, 1):
        os.pwrite(diary, NUMBER.pack(number), 0)
        # should the parent die while this file hangs, nobody else would end this process
        signal.setitimer(signal.ITIMER_REAL, 2 * limits.time_s + _GRACE_S)
        begun.append((path, _begin(reader, path, limits), _messages(flush)))
    parsed = [one for _, one, _ in begun if isinstance(one, Parsed)]
    finished = iter(finish(parsed, limits) if parsed else ())
    answers = [_judged(path, next(finished) if isinstance(one, Parsed) else one, words) for path, one, words in begun]
    signal.setitimer(signal.ITIMER_REAL, 0)
    return dump(answers)


def _begin(reader: Callable[..., Any], path: Path, limits: Limits) -> Any:
    try:
        return reader(path, limits)
    except MemoryError:
        raise
    except MusicError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is a verdict on the file
        return f"{path}: the reader failed ({type(error).__name__}: {error})."


def _judged(path: Path, answer: Columns | str | Exception, words: list[str]) -> Columns | str:
    """A reader that prints an error and returns notes has failed."""
    if not isinstance(answer, Columns):
        return " ".join([str(answer), *words[:1]])
    wrong = next((line for line in words if _ERROR.search(line)), None)
    if wrong is not None:
        return f"{path}: the reader printed an error: {wrong.rstrip('.')}."
    return replace(answer, about=answer.about | {"messages": words})


def _find(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _limit(limits: Limits) -> None:
    with contextlib.suppress(ImportError):  # not on every system
        import resource

        memory = limits.memory_mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # a reader that prints without end would fill the disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**24, 2**24))


def _messages(flush: Any) -> list[str]:
    """What was printed since the last call; nothing stays behind."""
    flush(None)
    if not os.lseek(_STDERR, 0, os.SEEK_CUR):
        return []
    os.lseek(_STDERR, 0, os.SEEK_SET)
    text = os.read(_STDERR, _LOG_BYTES).decode(errors="replace")
    # the names of temporary folders differ from run to run, and what is said of a file must not
    lines = re.sub(rf"{re.escape(tempfile.gettempdir())}\S*/", "", text).splitlines()
    os.ftruncate(_STDERR, 0)
    os.lseek(_STDERR, 0, os.SEEK_SET)
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))[:_KEPT_MESSAGES]


def _put(answers: Any, kind: bytes, body: bytes = b"") -> None:
    for part in (HEAD.pack(kind, len(body)), body):
        rest = memoryview(part)
        while rest:
            rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
