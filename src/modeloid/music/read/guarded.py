"""Read many files in a few guarded child processes: no file can crash, hang or fill this process."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..columns import Columns
from .block import unpack
from .child import Child
from .frames import Batch
from .limits import Limits
from .refusal import Refusal
from .sniff import QUICK, suffix_of

READER = "modeloid.music.read.formats:begin"

Progress = Callable[[int, int], None]
"""Called with (files done, files in all), in the caller's thread."""

_BATCH = 128
"""Files a message, of those that are read quickly: a message costs as much as several of them."""
_WAITING = 8
"""Answers a child that may wait for the caller, or for one before them that takes longer."""

_Job = tuple[int, Sequence[Path]]
"""The number of the first file, and the files."""
_Result = tuple[int, Batch | BaseException]


@dataclass(frozen=True)
class _Work:
    jobs: queue.SimpleQueue[_Job]
    results: queue.SimpleQueue[_Result]
    room: threading.Semaphore
    stop: threading.Event


def read_files(
    paths: Sequence[Path],
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    reader: str = READER,
) -> list[Columns | Refusal]:
    """Read files in guarded child processes, one process for many files.

    Parameters
    ----------
    paths
        The files; each gets one answer, in this order, whatever the number of workers.
    limits
        What one file may take; `Limits()` where not given.
    workers
        How many children; one a core where not given.
    progress
        Called after every file.
    reader
        ``"module:function"`` that a child calls with (path, limits).

    Returns
    -------
    A piece or a refusal for each file.

    Raises
    ------
    MusicError
        The children do not start at all.
    """
    answers: dict[int, Columns | Refusal] = {}
    with closing(stream_batches(paths, limits=limits, workers=workers, reader=reader)) as stream:
        for first, batch in stream:
            pieces = iter(unpack(batch.block))
            for number in range(len(batch)):
                answers[first + number] = batch.refusals.get(number) or next(pieces)
                if progress is not None:
                    progress(len(answers), len(paths))
    return [answers[number] for number in range(len(paths))]


def stream_batches(
    paths: Sequence[Path],
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    reader: str = READER,
    edges: Collection[int] = frozenset(),
) -> Generator[tuple[int, Batch], None, None]:
    """As `read_files`, but in batches, in order, each with the number of its first file; closing ends the children.

    Parameters
    ----------
    paths, limits, workers, reader
        See `read_files`.
    edges
        Numbers of files with which a batch begins, whatever else it holds.
    """
    work = _Work(queue.SimpleQueue(), queue.SimpleQueue(), threading.Semaphore(0), threading.Event())
    jobs = _jobs(paths, workers or cores(), edges)
    for job in jobs:
        work.jobs.put(job)
    count = min(len(jobs), workers or cores())
    work.room.release(_WAITING * count + 1)
    keeper = (work, reader, limits or Limits())
    threads = [threading.Thread(target=_keep_child, args=keeper, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield from _answers(work, [first for first, _ in jobs])
    finally:
        work.stop.set()
        work.room.release(count + 1)
        for thread in threads:
            thread.join()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _jobs(paths: Sequence[Path], workers: int, edges: Collection[int]) -> list[_Job]:
    """Batches of quick files, no larger than gives every worker one; each other file alone."""
    most = max(1, min(_BATCH, -(-len(paths) // workers)))
    jobs: list[tuple[int, list[Path]]] = []
    open_job = False
    for number, path in enumerate(paths):
        quick = _quick(path)
        if open_job and quick and number not in edges and len(jobs[-1][1]) < most:
            jobs[-1][1].append(path)
        else:
            jobs.append((number, [path]))
        open_job = quick
    return list(jobs)


def _quick(path: Path) -> bool:
    return suffix_of(path).lower() in QUICK


def _answers(work: _Work, firsts: Sequence[int]) -> Iterator[tuple[int, Batch]]:
    early: dict[int, Batch] = {}
    for wanted in firsts:
        while wanted not in early:
            first, batch = work.results.get()
            if isinstance(batch, BaseException):
                raise batch
            early[first] = batch
        # only now, so that no more wait than there is room for, however long one takes
        work.room.release()
        yield wanted, early.pop(wanted)


def _keep_child(work: _Work, reader: str, limits: Limits) -> None:
    try:
        with Child(reader, limits) as child:
            while work.room.acquire() and not work.stop.is_set():
                first, paths = work.jobs.get_nowait()
                work.results.put((first, child.read(paths)))
    except queue.Empty:
        return
    except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
        work.results.put((-1, error))
