"""What a plain mconfig is, and its content without running it.

The tree is parsed and never compiled. It holds exactly: optionally a docstring; one ``from MODULE import load_model``;
assignments ``name = literal``, each of the contract's names once. Whether MODULE is that of an installed model is
`installed.py`'s matter.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modeloid.cycle.errors import nearest

from .errors import MconfigError, NotPlainError
from .fields import NAMES, checked, fault
from .literal import NotLiteralError, value_of

MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Plain:
    """The content of a plain mconfig.

    Parameters
    ----------
    values
        Name -> value: `id`, `name`, `authors`, `doc`, `model`, `data`, `cycle`.
    module
        Where `load_model` is imported from.
    import_line
        Where the file says so.
    """

    values: Mapping[str, Any]
    module: str
    import_line: int


def parse(source: bytes, path: Path) -> Plain:
    """Read an mconfig without running it.

    Parameters
    ----------
    source
        The bytes of the file.
    path
        Where it lies, for messages.

    Raises
    ------
    NotPlainError
        Where it is anything else than the design allows.
    MconfigError
        Where it is plain, but a name is missing or has a value of the wrong kind.
    """
    found = _Found()
    try:
        for number, statement in enumerate(tree(source, path).body):
            if number or not _is_docstring(statement):
                _take(statement, found)
    except NotLiteralError as error:
        raise NotPlainError(path, error.line, error.reason) from None
    if not found.module:
        raise MconfigError("gives no load_model", path, "Write `from MODULE import load_model`")
    where = {name: f"{path}:{line}" for name, line in found.lines.items()}
    return Plain(checked(found.values, where, path), found.module, found.import_line)


def tree(source: bytes, path: Path) -> ast.Module:
    """Parse bytes into a syntax tree; nothing is compiled, and no warning gets out.

    Raises
    ------
    NotPlainError
        For more than 1 MB, anything but UTF-8, and whatever the parser cannot take.
    """
    if len(source) > MOST_BYTES:
        raise NotPlainError(path, 0, f"more than {MOST_BYTES} bytes")
    text = _decode(source, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise NotPlainError(path, error.lineno or 0, f"Python cannot parse it ({error.msg})") from None
    except (ValueError, MemoryError, RecursionError, SystemError) as error:
        raise NotPlainError(path, 0, f"the parser gives up on it ({type(error).__name__})") from None


def loose(source: bytes, path: Path) -> dict[str, Any]:
    """What can be read of any mconfig, plain or not: the contract's names that get a right literal at top level."""
    values: dict[str, Any] = {}
    try:
        body = tree(source, path).body
    except NotPlainError:
        return values
    for statement in body:
        name = _assigned(statement)
        if name in NAMES and isinstance(statement, ast.Assign):
            try:
                values[name] = value_of(statement.value)
            except NotLiteralError:
                values.pop(name, None)
    return {name: value for name, value in values.items() if not fault(name, value)}


@dataclass
class _Found:
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    module: str = ""
    import_line: int = 0


def _decode(source: bytes, path: Path) -> str:
    """As UTF-8, whatever the file says; one that says otherwise would read differently elsewhere, so it is refused."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        if encoding not in ("utf-8", "utf-8-sig"):
            raise NotPlainError(path, 1, f"it says that it is {encoding}, not UTF-8")
        return source.decode("utf-8-sig")
    except (SyntaxError, UnicodeDecodeError):
        raise NotPlainError(path, 0, "it is not UTF-8") from None


def _take(statement: ast.stmt, found: _Found) -> None:
    if isinstance(statement, ast.ImportFrom):
        _take_import(statement, found)
        return
    name = _assigned(statement)
    if not name or not isinstance(statement, ast.Assign):
        raise NotLiteralError(statement, f"a statement that is neither import nor assignment: {_kind(statement)}")
    if name not in NAMES:
        raise NotLiteralError(statement, f"no name {name!r} in an mconfig. {nearest(name, NAMES)}")
    if name in found.values:
        raise NotLiteralError(statement, f"{name!r} is given twice")
    found.values[name] = value_of(statement.value)
    found.lines[name] = statement.lineno


def _take_import(statement: ast.ImportFrom, found: _Found) -> None:
    if found.module:
        raise NotLiteralError(statement, "a second import")
    if statement.level or not statement.module:
        raise NotLiteralError(statement, "a relative import")
    if [(alias.name, alias.asname) for alias in statement.names] != [("load_model", None)]:
        raise NotLiteralError(statement, "an import of something else than `load_model`")
    found.module, found.import_line = statement.module, statement.lineno


def _assigned(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return ""


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _kind(statement: ast.stmt) -> str:
    inner = statement.value if isinstance(statement, ast.Expr) else statement
    return type(inner).__name__
