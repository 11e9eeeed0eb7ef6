"""Damages a synthetic record for the time of a test: any value anywhere, any bytes anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

FILES = ["log.jsonl", "journal.jsonl", "runs.jsonl", "data.json", "test.json", "samples/test/index.json"]
"""Below `record`."""
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**400, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def inside(value: Any, data: Any) -> Any:
    """The same with any JSON in the place of any value below it."""
    copy = json.loads(json.dumps(value))
    return _placed(copy, data.draw(st.sampled_from(_spots(copy)[1:])), data.draw(JSON))


@contextmanager
def changed(path: Path, data: Any) -> Iterator[None]:
    """Put any JSON in the place of any value; `data` is hypothesis's."""
    before = path.read_bytes()
    lines = path.suffix == ".jsonl"
    content = [json.loads(line) for line in before.splitlines()] if lines else json.loads(before)
    content = _placed(content, data.draw(st.sampled_from(_spots(content))), data.draw(JSON))
    texts = content if lines and isinstance(content, list) else [content]
    with _written(path, "\n".join(map(json.dumps, texts)).encode()):
        yield


@contextmanager
def torn(path: Path, where: float, cut: int, new: bytes) -> Iterator[None]:
    """Cut some bytes out, and put others there."""
    before = path.read_bytes()
    at = int(where * len(before))
    with _written(path, before[:at] + new + before[at + cut :]):
        yield


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def _spots(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The addresses of all values below one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(spot for key, each in inner for spot in _spots(each, (*here, key)))]


def _placed(value: Any, spot: tuple[Any, ...], new: Any) -> Any:
    if not spot:
        return new
    value[spot[0]] = _placed(value[spot[0]], spot[1:], new)
    return value
