"""The formats that write tables and texts bear any record."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modeloid.report.format import Format
from modeloid.report.formats.csv import Csv
from modeloid.report.formats.jsonl import JsonLines
from modeloid.report.formats.markdown import Markdown
from modeloid.report.formats.parquet import Parquet
from modeloid.report.story import tell
from report import damage, records

FORMATS = [Csv, JsonLines, Markdown, Parquet]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return records.make(tmp_path_factory.mktemp("whole") / "one", turns=4, samples=1, pieces=1)


@pytest.mark.parametrize("kind", FORMATS)
def test_it_is_a_format(kind):
    assert isinstance(kind(), Format)
    assert not isinstance(object(), Format)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", damage.FILES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(draw=st.data())
def test_any_value_anywhere_is_written(whole, kind, name, draw):
    pytest.importorskip("pyarrow")
    target = whole.parent / "out"
    target.mkdir(exist_ok=True)
    with damage.changed(whole / "record" / name, draw):
        story = tell(whole, records.card(whole))
        assert all(path.stat().st_size for path in kind().write([story, story], target))


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(draw=st.data())
def test_any_card_is_written(whole, kind, draw):
    target = whole.parent / "cards"
    target.mkdir(exist_ok=True)
    story = tell(whole, damage.inside(records.card(whole), draw))
    assert all(path.stat().st_size for path in kind().write([story, story], target))
