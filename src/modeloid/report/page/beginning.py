"""The beginning of the page: who it is, where it stands, the words, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.numbers import whole
from ..story import Story
from ..words import compared
from ..words import words as told
from .marks import facts, is_number, items, number, owner, several, text
from .table import Cell, table


def title(stories: Sequence[Story]) -> str:
    """The page's title."""
    labels = [story.label for story in stories]
    if not labels:
        return "Nothing to report"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def head(stories: Sequence[Story]) -> str:
    """Title, doc, and where each stands."""
    kind = "modeloid" if len(stories) == 1 else f"{len(stories)} modeloids compared"
    name = f'<p class="kind">{kind}</p><h1>{text(title(stories))}</h1>'
    if len(stories) != 1:
        return name + _several(stories)
    story = stories[0]
    doc = f'<p class="doc">{text(story.card["doc"])}</p>' if story.card.get("doc") else ""
    authors = ", ".join(map(str, story.card.get("authors") or ()))
    by = f'<p class="by">by {text(authors)}</p>' if authors else ""
    return name + doc + by + facts(_standing(story)) + status(story)


def words(stories: Sequence[Story]) -> str:
    """What the figures say, and what they do not."""
    said = told(stories[0]) if len(stories) == 1 else compared(stories)
    return "".join(f"<p>{text(sentence)}</p>" for sentence in said)


def problems(stories: Sequence[Story]) -> str:
    """What of the records could not be read."""
    found = [
        (f"{text(story.label)}: " if len(stories) > 1 else "") + text(problem)
        for story in stories
        for problem in story.record.problems
    ]
    return items(found)


def status(story: Story) -> str:
    """A line where the training has not ended, so far as the record knows; else nothing."""
    ends = [event.what for event in story.events if event.what in ("start", "end", "failed")]
    if not ends or ends[-1] != "start":
        return ""
    return (
        '<p class="status">No end of the training is recorded: it was still running, or was killed. '
        f"This is what there was at turn {whole(story.turns)}.</p>"
    )


def duration(hours: float) -> str:
    """A duration in the unit that suits it: "42 s", "7.5 min", "3.2 h"."""
    seconds = hours * 3600
    if seconds < 90:
        return f"{number(round(seconds, 1))} s"
    return f"{number(round(seconds / 60, 1))} min" if seconds < 5400 else f"{number(round(hours, 1))} h"


def _standing(story: Story) -> list[tuple[str, str]]:
    found = [("Turns", whole(story.turns))]
    if story.hours:
        found.append(("Training", duration(story.hours)))
    best = story.best
    if is_number(best.get("value")) and is_number(best.get("step")):
        found.append(
            (
                f"Best {best.get('quantity', '')}",
                f"{number(best['value'])} <small>at turn {whole(best['step'])}</small>",
            )
        )
    pieces = sum(len(made) for made in story.record.samples.values()) + len(story.record.tested)
    if pieces:
        found.append(("Pieces made", whole(pieces)))
    licence = story.record.data.get("licence")
    if licence:
        found.append(("Licence of the data", text(licence)))
    return found


def _several(stories: Sequence[Story]) -> str:
    rows = []
    for index, story in enumerate(stories):
        best = story.best
        doc = text(story.card.get("doc") or "")
        value = f"{number(best.get('value'))}<span class=range>{text(best.get('quantity', ''))}</span>"
        rows.append(
            [
                Cell(f'{owner(stories, index)}<span class="about">{doc}</span>', story.label),
                Cell(whole(story.turns), story.turns, "number"),
                Cell(duration(story.hours) if story.hours else "–", story.hours or "", "number"),
                Cell(value if best else "–", best.get("value", ""), "number"),
            ]
        )
    heads = ["Modeloid", "Turns", "Training", "Best"]
    lines = [status(story) and f"<p class=status>{text(story.label)}: {_running(story)}</p>" for story in stories]
    return table("The modeloids", heads, rows, numbers=(1, 2, 3)) + "".join(lines)


def _running(story: Story) -> str:
    return f"no end of the training is recorded; this is what there was at {several(story.turns, 'turn')}."
