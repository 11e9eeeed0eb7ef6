"""The page in a real browser, and its text beside the record."""

import itertools
import json
import re
import resource
import time

import numpy as np
import pytest

from modeloid.report.formats.html import Html
from modeloid.report.record import Curve, Record, read
from modeloid.report.story import Story, tell
from report import records

QUANTITIES = ("loss", "gap", "learning_rate")
KINDS = ("one", "two", "untrained", "digits", "running")


@pytest.fixture(scope="module")
def stories(tmp_path_factory):
    root = tmp_path_factory.mktemp("records")
    one = records.tell(root / "one", turns=50, quantities=QUANTITIES, pieces=3)
    other = records.tell(root / "other", turns=40, seed=3, shift=0.3, representation="events", pieces=3)
    untrained = records.tell(root / "untrained", turns=0, samples=0, tested=False)
    digits = records.tell(root / "digits", turns=40, quantities=("critic",), music=False, compared=False)
    return {"one": [one], "two": [one, other], "untrained": [untrained], "digits": [digits], "running": [running(root)]}


def running(root):
    """A record whose last run has not ended, its journal cut in the middle of a line."""
    directory = records.make(root / "running", turns=60, tested=False)
    journal = directory / "record" / "journal.jsonl"
    journal.write_text("\n".join([*journal.read_text().splitlines()[:-1], '{"time": 17000']))
    return tell(directory, records.card(directory))


@pytest.fixture(scope="module")
def pages(stories, tmp_path_factory):
    root = tmp_path_factory.mktemp("pages")
    made = {}
    for name, told in stories.items():
        (root / name).mkdir()
        (made[name],) = Html().write(told, root / name)
    return made


LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
OPEN = "document.querySelectorAll('main > :not(#pieces) details').forEach((fold) => { fold.open = true; })"


@pytest.mark.parametrize(
    ("kind", "width", "scheme"),
    [("two", *look) for look in LOOKS]
    + [
        ("one", 1280, "light"),
        ("one", 390, "dark"),
        ("untrained", 390, "light"),
        ("digits", 390, "dark"),
        ("running", 1280, "light"),
    ],
)
def test_it_opens_offline_and_axe_finds_nothing(pages, visit, kind, width, scheme):
    seen = visit(pages[kind], width=width, scheme=scheme)
    seen.page.evaluate(OPEN)
    assert seen.axe() == []
    assert seen.overflow() == []
    assert seen.cut() == []
    assert seen.requests == []
    assert seen.errors == []


def test_the_policy_forbids_what_leaves_the_page(pages, tmp_path, visit):
    text = pages["untrained"].read_text(encoding="utf-8")
    path = tmp_path / "leaving.html"
    path.write_text(
        text.replace("</main>", '<img alt="" src="https://example.invalid/x.png"></main>'), encoding="utf-8"
    )
    assert any("Content Security Policy" in error for error in visit(path).errors)
    addresses = set(re.findall(r'(?:src|href|action)="([^"#][^"]*)"', text))
    assert all(address.startswith(("data:", "blob:")) for address in addresses)


def column(page, name, place):
    return page.eval_on_selector_all(
        f'[data-name="{name}"] tbody tr',
        f"(rows) => rows.map((row) => row.cells[{place}].innerText.trim().split('\\n')[0])",
    )


def test_tables_are_sorted_by_mouse_and_by_keyboard(pages, visit):
    page = visit(pages["one"]).page
    name = "Its pieces beside real ones"
    before = column(page, name, 2)
    head = page.locator(f'[data-name="{name}"] thead th').nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(page, name, 2) == sorted(before, key=float) != before
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(page, name, 2) == sorted(before, key=float, reverse=True)
    first = page.locator(f'[data-name="{name}"] thead th').nth(0)
    first.locator("button").focus()
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") is None
    names = column(page, name, 0)
    assert names == sorted(names)


def test_a_chart_is_read_by_pointer_and_by_keyboard(pages, stories, visit):
    page = visit(pages["one"]).page
    chart = page.locator("#learning .chart").first
    probe = chart.locator(".probe")
    probe.focus()
    page.keyboard.press("Home")
    first = stories["one"][0].record.curves["train/loss"]
    assert chart.locator(".where").inner_text() == "turn 1"
    assert float(chart.locator(".now").first.inner_text()) == pytest.approx(first.values[0], rel=1e-3)
    page.keyboard.press("ArrowRight")
    assert "turn 2: training" in probe.get_attribute("aria-valuetext")
    page.evaluate("document.activeElement.blur()")
    assert chart.locator(".where").inner_text() == ""
    probe.hover(position={"x": probe.bounding_box()["width"] - 2, "y": 20})
    assert chart.locator(".where").inner_text() == "turn 50"
    assert float(chart.locator(".now").first.inner_text()) == pytest.approx(first.values[-1], rel=1e-3)


