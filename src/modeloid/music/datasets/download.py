"""Fetch a file once, into a folder that all later runs look into first, and believe it only when its hash is right."""

from __future__ import annotations

import hashlib
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import DataError
from ..store.cache import home

_TIME_S = 30.0
_DAMAGED = "Remove it and fetch it again, or fetch another version and say so to the authors of this program."


def downloads() -> Path:
    """Where fetched files lie: ``$MODELOID_HOME/downloads``, else ``~/.cache/modeloid/downloads``."""
    return home() / "downloads"


def fetch(url: str, name: str, sha256: str, by_hand: str) -> Path:
    """Fetch a file.

    Parameters
    ----------
    url
        http or https.
    name
        What the file is to be called.
    sha256
        What it must hash to; "" where nobody knows.
    by_hand
        What to do when this fails, one sentence.

    Raises
    ------
    DataError
        There is no way to the address, or what came is not what was expected.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise DataError("cannot be fetched by this program", url or name, by_hand)
    target = downloads() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{name}.{os.getpid()}.part")
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "modeloid"})  # noqa: S310 - checked above
        with urllib.request.urlopen(request, timeout=_TIME_S) as source, fresh.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(source, file, 1 << 20)
        verify(fresh, sha256, url)
        fresh.replace(target)
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise DataError(f"cannot be fetched ({reason})", url, by_hand) from error
    finally:
        fresh.unlink(missing_ok=True)
    return target


def verify(path: Path, sha256: str, where: object = "") -> None:
    """Refuse a file that does not hash to what it must; where nobody knows what, believe it.

    Raises
    ------
    DataError
        It does not.
    """
    if not sha256:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise DataError(f"has the SHA-256 {found[:12]}..., not {sha256[:12]}...", where or path, _DAMAGED)


def listed_sha256(path: Path) -> str:
    """What a file ``SHA256SUMS`` beside `path` says that it hashes to; "" where there is none or it does not say."""
    try:
        lines = (path.parent / "SHA256SUMS").read_text().splitlines()
    except OSError:
        return ""
    rows = [line.split(maxsplit=1) for line in lines if line.strip()]
    return next((row[0].lower() for row in rows if len(row) == 2 and row[1].lstrip("*") == path.name), "")
