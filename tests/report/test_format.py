import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from modeloid.report import format as formats
from modeloid.report.errors import MissingExtraError
from report import records

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
OUTSIDE = ROOT / "tests" / "outside" / "modeloid_walks"


class Needy:
    doc = "a format that lacks something"
    needs = ("json", "json.decoder", "no_such_module", "no_such_module.part", "json.decoder.part")
    extra = "nowhere[all]"

    def write(self, stories, target):
        return []


def code(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def sparks():
    (text,) = [text for text in code("python") if "class Sparks" in text]
    return text


def test_what_is_missing_is_named_with_its_extra():
    assert formats.missing(Needy()) == ["no_such_module", "no_such_module.part", "json.decoder.part"]
    with pytest.raises(MissingExtraError, match=r"no_such_module is not installed.*pip install 'nowhere\[all\]'"):
        formats.check("needy", Needy())


def test_what_lacks_nothing_passes():
    class Modest(Needy):
        needs = ("json",)

    formats.check("modest", Modest())


def test_the_protocol_tells_a_format_from_what_is_none():
    class NoWriter:
        doc, needs, extra = "", (), ""

    assert isinstance(Needy(), formats.Format)
    assert not isinstance(NoWriter(), formats.Format)


def test_our_formats_are_named_by_entry_points_and_keep_the_protocol():
    ours = [entry for entry in entry_points(group=formats.GROUP) if entry.value.startswith("modeloid.")]
    assert {"html", "csv", "tensorboard", "mlflow", "midi", "mp3"} <= {entry.name for entry in ours}
    for entry in ours:
        made = entry.load()()
        assert isinstance(made, formats.Format)
        assert made.doc
        assert "\n" not in made.doc
        assert bool(made.needs) <= bool(made.extra)
        assert f"| {entry.name}" in PAGE or f", {entry.name}" in PAGE, "the table of docs/formats.md lacks it"


def test_the_page_shows_the_format_that_an_outside_package_has():
    assert sparks() == (OUTSIDE / "src" / "modeloid_walks" / "sparks.py").read_text(encoding="utf-8")
    (section,) = code("toml")
    assert section in (OUTSIDE / "pyproject.toml").read_text(encoding="utf-8")
    assert len([line for line in sparks().splitlines() if line]) <= 20


def test_the_example_of_the_page_runs(tmp_path):
    names = {}
    exec(sparks(), names)
    made = names["Sparks"]()
    assert isinstance(made, formats.Format)
    (path,) = made.write([records.tell(tmp_path / "one", turns=200)], tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("█") and lines[0].endswith("one train/loss")
    assert names["drawn"]([]) == "" and names["drawn"]([1.0]) == "▁"


def test_it_is_found_once_it_is_installed(tmp_path):
    from modeloid import app

    if "sparks" not in {entry["name"] for entry in app.formats()}:
        pytest.fail("modeloid-walks is not installed: run `make test`")
    directory = records.make(tmp_path / "one")
    (path,) = app.report(directory, ["sparks"], tmp_path / "out")
    assert "one train/loss" in path.read_text(encoding="utf-8")


def test_sound_of_all_turns_is_had_as_the_page_says(tmp_path, monkeypatch):
    pytest.importorskip("soundfile")
    pytest.importorskip("pretty_midi")
    (text,) = [text for text in code("python") if "every=True" in text]
    records.make(tmp_path / "bach-rbm", pieces=1, samples=2)
    monkeypatch.chdir(tmp_path)
    exec(text, {})
    assert len(list((tmp_path / "sounds" / "pieces-ogg" / "bach-rbm").glob("step-*/00.ogg"))) == 2