def test_the_theme_is_switched(pages, visit):
    page = visit(pages["untrained"]).page
    ground = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(ground)
    page.locator("#theme").focus()
    page.keyboard.press("Enter")
    night = page.evaluate(ground)
    page.keyboard.press("Enter")
    assert page.evaluate(ground) == day != night
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#fcfbf8"


@pytest.mark.parametrize("kind", ["one", "two"])
def test_it_is_printed_within_its_paper(pages, visit, kind):
    seen = visit(pages[kind], width=680, scheme="dark")
    seen.page.emulate_media(media="print")
    assert seen.overflow() == []
    assert seen.page.locator("thead button", has_text="Made").first.is_visible()
    assert not seen.page.locator("#theme").is_visible()
    assert seen.page.locator("details:not([open]):visible").count() == 0


def test_the_scale_is_switched_where_values_reach_far(tmp_path, visit):
    directory = records.make(tmp_path / "far", turns=20, quantities=("loss",), samples=0, tested=False)
    log = directory / "record" / "log.jsonl"
    lines = [{"schema": 1}] + [{"step": turn, "train": {"loss": 2.0**-turn, "gap": 1.0}} for turn in range(1, 21)]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (path,) = Html().write([tell(directory, records.card(directory))], tmp_path)
    page = visit(path).page
    assert page.locator("#learning button.scale").count() == 1
    page.locator("#learning button.scale").click()
    assert page.locator("#learning .logarithmic").is_visible()
    assert not page.locator("#learning .linear").first.is_visible()


def test_the_commands_are_copied(pages, visit):
    page = visit(pages["one"]).page
    page.locator(".copy button").click()
    page.wait_for_function("document.querySelector('.copy button').textContent !== 'Copy'")
    assert page.locator(".copy button").inner_text() == "Copied"


def test_headings_go_down_one_by_one_and_the_skip_link_skips(pages, visit):
    page = visit(pages["two"]).page
    levels = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "(heads) => heads.map((head) => Number(head.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_without_a_script_everything_is_there(pages, visit):
    page = visit(pages["one"], java_script_enabled=False).page
    assert page.locator("#learning svg[role=img]").count() >= 3
    assert page.locator("button:visible:not(#pieces button)").count() == 0


def drawn(page):
    blocks = re.findall(r'<script type="application/json" class="drawn">(.*?)</script>', page.read_text("utf-8"))
    return {found["title"]: {line["name"]: line for line in found["lines"]} for found in map(json.loads, blocks)}


def test_the_data_inside_are_those_of_the_record(pages, stories):
    record = read(stories["one"][0].directory)
    found = drawn(pages["one"])
    for key, curve in record.curves.items():
        stage, _, name = key.partition("/")
        if name.startswith("data/"):
            continue
        line = found[name][{"train": "training", "valid": "validation", "judge": "its pieces"}[stage]]
        assert line["x"] == curve.turns.tolist()
        assert line["y"] == curve.values.tolist()


def test_what_is_thinned_is_a_part_of_the_record(tmp_path):
    directory = records.make(tmp_path / "long", turns=5000, quantities=("loss", "gap"), samples=0, tested=False)
    (path,) = Html().write([tell(directory, records.card(directory))], tmp_path)
    curve = read(directory).curves["train/gap"]
    line = drawn(path)["gap"]["training"]
    values = dict(zip(curve.turns.tolist(), curve.values.tolist(), strict=True))
    assert 200 < len(line["x"]) <= 322
    assert [values[turn] for turn in line["x"]] == line["y"]
    assert (min(line["y"]), max(line["y"])) == (curve.values.min(), curve.values.max())


def test_a_small_record_is_there_to_the_last_digit(pages, stories):
    text = pages["digits"].read_text(encoding="utf-8")
    table = text[text.index('<div class="scroll" data-name="Every number') :]
    rows = re.findall(r"<tr><th scope=\"row\">(\d+)</th>(.*?)</tr>", table)
    numbers = {int(turn): re.findall(r">([^<]*)</td>", row) for turn, row in rows}
    curves = stories["digits"][0].record.curves
    for place, curve in enumerate(curves.values()):
        for turn, value in zip(curve.turns.tolist(), curve.values.tolist(), strict=True):
            assert float(numbers[turn][place]) == value


