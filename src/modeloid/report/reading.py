"""Reads JSON files that may be damaged, cut off, still growing, or somebody else's: what is readable, and what was not.

What is handed out holds finite floats, integers of 64 bits, text that UTF-8 can write, and is nested `DEEPEST` deep at
most; the rest became None. Nothing here raises for what a file holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

DEEPEST = 32
LARGEST = 1 << 63
_BLOCK_BYTES = 1 << 20


def document(path: Path, problems: list[str]) -> dict[str, Any]:
    """The JSON object in a file; {} where there is none, with a line in `problems` where something else is there."""
    name = f"{path.parent.name}/{path.name}"
    file = _open(path, name, problems)
    if file is None:
        return {}
    with file:
        found = _parsed(_content(file))
    if not isinstance(found, dict):
        problems.append(f"{name} cannot be read as a JSON object; it is left out.")
        return {}
    return dict(tamed(found, Spoiled(name, problems)))


def lines(path: Path, problems: list[str]) -> list[dict[str, Any]]:
    """The JSON objects in a file of lines; lines that are none are counted in `problems`."""
    spoiled = Spoiled(path.name, problems)
    return [tamed(line, spoiled) for block in blocks(path, problems) for line in block]


def blocks(path: Path, problems: list[str]) -> Iterator[list[dict[str, Any]]]:
    """The same, many at a time, which is much quicker for millions of lines; their values are not yet tamed."""
    file = _open(path, path.name, problems)
    if file is None:
        return
    broken = 0
    with file:
        while block := _next(file):
            found = _together(block)
            if found is None:
                each = [(line, _parsed(line)) for line in block if line.strip()]
                found = [value for _, value in each if isinstance(value, dict)]
                broken += len(each) - len(found)
                if each and each[-1][0] is block[-1] and not isinstance(each[-1][1], dict) and block[-1][-1:] != b"\n":
                    broken -= 1
                    problems.append(f"{path.name}: its last line is not whole (still being written, or cut off).")
            yield found
    if broken:
        told = (
            "1 line cannot be read as a JSON object and is"
            if broken == 1
            else f"{broken} lines cannot be read as JSON objects and are"
        )
        problems.append(f"{path.name}: {told} left out.")


class Spoiled:
    """Counts the values of a file that became None, and says so in one line.

    Parameters
    ----------
    name
        The file, as `problems` names it.
    problems
        Gets the line at the first one; it is kept up to date.
    """

    def __init__(self, name: str, problems: list[str]) -> None:
        self._name, self._problems, self._count = name, problems, 0

    def __call__(self) -> None:
        """One more."""
        before, self._count = self._line(), self._count + 1
        if self._count == 1:
            self._problems.append(self._line())
        else:
            self._problems[self._problems.index(before)] = self._line()

    def _line(self) -> str:
        values = "1 value is" if self._count == 1 else f"{self._count} values are"
        return f"{self._name}: {values} not a finite number or too deep, and left out."


def tamed(value: Any, spoiled: Callable[[], None] = lambda: None, depth: int = 0) -> Any:
    """A value as this module promises it; `spoiled` is called for each that became None."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -LARGEST <= value < LARGEST else tamed(_float(value), spoiled)
    if isinstance(value, float):
        return value if math.isfinite(value) else spoiled()
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Mapping) and depth < DEEPEST:
        return {sound(str(key)): tamed(each, spoiled, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        return [tamed(each, spoiled, depth + 1) for each in value]
    return spoiled() if isinstance(value, (Mapping, list, tuple)) else sound(str(value))


def sound(text: str) -> str:
    """Text that UTF-8 can write: half a surrogate pair becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _open(path: Path, name: str, problems: list[str]) -> BinaryIO | None:
    try:
        # a pipe or a device of that name would keep the reader waiting for ever
        if path.exists() and not path.is_file():
            problems.append(f"{name} is not a file; it is left out.")
            return None
        return path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        problems.append(f"{name} cannot be read ({error.strerror}); it is left out.")
        return None


def _content(file: BinaryIO) -> bytes:
    try:
        return file.read()
    except OSError:
        return b""


def _next(file: BinaryIO) -> list[bytes]:
    try:
        return file.readlines(_BLOCK_BYTES)
    except OSError:
        return []


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError, MemoryError):
        return None


def _together(block: list[bytes]) -> list[dict[str, Any]] | None:
    """The objects of lines that are all whole, parsed at once; None where some are not."""
    text = b"".join(block)
    # each line must begin and end as an object does: else two broken ones could join into one that is whole
    if not text.startswith(b"{") or not text.endswith(b"}\n") or text.count(b"}\n{") != len(block) - 1:
        return None
    found = _parsed(b"[" + text[:-1].replace(b"\n", b",") + b"]")
    return found if isinstance(found, list) and len(found) == len(block) else None


def _float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
