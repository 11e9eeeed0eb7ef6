"""A foreign mconfig does not run: real processes in an attacker's directory, with files that would leave a mark."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import modeloid

MARKING = "from pathlib import Path\nPath({mark!r}).touch()\ndef load_model(card, state, world): return 'evil'\n"
FIELDS = 'id = "1"\nname = "n"\nauthors = []\ndoc = "d"\nmodel = {}\ndata = {}\n'
OPEN = """
import sys
from pathlib import Path
from modeloid.directory import read
from modeloid.directory.errors import NotTrustedError, ShadowedError
from modeloid.cycle.errors import ModeloidError
peeked = read.peek(Path(sys.argv[1]))
try:
    card = read.open_card(Path(sys.argv[1]))
    print("opened", card.source["distribution"], card.load_model(card, None, None))
except ModeloidError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def mark(tmp_path):
    return tmp_path / "MARK"


def run(work: Path, directory: str, python: str = sys.executable, **environment: str) -> str:
    """Open a modeloid from the working directory; ``python -c`` has that on its module search path."""
    done = subprocess.run(
        [python, "-c", OPEN, directory],
        cwd=work,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


CODE = {
    "call": "open({mark!r}, 'w')\n",
    "default": "def load_model(card, state, world, f=open({mark!r}, 'w')): pass\n",
    "decorator": "@lambda f: open({mark!r}, 'w')\ndef load_model(): pass\n",
    "class body": "class load_model:\n    open({mark!r}, 'w')\n",
    "comprehension": "doc = [open({mark!r}, 'w') for _ in '1']\n",
    "walrus": "doc = (x := open({mark!r}, 'w'))\n",
    "class tricks": "doc = [c for c in ().__class__.__base__.__subclasses__()][0]\nopen({mark!r}, 'w')\n",
    "annotation": "load_model: open({mark!r}, 'w') = None\n",
    "helper": "import helper\n",
    "utf-7": "# coding: utf-7\ndoc = 'd'\n+AG8AcABlAG4-({mark!r}, 'w')\n",
}


@pytest.mark.parametrize("body", CODE.values(), ids=CODE.keys())
def test_code_does_not_run_and_the_control_does(body, make, work, mark):
    text = body.format(mark=str(mark))
    text = text + FIELDS if text.startswith("#") else FIELDS + text
    make("m", text, helper=f"open({str(mark)!r}, 'w')\n")
    assert run(work, "m").startswith("NotTrustedError m/mconfig.py:")
    assert not mark.exists()
    # the control: a reader that executes leaves the mark
    subprocess.run([sys.executable, "m/mconfig.py"], cwd=work, capture_output=True, timeout=60)
    assert mark.exists()


def test_a_planted_distribution_makes_nothing_plain(make, work, mark, install):
    make("m", f"from planted.model import load_model\n{FIELDS}")
    for place in (work, work / "m"):
        install(place, "planted.model", "planted", MARKING.format(mark=str(mark)))
    for search in ("", ".", str(work), str(work / "m"), "m", f"{work}/../work"):
        told = run(work, "m", PYTHONPATH=search)
        assert told.startswith("NotTrustedError m/mconfig.py:1: is code"), told
        assert "planted.model is no model of an installed distribution" in told
    assert not mark.exists()


def test_the_same_distribution_elsewhere_makes_it_plain(make, work, mark, install, tmp_path):
    make("m", f"from planted.model import load_model\n{FIELDS}")
    install(tmp_path / "elsewhere", "planted.model", "planted", MARKING.format(mark=str(mark)))
    assert run(work, "m", PYTHONPATH=str(tmp_path / "elsewhere")) == "opened planted evil"
    assert mark.exists()


@pytest.mark.parametrize("place", [".", "m"])
@pytest.mark.parametrize("planted", ["offered_pkg/model.py", "offered_pkg/__init__.py", "offered_pkg.py"])
def test_a_planted_module_does_not_stand_in_for_an_installed_one(make, work, mark, install, tmp_path, place, planted):
    install(tmp_path / "elsewhere", "offered_pkg.model")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    target = work / place / planted
    target.parent.mkdir(parents=True, exist_ok=True)
    (target.parent / "__init__.py").touch()
    target.write_text(MARKING.format(mark=str(mark)))
    told = run(work, "m", PYTHONPATH=os.pathsep.join([str(work / place), str(tmp_path / "elsewhere")]))
    assert told.startswith("ShadowedError"), told
    assert str(work / place) in told
    assert not mark.exists()


def test_a_portion_of_a_namespace_package_does_not_stand_in_either(make, work, mark, install, tmp_path):
    install(tmp_path / "elsewhere", "space.model")
    (tmp_path / "elsewhere" / "space" / "__init__.py").unlink()
    make("m", f"from space.model import load_model\n{FIELDS}")
    (work / "space").mkdir()
    (work / "space" / "model.py").write_text(MARKING.format(mark=str(mark)))
    assert run(work, "m", PYTHONPATH=str(tmp_path / "elsewhere")).startswith("ShadowedError")
    assert not mark.exists()
    (work / "space" / "model.py").unlink()
    assert run(work, "m", PYTHONPATH=str(tmp_path / "elsewhere")) == "opened offered n"


def test_a_link_into_the_working_directory_is_seen_through(make, work, mark, install, tmp_path):
    install(work / "hidden", "planted.model", "planted", MARKING.format(mark=str(mark)))
    (tmp_path / "innocent").symlink_to(work / "hidden")
    make("m", f"from planted.model import load_model\n{FIELDS}")
    assert run(work, "m", PYTHONPATH=str(tmp_path / "innocent")).startswith("NotTrustedError")
    assert not mark.exists()


def test_a_model_imports_nothing_from_the_working_directory(make, work, mark, install, tmp_path):
    source = "import sidekick\ndef load_model(card, state, world): return sidekick.NAME\n"
    install(tmp_path / "elsewhere", "offered_pkg.model", source=source)
    (tmp_path / "elsewhere" / "sidekick.py").write_text("NAME = 'right'\n")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    (work / "sidekick.py").write_text(MARKING.format(mark=str(mark)))
    assert run(work, "m", PYTHONPATH=str(tmp_path / "elsewhere")) == "opened offered right"
    assert not mark.exists()


@pytest.fixture
def own_python(work):
    """The interpreter of a virtual environment below the working directory, as the README makes one."""
    venv.create(work / ".venv", with_pip=False, symlinks=True)
    (site,) = (work / ".venv" / "lib").glob("python*/site-packages")
    ours = str(Path(modeloid.__file__).parents[1])
    numpy_site = str(Path(__import__("numpy").__file__).parents[1])
    (site / "ours.pth").write_text(f"{ours}\n{numpy_site}\n")
    return work / ".venv" / "bin" / "python", site


def test_an_environment_below_the_working_directory_counts(make, work, own_python, install):
    python, site = own_python
    install(site, "offered_pkg.model")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    assert run(work, "m", str(python)) == "opened offered n"


def test_another_environment_below_the_working_directory_does_not(make, work, own_python, install, mark):
    python, _ = own_python
    other = work / "other" / "lib" / "python3" / "site-packages"
    install(other, "planted.model", "planted", MARKING.format(mark=str(mark)))
    make("m", f"from planted.model import load_model\n{FIELDS}")
    assert run(work, "m", str(python), PYTHONPATH=str(other)).startswith("NotTrustedError")
    assert not mark.exists()


@pytest.mark.parametrize("source", ["src", "."])
def test_an_editable_distribution_of_the_working_directory_counts(make, work, own_python, install, source):
    python, site = own_python
    install(work / source, "offered_pkg.model")
    for path in (work / source / "offered-1.5.dist-info").iterdir():
        path.unlink()
    install(site, "offered_pkg.model", source="", lines="offered.pth,,\n")
    (site / "offered.pth").write_text(f"{work / source}\n")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    assert run(work, "m", str(python)) == "opened offered n"


def test_only_where_its_own_files_say(make, work, own_python, install, mark):
    python, site = own_python
    install(work / "src", "planted.model", "planted", MARKING.format(mark=str(mark)))
    install(site, "planted.model", source="")
    (site / "other.pth").write_text(f"{work / 'src'}\n")
    make("m", f"from planted.model import load_model\n{FIELDS}")
    assert run(work, "m", str(python)).startswith("ShadowedError")
    assert not mark.exists()


def test_a_hook_of_an_editable_distribution_counts_below_its_project(make, work, own_python, install):
    python, site = own_python
    install(work / "src", "offered_pkg.model")
    install(site, "offered_pkg.model", source="", lines="offered.pth,,\n")
    (site / "offered-1.5.dist-info" / "direct_url.json").write_text(
        f'{{"url": "{work.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    (site / "offered.pth").write_text(f"import sys; sys.path.append({str(work / 'src')!r})\n")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    assert run(work, "m", str(python)) == "opened offered n"


def test_remains_of_an_uninstalled_distribution_are_passed_over(make, work, install, tmp_path):
    install(tmp_path / "elsewhere", "offered_pkg.model")
    remains = tmp_path / "elsewhere" / "a_gone-1.dist-info"
    remains.mkdir()
    (remains / "entry_points.txt").write_text("[modeloid.models]\ngone = offered_pkg.model\n")
    make("m", f"from offered_pkg.model import load_model\n{FIELDS}")
    assert run(work, "m", PYTHONPATH=str(tmp_path / "elsewhere")) == "opened offered n"
