"""What is plain, and what is not, is told without anything being run."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from modeloid.directory import plain
from modeloid.directory.errors import MconfigError, NotPlainError

PATH = Path("m/mconfig.py")
FINE = """\
from a.b import load_model
id = "1"
name = "n"
authors = ["x", "y"]
doc = "d"
model = {"k": [1, -2, 0.5, None, True, "s", {"deep": []}]}
data = {}
"""


def parse(text):
    return plain.parse(text if isinstance(text, bytes) else text.encode(), PATH)


def test_a_plain_one_gives_its_values_and_an_empty_cycle():
    found = parse(FINE)
    assert found.module == "a.b"
    assert found.import_line == 1
    assert found.values["model"] == {"k": [1, -2, 0.5, None, True, "s", {"deep": []}]}
    assert found.values["cycle"] == {}


@pytest.mark.parametrize(
    "text",
    [
        '"""Docstring."""\n' + FINE,
        "# -*- coding: utf-8 -*-\n" + FINE,
        b"\xef\xbb\xbf" + FINE.encode(),
        FINE.replace("\n", "\r\n"),
        FINE.replace("id =", "\x0cid = \\\n  "),
        FINE.replace('"d"', '("d" r"\\d" u"ö" "\N{ROMAN NUMERAL ONE}")'),
        FINE.replace("\n", ";\n"),
        FINE + "cycle = {'seed': 1}  # a comment\n",
    ],
    ids=["docstring", "cookie", "bom", "crlf", "form feed", "joined texts", "semicolons", "comment"],
)
def test_what_else_is_plain(text):
    assert parse(text).values["name"] == "n"


NOT = {
    "call": ("doc = open('MARK', 'w')", "no literal (Call)"),
    "bare call": ("open('MARK', 'w')", "Call"),
    "bare text below": ('"text"', "Constant"),
    "walrus": ("doc = (x := 1)", "NamedExpr"),
    "comprehension": ("doc = [open('MARK', 'w') for _ in (1,)]", "ListComp"),
    "dunder class": ("doc = ().__class__.__base__.__subclasses__()", "Call"),
    "decorator": ("@print\ndef f(): pass", "FunctionDef"),
    "class": ("class A: open('MARK', 'w')", "ClassDef"),
    "lambda": ("doc = lambda: 0", "Lambda"),
    "f-string": ("doc = f'{open(\"MARK\")}'", "JoinedStr"),
    "empty f-string": ("doc = f'x'", "JoinedStr"),
    "plus": ("doc = 'a' + 'b'", "BinOp"),
    "double minus": ("doc = --1", "minus"),
    "minus true": ("doc = -True", "minus"),
    "plus sign": ("doc = +1", "UnaryOp"),
    "not": ("doc = not 1", "UnaryOp"),
    "tuple": ("doc = (1, 2)", "Tuple"),
    "set": ("doc = {1}", "Set"),
    "bytes": ("doc = b'x'", "bytes"),
    "complex": ("doc = 1j", "complex"),
    "ellipsis": ("doc = ...", "ellipsis"),
    "infinite": ("doc = 1e999", "inf"),
    "half a pair": ("doc = '\\ud800'", "surrogate"),
    "huge number": ("doc = 0x" + "f" * 5000, "4300 digits"),
    "number key": ("doc = {1: 2}", "no text"),
    "key twice": ("doc = {'a': 1, 'a': 2}", "twice"),
    "double star": ("doc = {**{}}", "**"),
    "star": ("doc = [*[]]", "Starred"),
    "name": ("doc = __file__", "Name"),
    "annotated": ("doc: str = 'd'", "AnnAssign"),
    "chained": ("doc = x = 'd'", "Assign"),
    "unpacked": ("doc, x = 'de'", "Assign"),
    "attribute": ("load_model.x = 1", "Assign"),
    "item": ("model['x'] = 1", "Assign"),
    "augmented": ("id += 'x'", "AugAssign"),
    "delete": ("del id", "Delete"),
    "if": ("if 1: doc = 'd'", "If"),
    "type alias by hand": ("__builtins__ = {}", "__builtins__"),
    "unknown name": ("athors = []", "'authors'"),
    "load_model again": ("load_model = None", "load_model"),
    "given twice": ("id = '2'", "twice"),
    "fullwidth twice": ("\uff49\uff44 = '2'", "twice"),
    "import": ("import os", "Import"),
    "star import": ("from a.b import *", "second import"),
    "two imports": ("from c import load_model", "second import"),
    "too deep": ("doc = " + "[" * 150 + "]" * 150, "deeper"),
    "syntax": ("doc = = 1", "cannot parse"),
    "warning": ("doc = 1 is 1", "Compare"),
}


@pytest.mark.parametrize(("statement", "reason"), NOT.values(), ids=NOT.keys())
def test_what_is_not_plain_is_told_with_its_line(statement, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for line in FINE.splitlines() if not (statement.startswith("doc") and line.startswith("doc"))]
    with pytest.raises(NotPlainError, match=re.escape(reason)) as caught:
        parse("\n".join([*lines, statement]))
    assert caught.value.line == len(lines) + 1
    assert f"mconfig.py:{len(lines) + 1}:" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("from .a import load_model", "relative"),
        ("from . import load_model", "relative"),
        ("from a.b import load_model as load_model", "something else"),
        ("from a.b import load_model, other", "something else"),
        ("from a.b import other", "something else"),
        ("from a.b import *", "something else"),
        ("import a.b.load_model", "Import"),
        ("from a.b import (load_model, load_model)", "something else"),
    ],
)
def test_other_imports_are_not_plain(statement, reason):
    with pytest.raises(NotPlainError, match=reason):
        parse(FINE.replace("from a.b import load_model", statement))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"# coding: utf-7\n" + FINE.encode(), "not UTF-8"),
        (b"# coding: latin-1\n" + FINE.encode(), "iso-8859-1"),
        (b"\xef\xbb\xbf# coding: latin-1\n" + FINE.encode(), "not UTF-8"),
        (b"# coding: unicode_escape\n" + FINE.encode(), "unicode_escape"),
        (FINE.encode("utf-16"), "not UTF-8|null|gives up"),
        (FINE.replace('"d"', '"\xe9"').encode("latin-1"), "not UTF-8"),
        (FINE.encode() + b"\0", "null|gives up"),
        (FINE.encode() + b"#" * plain.MOST_BYTES, "more than 1000000 bytes"),
        (FINE.encode() + "\u202ex = 1".encode(), "cannot parse"),
    ],
)
def test_bytes_that_are_no_utf8_source_are_not_plain(source, reason):
    with pytest.raises(NotPlainError, match=reason):
        parse(source)


def test_one_megabyte_is_allowed():
    assert parse(FINE + "#" * (plain.MOST_BYTES - len(FINE))).values["id"] == "1"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("id = 7", "id is no text"),
        ("id = ''", "id is empty"),
        ("authors = 'me'", "authors is no list"),
        ("authors = [1]", "an author is no text"),
        ("doc = None", "doc is no text"),
        ("model = []", "model is no dict"),
        ("data = 'music'", "data is no dict"),
        ("name = '\\x1b[2J'", "cannot be printed"),
    ],
)
def test_values_of_the_wrong_kind_are_named_with_their_line(line, wrong):
    name = line.partition(" ")[0]
    lines = [line if old.startswith(name) else old for old in FINE.splitlines()]
    with pytest.raises(MconfigError, match=wrong) as caught:
        parse("\n".join(lines))
    assert f"mconfig.py:{lines.index(line) + 1}:" in str(caught.value)


@pytest.mark.parametrize("name", ["id", "name", "authors", "doc", "model", "data"])
def test_a_missing_name_is_named(name):
    with pytest.raises(MconfigError, match=f"gives no '{name}'"):
        parse("\n".join(line for line in FINE.splitlines() if not line.startswith(name)))


def test_a_missing_import_is_named():
    with pytest.raises(MconfigError, match="load_model"):
        parse(FINE.partition("\n")[2])


def test_no_warning_gets_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse(FINE.replace('"d"', '"\\d"')).values["doc"] == "\\d"
        # the control: the same text, parsed without a guard
        with pytest.raises(SyntaxError):
            ast.parse('doc = "\\d"')


def test_loose_reads_what_it_can_of_code():
    values = plain.loose(b"import os\nid = 'x'\nname = os.name\nmodel = {'a': 1}\nother = 1\n", PATH)
    assert values == {"id": "x", "model": {"a": 1}}
    assert plain.loose(b"id = = 1", PATH) == {}


BOMBS = {
    "open brackets": "'id = ' + '[' * 100_000",
    "brackets": "'id = ' + '[' * 100_000 + ']' * 100_000",
    "minuses": "'id = ' + '-' * 900_000 + '1'",
    "nots": "'id = ' + 'not ' * 200_000 + '1'",
    "sum": "'id = ' + '1+' * 400_000 + '1'",
    "attributes": "'id = a' + '.b' * 400_000",
    "calls": "'id = f' + '()' * 400_000",
    "powers": "'id = ' + '1**' * 300_000 + '1'",
    "lambdas": "'id = ' + 'lambda:' * 100_000 + '1'",
    "conditions": "'id = ' + '1 if 1 else ' * 80_000 + '1'",
    "blocks": "''.join(' ' * i + 'if 1:\\n' for i in range(900))",
    "branches": "'if 1: pass\\n' + 'elif 1: pass\\n' * 70_000",
    "f-strings": "'id = ' + 'f\"{' * 200_000",
    "digits": "'id = ' + '9' * 900_000",
    "dots": "'from ' + '.' * 900_000 + ' import load_model'",
    "decorators": "'@a\\n' * 300_000 + 'def f(): pass'",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_not_plain_and_does_not_kill_the_interpreter(bomb):
    script = (
        "import sys; from pathlib import Path; from modeloid.directory import plain, errors\n"
        f"try: plain.parse(({bomb}).encode(), Path('m.py'))\n"
        "except errors.NotPlainError: sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.returncode == 7, done.stderr.decode()[-500:]
