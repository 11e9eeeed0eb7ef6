from modeloid.report.format import Format, check
from modeloid.report.formats.html import Html
from report import records


def test_it_is_a_format_that_needs_nothing():
    assert isinstance(Html(), Format)
    check("html", Html())
    assert Html().extra == ""


def test_it_writes_one_file_that_holds_everything(tmp_path):
    story = records.tell(tmp_path / "made", turns=6, samples=1, pieces=1)
    target = tmp_path / "target"
    target.mkdir()
    assert Html().write([story], target) == [target / "index.html"]
    assert [path.name for path in target.iterdir()] == ["index.html"]
    assert (target / "index.html").read_text(encoding="utf-8").startswith("<!doctype html>")
