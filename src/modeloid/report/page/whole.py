"""The page: one file that holds everything and asks for nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..drawing.theme import DARK, LIGHT, Theme
from ..story import Story, apart
from . import beginning, card, events, learning, material, originality, pieces, results, speed
from .marks import text

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' data: blob:; img-src data: blob:; "
    "media-src data: blob:; font-src data:; connect-src data: blob:; worker-src data: blob:; form-action 'none'; "
    "base-uri 'none'"
)
"""Nothing may be fetched but what the page holds itself."""

GROUNDS = {"raised": ("#f4f1ea", "#1d2229"), "mark": ("#f6ecd2", "#35321f")}
"""By day and by night: what lies behind code and buttons, and behind what differs."""

Section = tuple[str, str, str, Callable[[Sequence[Story]], str]]
SECTIONS: Sequence[Section] = (
    ("problems", "Problems", "What could not be read", beginning.problems),
    ("words", "Words", "In words", beginning.words),
    ("pieces", "Pieces", "What it plays", pieces.section),
    ("test", "Test", "How it did in the test", results.section),
    ("originality", "Originality", "How original it is", originality.section),
    ("learning", "Curves", "How it learned", learning.section),
    ("speed", "Speed", "Speed and memory", speed.section),
    ("events", "Events", "What happened", events.section),
    ("card", "Card", "Card and recipe", card.section),
    ("data", "Data", "What it learned from", material.section),
)
"""Anchor, name in the contents, title and body, in the order that a reader wants; one without a body is left out."""


def render(stories: Sequence[Story]) -> str:
    """The page of one modeloid, or of several side by side; the same stories give the same text."""
    stories = apart(stories)
    drawn = [(name, brief, title, body(stories)) for name, brief, title, body in SECTIONS]
    shown = [one for one in drawn if one[-1]]
    here = Path(__file__).parent
    body = "".join(_section(name, title, found) for name, _, title, found in shown)
    style = f"{_colours()}{_file(here / 'page.css')}{pieces.styles()}"
    script = f"{_file(here / 'page.js')}{pieces.scripts()}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{text(beginning.title(stories))} · modeloid report</title><style>{style}</style></head>\n"
        f'<body><a class="skip" href="#content">Skip to the content</a>{_top(stories, shown)}'
        f'<main id="content" tabindex="-1">{body}</main>'
        f"<footer><p>{_colophon()}</p></footer><script>{script}</script></body></html>\n"
    )


def _top(stories: Sequence[Story], shown: Sequence[tuple[str, ...]]) -> str:
    links = "".join(f'<li><a href="#{name}">{brief}</a></li>' for name, brief, *_ in shown)
    switch = '<button type="button" id="theme" hidden>Dark</button>'
    return f'<header>{switch}{beginning.head(stories)}</header><nav aria-label="Sections"><ul>{links}</ul></nav>'


def _section(name: str, title: str, body: str) -> str:
    if body.startswith("<section"):
        return f"{body}\n"
    return f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>{body}</section>\n'


def _colophon() -> str:
    return "Rendered by modeloid from the record alone. This file holds all it shows and asks the network for nothing."


def _colours() -> str:
    """The colours of day and night as variables: as the reader's machine has it, or as chosen, and day on paper."""
    day, night = (_variables(theme, more) for theme, more in ((LIGHT, 0), (DARK, 1)))
    return (
        f':root{{color-scheme:light;{day}}}:root[data-theme="dark"]{{color-scheme:dark;{night}}}\n'
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{color-scheme:dark;{night}}}}}\n'
        f"@media print{{:root:root:root{{color-scheme:light;{day}}}}}\n"
    )


def _variables(theme: Theme, night: int) -> str:
    named = theme.colours | {name: both[night] for name, both in GROUNDS.items()}
    return "".join(f"--{name}:{colour};" for name, colour in named.items())


def _file(path: Path) -> str:
    return path.read_text(encoding="utf-8")