def test_the_same_stories_give_the_same_bytes(stories, tmp_path):
    for kind in ("two", "running"):
        made = []
        for target in (tmp_path / kind, tmp_path / f"{kind}-again"):
            target.mkdir()
            made += [path.read_bytes() for path in Html().write(stories[kind], target)]
        assert made[0] == made[1]


def test_no_place_of_this_machine_is_in_it(stories, pages, tmp_path):
    for kind, path in pages.items():
        assert str(stories[kind][0].directory.parent) not in path.read_text(encoding="utf-8")


def test_what_a_card_says_of_folders_is_cut(tmp_path):
    directory = records.make(tmp_path / "made", turns=4, samples=0, tested=False)
    card = {**records.card(directory), "data": {"domain": "music", "sets": ["/home/somebody/music/mine"]}}
    (path,) = Html().write([tell(directory, card)], tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "somebody" not in text
    assert "mine" in text


def noise(directory, turns):
    """A story of twelve curves of noise, each value to its last digit."""
    steps, draw = np.arange(1, turns + 1), np.random.default_rng(0)
    curves = {f"train/q{number}": Curve(steps, draw.normal(size=turns)) for number in range(12)}
    return Story(directory, {"name": "noise"}, Record(curves=curves), "noise")


def test_twelve_curves_of_two_thousand_points_are_small(tmp_path):
    (path,) = Html().write([noise(tmp_path, 2000)], tmp_path)
    text = path.read_text(encoding="utf-8")
    learned = text[text.index('<section id="learning"') : text.index('<section id="card"')]
    assert len(learned.encode()) < 150_000


def test_a_hostile_name_is_only_text(tmp_path, visit):
    directory = records.make(tmp_path / "made", turns=4, quantities=("</script><script>alert(1)</script>",), samples=0)
    card = {**records.card(directory), "name": "<img src=x onerror=alert(1)>", "doc": '"><script>alert(1)</script>'}
    (path,) = Html().write([tell(directory, card)], tmp_path)
    seen = visit(path)
    assert seen.errors == []
    assert seen.page.locator("h1").inner_text() == "<img src=x onerror=alert(1)>"


def test_a_comparison_sets_them_side_by_side(pages, visit):
    page = visit(pages["two"]).page
    assert column(page, "The modeloids", 0) == ["one", "other"]
    assert column(page, "Card, what differs", 0)[0] == "id"
    assert "data.representation.kind" in column(page, "Card, what differs", 0)
    colours = page.eval_on_selector_all(
        "#learning .chart:first-of-type svg[role=img] path[fill=none]",
        "(lines) => lines.map((line) => [line.getAttribute('stroke'), line.getAttribute('stroke-dasharray')])",
    )
    assert {colour for colour, _ in colours} == {"var(--series0)", "var(--series1)"}
    assert len({dashes for _, dashes in colours}) == 2


def test_what_still_runs_says_so(pages):
    text = pages["running"].read_text(encoding="utf-8")
    assert "No end of the training is recorded" in text
    assert "its last line is not whole" in text
    assert "No end of the training is recorded" not in pages["one"].read_text(encoding="utf-8")


def test_a_broken_record_is_shown_as_far_as_it_goes(tmp_path):
    directory = tmp_path / "broken"
    directory.mkdir()
    (path,) = Html().write([tell(directory, {"name": "broken", "directory": str(directory)})], tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "There is no record yet" in text
    assert "<h1>broken</h1>" in text


def test_odd_results_do_not_stop_the_page(tmp_path):
    directory = records.make(tmp_path / "odd", turns=4)
    odd = {
        "schema": 1,
        "step": None,
        "likelihood": "none",
        "comparison": {"metrics": [{"name": "x"}, 7, {"made": 1}], "distances": {"a": 1}, "originality": {"copied": 3}},
        "judge": {"x": 1.0, "data/x": None},
    }
    (directory / "record" / "test.json").write_text(json.dumps(odd))
    (path,) = Html().write([tell(directory, records.card(directory))], tmp_path)
    assert "How it did in the test" in path.read_text(encoding="utf-8")


@pytest.mark.long
def test_a_million_turns_are_rendered_in_time(tmp_path):
    story = noise(tmp_path, 10**6)
    before = time.process_time()
    Html().write([story], tmp_path)
    assert time.process_time() - before < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1024**2
