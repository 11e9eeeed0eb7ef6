"""How original the pieces are: the longest passages that they share with the training data, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..drawing import roll
from ..phrases import spoken
from ..record import Piece
from ..story import Story
from .marks import THEME, fold, is_number, number, owner, several, text
from .table import Cell, figure, plain, table

OPEN = 3
"""So many pairs of passages are open, the longest ones; the others are in a fold."""
MOST = 24


def section(stories: Sequence[Story]) -> str:
    """The figures of the set, of each piece, and the passages."""
    found = [
        (index, piece)
        for index, story in enumerate(stories)
        for piece in story.newest
        if isinstance(piece.annotation.get("originality"), Mapping)
    ]
    parts = [_set(stories), _passages(stories, found), _pieces(stories, found), _drums(stories, found)]
    return "".join(parts)


def _set(stories: Sequence[Story]) -> str:
    rows = []
    for index, story in enumerate(stories):
        told = story.comparison.get("originality")
        for name, values in told.items() if isinstance(told, Mapping) else ():
            if isinstance(values, Mapping):
                shown = [figure(values.get(one)) for one in ("made", "made_max", "real", "real_max")]
                who = [Cell(owner(stories, index), stories[index].label)] if len(stories) > 1 else []
                rows.append([Cell(text(spoken(name)), name), *who, *shown])
    heads = [
        "Quantity",
        *(["Modeloid"] if len(stories) > 1 else []),
        "Made, mean",
        "Made, most",
        "Real, mean",
        "Real, most",
    ]
    numbers = range(len(heads) - 4, len(heads))
    drawn = table("Originality of the whole set", heads, rows, numbers=numbers)
    note = "What held-out real pieces share with the training data stands beside: music quotes itself."
    return f'<p class="note">{note}</p>{drawn}' if drawn else ""


def _passages(stories: Sequence[Story], found: Sequence[tuple[int, Piece]]) -> str:
    shown = sorted(
        ((index, piece, piece.annotation["originality"]["passage"]) for index, piece in found if _passage(piece)),
        key=lambda one: (-one[2].get("length", 0), one[0], one[1].number),
    )[:MOST]
    if not shown:
        return ""
    drawn = [_pair(stories, *one) for one in shown]
    rest = fold(several(len(drawn) - OPEN, "more passage"), "".join(drawn[OPEN:])) if len(drawn) > OPEN else ""
    return f"<h3>The nearest passages of the training data</h3>{''.join(drawn[:OPEN])}{rest}"


def _passage(piece: Piece) -> bool:
    passage = piece.annotation["originality"].get("passage")
    return isinstance(passage, Mapping) and all(isinstance(passage.get(side), Mapping) for side in ("made", "trained"))


def _pair(stories: Sequence[Story], index: int, piece: Piece, passage: Mapping[str, Any]) -> str:
    made, trained = _notes(passage["made"]), _notes(passage["trained"])
    beats = max(roll.reach(made)[0], roll.reach(trained)[0])
    rows = max(roll.reach(made)[1], roll.reach(trained)[1])
    source = str(passage["trained"].get("piece") or "a training piece")
    sides = [
        (f"Piece {piece.number + 1}", passage["made"], made, index),
        (source, passage["trained"], trained, 7),
    ]
    drawn = "".join(
        f'<figure><figcaption><b>{text(name)}</b> <span class="range">{_place(side)}</span></figcaption>'
        f"{roll.svg(f'{name}, {_place(side)}', notes, THEME, series=series, beats=beats, rows=rows)}"
        f'<p class="notes">{text(roll.names(notes))}</p></figure>'
        for name, side, notes, series in sides
    )
    length = passage.get("length")
    count = several(int(length), "note") if is_number(length) else "Notes"
    who = f"{owner(stories, index)}: " if len(stories) > 1 else ""
    return f'<div class="pair"><p>{who}{count} of piece {piece.number + 1} as in {text(source)}</p>{drawn}</div>'


def _place(side: Mapping[str, Any]) -> str:
    told = [f"{name} {number(side[name])}" for name in ("bar", "beat") if is_number(side.get(name))]
    return "from " + ", ".join(told) if told else ""


def _notes(side: Mapping[str, Any]) -> list[roll.Note]:
    found = side.get("notes")
    if not isinstance(found, list):
        return []
    whole = [note for note in found if isinstance(note, list) and len(note) >= 3 and all(map(is_number, note[:3]))]
    return [(float(onset), float(length), float(pitch)) for onset, length, pitch, *_ in whole]


def _pieces(stories: Sequence[Story], found: Sequence[tuple[int, Piece]]) -> str:
    rows = [_piece(stories, index, piece, piece.annotation["originality"]) for index, piece in found]
    drawn = _each(stories, "Originality of each piece", "Longest shared run", rows)
    return fold(f"Each of the {several(len(rows), 'piece')}", drawn) if drawn else ""


def _drums(stories: Sequence[Story], found: Sequence[tuple[int, Piece]]) -> str:
    drums = [(index, piece, piece.annotation["originality"].get("drums")) for index, piece in found]
    rows = [_piece(stories, index, piece, told) for index, piece, told in drums if isinstance(told, Mapping)]
    drawn = _each(stories, "Originality of each piece's drums", "Longest shared run, in bar patterns", rows)
    return fold(f"The drums of {several(len(rows), 'piece')}", drawn) if drawn else ""


def _each(stories: Sequence[Story], caption: str, run: str, rows: Sequence[Sequence[Cell]]) -> str:
    heads = ["Piece", *(["Modeloid"] if len(stories) > 1 else []), run, "Copied", "Nearest", "Shared with it"]
    numbers = [len(heads) - 4, len(heads) - 3, len(heads) - 1]
    return table(caption, heads, rows, numbers=numbers)


def _piece(stories: Sequence[Story], index: int, piece: Piece, told: Mapping[str, Any]) -> list[Cell]:
    return [
        Cell(f"Piece {piece.number + 1}", piece.number),
        *([Cell(owner(stories, index), stories[index].label)] if len(stories) > 1 else []),
        figure(told.get("longest_run")),
        _share(told.get("copied")),
        plain(told.get("nearest") or "–"),
        _share(told.get("nearest_share")),
    ]


def _share(value: object) -> Cell:
    return Cell(f"{number(100 * float(value))} %", float(value), "number") if is_number(value) else figure(None)
