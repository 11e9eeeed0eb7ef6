"""A table of the page: captioned, scrolling by itself where it is too wide, sortable by the page's script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .marks import is_number, number, text


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table.

    Parameters
    ----------
    html
        Shown.
    by
        What the place is sorted by; the text itself where None, last where "".
    kind
        Classes: "number" is set to the right.
    """

    html: str
    by: float | str | None = None
    kind: str = ""


def plain(value: object) -> Cell:
    """A text."""
    return Cell(text(value))


def figure(value: object, low: object = None, high: object = None) -> Cell:
    """A number with its interval below it."""
    if not is_number(value):
        return Cell("–", "", "number")
    between = f'<span class="range">{number(low)} to {number(high)}</span>' if is_number(low) and low != high else ""
    return Cell(f"{number(value)}{between}", float(value), "number")


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numbers: Sequence[int] = (),
    fixed: Sequence[int] = (),
    sortable: bool = True,
    kind: str = "",
    marked: Sequence[bool] = (),
) -> str:
    """A table; "" without rows.

    Parameters
    ----------
    caption
        What it is, for a reader who jumps from table to table; not shown.
    heads
        HTML of the columns' heads.
    rows
        The first cell of each is the row's head.
    numbers
        Columns whose heads are set to the right.
    fixed
        Columns that are not sorted by, such as pictures.
    sortable
        Whether the script gives the heads buttons.
    marked
        For each row: whether it is to be seen first.
    """
    if not rows:
        return ""
    top = "".join(_head(head, index in numbers, index in fixed) for index, head in enumerate(heads))
    body = "".join(_row(row, index < len(marked) and marked[index]) for index, row in enumerate(rows))
    classes = " ".join(filter(None, ("sortable" if sortable and len(rows) > 1 else "", kind)))
    return (
        f'<div class="scroll" data-name="{text(caption)}"><table class="{classes}"><caption>{text(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(html: str, number: bool, fixed: bool) -> str:
    return f'<th scope="col"{" class=number" if number else ""}{" data-fixed" if fixed else ""}>{html}</th>'


def _row(cells: Sequence[Cell], marked: bool) -> str:
    first, *others = cells
    head = f'<th scope="row"{_by(first)}>{first.html}</th>'
    rest = "".join(f"<td{_kind(cell)}{_by(cell)}>{cell.html}</td>" for cell in others)
    return f"<tr{' class=marked' if marked else ''}>{head}{rest}</tr>"


def _kind(cell: Cell) -> str:
    return f' class="{cell.kind}"' if cell.kind else ""


def _by(cell: Cell) -> str:
    return "" if cell.by is None else f' data-by="{text(cell.by)}"'
