import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.report.formats.markdown import Markdown
from modeloid.report.formats.marks import code, table, text
from modeloid.report.phrases import told
from modeloid.report.record import Record
from modeloid.report.story import Story
from modeloid.report.words import compared, words
from report import records

reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")


def inner(token):
    """The text of an inline token."""
    return "".join(" " if each.type == "softbreak" else each.content for each in token.children or ())


def back(markdown):
    """Title -> its tables, as lists of rows; and all list items."""
    tables, items, title, kind = {}, [], "", ""
    for token in reader.parse(markdown):
        if token.type.endswith("_open"):
            kind = token.type
            if kind == "table_open":
                tables.setdefault(title, []).append([])
            if kind == "tr_open":
                tables[title][-1].append([])
            if kind == "list_item_open":
                items.append("")
        if token.type == "inline" and kind == "heading_open":
            title = inner(token)
        elif token.type == "inline" and kind in ("td_open", "th_open"):
            tables[title][-1][-1].append(inner(token))
        elif token.type == "inline" and items and token.level >= 3:
            items[-1] += inner(token)
    return tables, items


def written(tmp_path, *stories):
    (path,) = Markdown().write(stories, tmp_path)
    assert path.name == "report.md"
    return path.read_text(encoding="utf-8")


def test_tables_and_words_are_the_record(tmp_path):
    story = records.tell(tmp_path / "bach", shift=1.0)
    tables, items = back(written(tmp_path, story))
    assert items[: len(words(story))] == words(story)
    rows = tables["Test"][0][1:]
    assert [row[:2] for row in rows] == [[row.kind, row.name] for row in story.tested]
    assert rows[0][2] == "1.75 (1.711 to 1.789)"
    assert [row[3] for row in rows] == ["" if row.real is None else told(row.real) for row in story.tested]
    measures = tables["Measures beside real pieces"][0]
    assert measures[1][:4] == ["pitch_range (semitones)", "32 (31.8 to 32.2)", "31 (29.5 to 32.5)", "1.1 (0.95 to 1.2)"]
    assert measures[1][4:] == ["0.1", "0.2", "0.8", "apart"]
    assert [row[0] for row in tables["Pieces"][0][1:]] == [f"record/samples/test/0{number}.mid" for number in range(4)]
    assert [row[2] for row in tables["What happened"][0][1:]] == ["start", "end", "start", "notice", "end"]
    loss = story.record.curves["train/loss"]
    ends = [loss.values[0], loss.values.min(), loss.values.max(), loss.values[-1]]
    assert tables["Curves"][0][1] == ["loss", "train", "40", *(told(float(each)) for each in ends)]
    assert ["id", story.card["id"]] in tables["Card"][0]
    assert ["data", records.DIGEST] in tables["How to repeat it"][0]
    assert "broken.mid: no header" in items
    assert items.index("hush.mid: holds no notes") == items.index("short: shorter than a window") + 1


def test_files_in_which_nothing_sounds_are_no_refused_ones(tmp_path):
    directory = records.make(tmp_path / "one", turns=4)
    found = directory / "record" / "data.json"
    for left, said in (("silent", "Refused or left out:"), ("refused", "Nothing sounds in:")):
        data = json.loads(found.read_text())
        for key in {"refused", "left_out", "silent"} - {left}:
            data[key] = []
        data[left] = [{"file": "a.mid", "reason": "why"}]
        found.write_text(json.dumps(data))
        made = written(tmp_path, records.tell(directory))
        assert "a.mid: why" in made
        assert said not in made


def test_several_stories_begin_with_the_comparison(tmp_path):
    stories = [records.tell(tmp_path / "a"), records.tell(tmp_path / "b", shift=1.0)]
    tables, items = back(written(tmp_path, *stories))
    assert items[: len(compared(stories))] == compared(stories)
    assert tables["a and b"][0][:2] == [
        ["test", "quantity", "a", "b"],
        ["likelihood", "nll_per_step", "0.75 (0.7108 to 0.7892)", "1.75 (1.711 to 1.789)"],
    ]


def test_names_stay_names(tmp_path):
    name = "<script>x</script> | [a](http://b) `c` *d*"
    markdown = written(tmp_path, records.tell(tmp_path / "x", name=name))
    assert "<script>" not in markdown
    heading = reader.parse(markdown)[1]
    assert inner(heading) == name
    assert {each.type for each in heading.children} <= {"text", "text_special"}
    assert "link_open" in str(reader.parse("[a](http://b)"))


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30))
def test_any_text_stays_text(value):
    lines = [*table(["x"], [[text(value)], ["1"]]), "- " + text(value)]
    tables, items = back("\n".join(lines))
    expected = " ".join(value.split())
    assert tables[""][0][1] == [expected]
    assert items == [expected]


def test_code_cannot_be_left():
    (token,) = reader.parse("\n".join(code(["a ``` b", "c"])))
    assert (token.type, token.content) == ("fence", "a ``` b\nc\n")


def test_nothing_of_this_machine_and_twice_the_same(tmp_path):
    story = records.tell(tmp_path / "a")
    first = written(tmp_path, story)
    assert first == written(tmp_path, story)
    assert str(tmp_path) not in first


def test_what_is_not_known_is_left_out(tmp_path):
    tables, items = back(written(tmp_path, Story(tmp_path, {}, Record(problems=["log.jsonl is *broken*"]), "nothing")))
    assert list(tables) == ["How to repeat it"]
    assert items[-1] == "log.jsonl is *broken*"
    old = written(tmp_path, records.tell(tmp_path / "old", annotated=False, compared=False, music=False))
    assert "Measures beside" not in old
    assert "record/samples/test/00.txt" in old
