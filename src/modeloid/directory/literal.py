"""Values out of a syntax tree, without running any of it."""

from __future__ import annotations

import ast
from typing import Any

from .fields import DEEPEST, json_fault


class NotLiteralError(ValueError):
    """A node is not a literal that JSON can hold; carries the line and the reason."""

    def __init__(self, node: ast.AST, reason: str) -> None:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        self.line: int = min(getattr(first, "lineno", 0) for first in (node, *decorators))
        self.reason = reason
        super().__init__(reason)


def value_of(node: ast.expr, depth: int = 0) -> Any:
    """The value of a literal: None, bool, number, text, list, or dict with texts for keys.

    Raises
    ------
    NotLiteralError
        For any other node.
    """
    if depth > DEEPEST:
        raise NotLiteralError(node, f"nested deeper than {DEEPEST}")
    if isinstance(node, ast.List):
        return [value_of(inner, depth + 1) for inner in node.elts]
    if isinstance(node, ast.Dict):
        return _dict_of(node, depth)
    value = _scalar_of(node)
    wrong = json_fault(value)
    if wrong:
        raise NotLiteralError(node, f"a value that{wrong}")
    return value


def _dict_of(node: ast.Dict, depth: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            raise NotLiteralError(value_node, "a dict with `**`")
        key = value_of(key_node, depth + 1)
        if type(key) is not str:
            raise NotLiteralError(key_node, "a key that is no text")
        if key in values:
            raise NotLiteralError(key_node, f"the key {key!r} twice")
        values[key] = value_of(value_node, depth + 1)
    return values


def _scalar_of(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if not isinstance(node, ast.UnaryOp) or not isinstance(node.op, ast.USub):
        raise NotLiteralError(node, f"a value that is no literal ({type(node).__name__})")
    inner = node.operand.value if isinstance(node.operand, ast.Constant) else None
    if type(inner) is int or type(inner) is float:
        return -inner
    raise NotLiteralError(node, "a minus before what is no number")
