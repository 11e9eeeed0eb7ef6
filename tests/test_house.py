"""What the house promises of itself: a slim cycle, a quick command line, no framework where none is needed."""

import ast
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "modeloid"


def code_lines(text):
    """Lines of code: neither blank, nor comment, nor part of a docstring."""
    documented = set()
    for node in ast.walk(ast.parse(text)):
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            documented |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip()[:1] not in ("", "#") and number not in documented)


def test_lines_are_counted_as_said():
    assert code_lines('"""Doc."""\n\n# why\nx = 1\n\n\ndef f():\n    """Doc\n    more.\n    """\n    return x\n') == 3


def test_the_cycle_is_slim():
    assert sum(code_lines(path.read_text()) for path in (SOURCE / "cycle").glob("*.py")) < 1500


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_help_imports_no_framework():
    found = run_python(
        "import sys; sys.argv = ['modeloid', '--help']\n"
        "from modeloid.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('torch', 'lightning_fabric', 'numpy', 'symusic', 'rich') if name in sys.modules])"
    )
    assert "Commands:" in found.stdout
    assert found.stdout.strip().endswith("[]")


def child_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_is_quick():
    seconds = []
    for _ in range(5):
        begin = child_seconds()
        subprocess.run([sys.executable, "-m", "modeloid", "--help"], capture_output=True, check=True, timeout=60)
        seconds.append(child_seconds() - begin)
    assert min(seconds) < 0.3


@pytest.mark.parametrize("room", ["cycle", "directory", "check", "models/rbm"])
def test_rooms_without_a_framework_import_none(room):
    name = "modeloid." + room.replace("/", ".")
    modules = [f"{name}.{path.stem}" for path in (SOURCE / room).glob("*.py") if path.stem != "__init__"]
    code = "import sys\n" + "".join(f"import {module}\n" for module in modules)
    found = run_python(code + "print('torch' in sys.modules or 'lightning_fabric' in sys.modules)")
    assert found.stdout.strip() == "False", found.stderr


def test_importing_the_package_costs_nothing():
    found = run_python("import sys, modeloid; print(sorted(m for m in sys.modules if m.startswith('modeloid')))")
    assert found.stdout.strip() == "['modeloid']"


def test_functions_stay_callable_whichever_room_of_their_name_was_imported():
    found = run_python(
        "import modeloid\n"
        "import modeloid.app as app\n"
        "rooms = [path.name for path in __import__('pathlib').Path(modeloid.__file__).parent.iterdir()]\n"
        "both = [name for name in app.__all__ if name in rooms]\n"
        "import modeloid.report.story as story, modeloid.check.suite as suite\n"
        "from modeloid.report import record\n"
        "assert story.tell and suite.check and modeloid.report.story is story\n"
        "for name in both:\n"
        "    assert callable(getattr(modeloid, name)), name\n"
        "for _ in range(2):\n"
        "    try: modeloid.report([])  # the call is what counts\n"
        "    except Exception as error: print(error)\n"
        "print(sorted(both))\n"
    )
    assert found.stderr == ""
    assert found.stdout.splitlines()[-1] == "['check', 'models', 'report']", "another pair must be named in __init__"
