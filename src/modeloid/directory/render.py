"""Writes the text of an mconfig: values that JSON can hold as Python literals, laid out for people to edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fields import NAMES

WIDTH = 100
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def mconfig(module: str, values: Mapping[str, Any]) -> str:
    """The text of a plain mconfig.

    Parameters
    ----------
    module
        Where `load_model` is imported from.
    values
        Name -> value, without `json_fault`; written in the contract's order.
    """
    summary = values["doc"].strip().partition("\n")[0].strip() or values["name"]
    lines = [f'""{text(summary)}""', "", f"from {module} import load_model", ""]
    lines += [assignment(name, values[name]) for name in NAMES if name in values]
    return "\n".join(lines) + "\n"


def assignment(name: str, value: Any) -> str:
    """One statement, ``name = literal``, over several lines where it is long."""
    return f"{name} = {literal(value, len(name) + 3)}"


def literal(value: Any, column: int = 0, indent: int = 0) -> str:
    """A value as a Python literal.

    Parameters
    ----------
    value
        Without `json_fault`.
    column
        Where the first line begins.
    indent
        By how much the lines below a bracket are indented less four.
    """
    flat = _flat(value)
    if column + len(flat) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    inner, pad = indent + 4, " " * (indent + 4)
    if isinstance(value, list):
        items = [literal(item, inner + 1, inner) for item in value]
    else:
        heads = [f"{text(key)}: " for key in value]
        items = [
            head + literal(item, inner + len(head) + 1, inner) for head, item in zip(heads, value.values(), strict=True)
        ]
    body = "".join(f"{pad}{item},\n" for item in items)
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}\n{body}{' ' * indent}{closing}"


def text(value: str) -> str:
    """A text in double quotes, on one line; signs that cannot be seen are escaped, so a reader sees all there is."""
    return '"' + "".join(_sign(sign) for sign in value) + '"'


def _sign(sign: str) -> str:
    if sign in _SHORT:
        return _SHORT[sign]
    if sign.isprintable():
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return repr(value)
