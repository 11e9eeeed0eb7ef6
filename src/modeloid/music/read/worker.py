"""The guarded child: reads one batch of files after another and answers with pieces or refusals; any may end it.

Started by `child.py` as ``python -m modeloid.music.read.worker READER LIMITS SHARED``; requests come as lines of JSON.
SHARED is a file in memory: first the diary, then room for an answer, which so need not squeeze through the pipe.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import importlib
import json
import mmap
import os
import re
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from ..columns import Columns
from ..errors import MusicError
from .block import Block, join, pack
from .frames import ANSWERS, HEAD, NO_MEMORY, READY, SHARED, Batch, Buffer, parts_of
from .limits import Limits
from .midi import Parsed
from .refusal import Refusal, Silence
from .settle import SilenceError, settle

NUMBER = struct.Struct("<q")
"""What the diary holds: how many files of the batch were begun."""
ANSWER_AT = 16
"""Where in the shared memory an answer begins."""

_GRACE_S = 5.0
"""Beyond twice the time of a file, so that the parent is first."""
_WIND_S = 1.0
"""How old the alarm may grow: setting it for every file takes longer than looking at the clock."""
_LOG_BYTES = 1 << 16
_KEPT_MESSAGES = 20
_ERROR = re.compile(r"\berror\b", re.IGNORECASE)
_STDERR = 2
_BATCHES_A_SWEEP = 256


class _Begun(NamedTuple):
    """A file, what the reader made of it, what was printed meanwhile, and the SHA-256 of its bytes, if known."""

    path: str
    found: Any
    messages: list[str]
    digest: str


def main() -> None:
    """Serve requests until standard input ends."""
    reader = _find(sys.argv[1])
    limits = Limits(**json.loads(sys.argv[2]))
    shared = mmap.mmap(int(sys.argv[3]), 0)
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
        try:
            _tell(answers, shared, parts_of(_batch(reader, json.loads(line), limits, shared, flush)))
        except MemoryError:
            _put(answers, NO_MEMORY)


def _batch(reader: Callable[..., Any], paths: Sequence[str], limits: Limits, shared: mmap.mmap, flush: Any) -> Batch:
    begun: list[_Begun] = []
    wound_s = -_WIND_S
    for number, path in enumerate(paths, 1):
        NUMBER.pack_into(shared, 0, number)
        if time.monotonic() - wound_s >= _WIND_S:
            # should the parent die while this file hangs, nobody else would end this process
            signal.setitimer(signal.ITIMER_REAL, 2 * limits.time_s + _GRACE_S)
            wound_s = time.monotonic()
        one = _begin(reader, path, limits)
        begun.append(_Begun(path, one, _messages(flush), _digest(one)))
    answer = _answer(begun, limits)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return answer


def _tell(answers: Any, shared: mmap.mmap, parts: Sequence[Buffer]) -> None:
    """Lay an answer into the shared memory, or put it through the pipe where it is too large for that."""
    length, place = sum(map(len, parts)), ANSWER_AT
    if ANSWER_AT + length > len(shared):
        _put(answers, ANSWERS, b"".join(parts))
        return
    for part in parts:
        shared[place : place + len(part)] = part
        place += len(part)
    _put(answers, SHARED, length=length)


def _answer(begun: Sequence[_Begun], limits: Limits) -> Batch:
    refusals = {number: refusal for number, one in enumerate(begun) if (refusal := _refused(one))}
    blocks: list[Block] = []
    passed = [number for number in range(len(begun)) if number not in refusals]
    for is_parsed, run in groupby(passed, key=lambda number: isinstance(begun[number].found, Parsed)):
        numbers = list(run)
        found, messages = [begun[number].found for number in numbers], [begun[number].messages for number in numbers]
        if is_parsed:
            block, errors = settle(found, messages, limits)
            for place, error in errors.items():
                words = " ".join([str(error), *messages[place][:1]])
                kind = Silence if isinstance(error, SilenceError) else Refusal
                refusals[numbers[place]] = _refusal(begun[numbers[place]].path, words, kind)
        else:
            block = pack([_with(piece, words) for piece, words in zip(found, messages, strict=True)])
        blocks.append(block)
    return Batch(join(blocks), refusals, [one.digest for one in begun])


def _digest(found: Any) -> str:
    return hashlib.sha256(found.data).hexdigest() if isinstance(found, Parsed) else ""


def _begin(reader: Callable[..., Any], path: str, limits: Limits) -> Any:
    try:
        return reader(path, limits)
    except MemoryError:
        raise
    except MusicError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is a verdict on the file
        return f"{path}: the reader failed ({type(error).__name__}: {error})."


def _refusal(path: str, words: str, kind: type[Refusal] = Refusal) -> Refusal:
    return kind(path, words.removeprefix(f"{path}: "))


def _refused(begun: _Begun) -> Refusal | None:
    """Why there is no piece, if that is known; a reader that prints an error and returns notes has failed."""
    if isinstance(begun.found, str):
        return _refusal(begun.path, " ".join([begun.found, *begun.messages[:1]]))
    wrong = next((line for line in begun.messages if _ERROR.search(line)), None)
    return Refusal(begun.path, f"the reader printed an error: {wrong.rstrip('.')}.") if wrong is not None else None


def _with(piece: Columns, messages: list[str]) -> Columns:
    return replace(piece, about=piece.about | {"messages": messages})


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


def _put(answers: Any, kind: bytes, body: bytes = b"", length: int = 0) -> None:
    for part in (HEAD.pack(kind, length or len(body)), body):
        rest = memoryview(part)
        while rest:
            rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
