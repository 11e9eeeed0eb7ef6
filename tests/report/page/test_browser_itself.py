"""The checks of the browser find what they are there to find."""

import pytest

FAULTY = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title></head><body><main><h1>x</h1>
<p style="color:#ddd">faint</p><svg width=100 height=40 aria-label=q role=img><text x=80 y=20>too long a text</text>
<text x=85 y=20>on it</text></svg><div style="width:2000px">wide</div><img alt=x src="https://example.invalid/x.png">
</main><script>console.error("a fault")</script></body></html>"""


@pytest.fixture
def faulty(tmp_path, visit):
    path = tmp_path / "faulty.html"
    path.write_text(FAULTY, encoding="utf-8")
    return visit(path)


def test_a_request_is_seen_and_does_not_leave(faulty):
    assert faulty.requests == ["https://example.invalid/x.png"]


def test_an_error_of_the_console_is_seen(faulty):
    assert any("a fault" in error for error in faulty.errors)


def test_axe_finds_faint_text(faulty):
    assert any(line.startswith("color-contrast") for line in faulty.axe())


def test_what_is_too_wide_is_found(faulty):
    assert any(line.startswith("DIV") for line in faulty.overflow())


def test_text_that_is_cut_or_overlaps_is_found(faulty):
    found = faulty.cut()
    assert any(line.endswith("is cut") for line in found)
    assert any("lies on" in line for line in found)
