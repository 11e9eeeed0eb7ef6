"""Read many files in a few guarded child processes: no file can crash, hang or fill this process."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..columns import Columns
from .child import Child, Refusal
from .limits import Limits
from .sniff import QUICK

READER = "modeloid.music.read.formats:begin"

Progress = Callable[[int, int], None]
"""Called with (files done, files in all), in the caller's thread."""

_BATCH = 16
"""Files a message, of those that are read quickly: a message costs as much as one of them."""

_Job = tuple[int, Sequence[Path]]
"""The number of the first file, and the files."""
_Result = tuple[int, list[Columns | Refusal] | BaseException]


@dataclass(frozen=True)
class _Work:
    jobs: queue.SimpleQueue[_Job]
    results: queue.SimpleQueue[_Result]
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
    with closing(stream_files(paths, limits=limits, workers=workers, reader=reader)) as stream:
        for number, answer in stream:
            answers[number] = answer
            if progress is not None:
                progress(len(answers), len(paths))
    return [answers[number] for number in range(len(paths))]


def stream_files(
    paths: Sequence[Path], *, limits: Limits | None = None, workers: int | None = None, reader: str = READER
) -> Generator[tuple[int, Columns | Refusal], None, None]:
    """As `read_files`, but each answer as it comes, with the number of its file; close it to end the children."""
    work = _Work(queue.SimpleQueue(), queue.SimpleQueue(), threading.Event())
    jobs = _jobs(paths, workers or _cores())
    for job in jobs:
        work.jobs.put(job)
    count = min(len(jobs), workers or _cores())
    keeper = (work, reader, limits or Limits())
    threads = [threading.Thread(target=_keep_child, args=keeper, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield from _answers(work.results, len(paths))
    finally:
        work.stop.set()
        for thread in threads:
            thread.join()


def _jobs(paths: Sequence[Path], workers: int) -> list[_Job]:
    """Batches of quick files, no larger than gives every worker one; each other file alone."""
    most = max(1, min(_BATCH, -(-len(paths) // workers)))
    jobs: list[_Job] = []
    for number, path in enumerate(paths):
        last = jobs[-1][1] if jobs else ()
        if jobs and len(last) < most and _quick(path) and _quick(last[-1]):
            jobs[-1] = (jobs[-1][0], [*last, path])
        else:
            jobs.append((number, [path]))
    return jobs


def _quick(path: Path) -> bool:
    return path.suffix.lower() in QUICK


def _answers(results: queue.SimpleQueue[_Result], total: int) -> Iterator[tuple[int, Columns | Refusal]]:
    done = 0
    while done < total:
        first, batch = results.get()
        if isinstance(batch, BaseException):
            raise batch
        yield from enumerate(batch, first)
        done += len(batch)


def _keep_child(work: _Work, reader: str, limits: Limits) -> None:
    try:
        with Child(reader, limits) as child:
            while not work.stop.is_set():
                first, paths = work.jobs.get_nowait()
                work.results.put((first, child.read(paths)))
    except queue.Empty:
        return
    except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
        work.results.put((-1, error))


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
