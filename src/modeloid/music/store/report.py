"""What is in a data set's store, as data that JSON can hold: for the commands that build, show and check it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..datasets import data_set
from ..errors import DataError
from ..read.guarded import Progress
from ..read.verdict import none_of, read_of
from .build import found, open_corpus
from .cache import MANIFEST, sha256
from .corpus import Corpus

_SHOWN = (
    "name",
    "doc",
    "citation",
    "url",
    "licence",
    "pieces",
    "notes",
    "hours",
    "parts",
    "refused",
    "silent",
    "digest",
)


def build(name: str, workers: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Build a data set's store, or find it built and whole, byte for byte.

    Parameters
    ----------
    name
        See `datasets.data_set`.
    workers
        How many processes parse; one a core where not given.
    progress
        Called with (pieces done, pieces in all) while parsing.

    Returns
    -------
    What `show` says, ``seconds`` that it took, and ``files``: ``{"path", "verdict", "reason"}`` of every file, sorted
    by path, the verdict being "read", "repaired" or "refused".

    Raises
    ------
    MusicError
        See `build.open_corpus`.
    """
    begin = time.perf_counter()
    corpus = open_corpus(data_set(name), progress=progress, workers=workers, verify=True)
    took = time.perf_counter() - begin
    return _about(corpus) | {"seconds": round(took, 3), "files": verdicts(corpus)}


def show(name: str) -> dict[str, Any]:
    """What is in a data set's store.

    Returns
    -------
    ``name, doc, citation, url, licence, pieces, notes, hours, parts`` (sizes of the published split, zeros without
    one), ``refused`` and ``silent`` (lists of ``{"path", "reason"}``), ``digest`` and ``directory``.

    Raises
    ------
    DataError
        The set is unknown, or not built on this machine.
    """
    corpus = _corpus(name)
    lists = {"refused": corpus.refused, "silent": corpus.silent}
    return _about(corpus) | {name: [asdict(file) for file in files] for name, files in lists.items()}


def check(name: str) -> dict[str, Any]:
    """Read every byte of a data set's store and compare it with the checksums that were written with it.

    Returns
    -------
    ``name``, ``directory``, ``ok``, ``files`` (how many were compared) and ``bad`` (the names of those that differ or
    are gone).

    Raises
    ------
    DataError
        The set is unknown, or not built on this machine.
    """
    corpus = _corpus(name)
    manifest = _manifest(corpus.directory)
    bad = [file for file, digest in manifest.items() if _sha256(corpus.directory / file) != digest]
    report = {"name": corpus.name, "directory": str(corpus.directory), "ok": not bad}
    return report | {"files": len(manifest), "bad": bad}


def verdicts(corpus: Corpus) -> list[dict[str, str]]:
    """``{"path", "verdict", "reason"}`` of every file, sorted by path."""
    repairs = [[str(line) for line in info.get("repairs", [])] for info in corpus.infos]
    rows = [
        read_of(name, repairs[number])
        for name, number in zip(corpus.names, corpus.array("pieces.info").tolist(), strict=True)
    ]
    rows += [none_of(file.path, file) for file in (*corpus.refused, *corpus.silent)]
    return sorted(map(asdict, rows), key=lambda row: row["path"])


def _about(corpus: Corpus) -> dict[str, Any]:
    return {key: corpus.header[key] for key in _SHOWN} | {"directory": str(corpus.directory)}


def _corpus(name: str) -> Corpus:
    directory = found(data_set(name))
    if directory is None:
        raise DataError("is not built on this machine", name, f"Build it: modeloid data build {name}.")
    return Corpus(directory)


def _manifest(directory: Path) -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((directory / MANIFEST).read_text())
        return manifest
    except (OSError, ValueError) as error:
        raise DataError("has no list of checksums", directory / MANIFEST, "Build it again.") from error


def _sha256(path: Path) -> str:
    return sha256(path) if path.is_file() else ""
