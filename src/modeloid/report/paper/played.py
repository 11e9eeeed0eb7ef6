"""The generated pieces on paper: how original they are, what they look like, and what it takes to draw them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..drawing import roll as passages
from ..record import Piece
from ..story import Story
from . import pictures
from .blocks import NONE, Block, columned, exact, heading, mapping, mappings, number, picture, table, text, told
from .blocks import pictures as gallery
from .typeset import GUTTER_PT, ROOM_PT

MOST_PASSAGES = 4
MOST_ROLLS = 4
MOST_LISTED = 24
MOST_TURNS = 30
BEATS = 64
SCORE_BEATS = 32
_COLUMNS = 6
_PASSAGE_PX = (320.0, 72.0)
_SHORT_BEATS = 24
"""Pieces up to so long stand two beside each other."""


def originality(story: Story, level: int) -> Iterator[Block]:
    """What each piece shares with the training data, the longest passages side by side."""
    yield heading("How original it is", level)
    known = [(piece, mapping(piece.annotation.get("originality"))) for piece in story.newest]
    known = [(piece, found) for piece, found in known if found]
    if not known:
        yield text("The record does not say what the pieces share with the training data.")
        return
    yield _shared("pieces", "longest run", known)
    drums = [(piece, mapping(found.get("drums"))) for piece, found in known]
    drums = [(piece, found) for piece, found in drums if found]
    if drums:
        yield _shared("drums of the pieces", "longest run, bar patterns", drums)
    yield from _passages(known)


def _shared(whose: str, run: str, known: Sequence[tuple[Piece, Mapping[str, Any]]]) -> Block:
    keys = ("longest_run", "copied", "nearest", "nearest_share")
    rows = [[str(piece.number), *(told(found.get(key)) for key in keys)] for piece, found in known[:MOST_LISTED]]
    caption = f"What the {whose} {_from(known[0][0])} share with the training data{_cut(len(known))}."
    return table(caption, f">piece|>{run}|>copied|nearest piece|>share of it", rows)


def _passages(known: Sequence[tuple[Piece, Mapping[str, Any]]]) -> Iterator[Block]:
    found = [(piece, mapping(each.get("passage"))) for piece, each in known]
    found = [(piece, each) for piece, each in found if _notes(each, "made") and _notes(each, "trained")]
    found.sort(key=lambda one: (-_long(one[1]), one[0].number))
    if not found:
        return
    drawn = [side for piece, each in found[:MOST_PASSAGES] for side in _sides(piece, each)]
    caption = "The longest shared passages: to the left as generated, to the right in the piece of the training data."
    yield gallery(caption, drawn, columns=2)


def _sides(piece: Piece, passage: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    reaches = [passages.reach(_notes(passage, side)) for side in ("made", "trained")]
    scale: dict[str, Any] = {"beats": max(beats for beats, _ in reaches), "rows": max(rows for _, rows in reaches)}
    drawn = []
    for series, side in enumerate(("made", "trained")):
        at, notes = mapping(passage.get(side)), _notes(passage, side)
        whose = f"piece {piece.number}" if side == "made" else told(at.get("piece"))
        title = f"{whose}, bar {told(at.get('bar'))}, beat {told(at.get('beat'))}"
        width, height = _PASSAGE_PX
        svg = passages.svg(title, notes, pictures.THEME, series=series, width=width, height=height, **scale)
        drawn.append(picture(svg, width, title, under=passages.names(notes)))
    return drawn


def _notes(passage: Mapping[str, Any], side: str) -> list[passages.Note]:
    notes = mapping(passage.get(side)).get("notes")
    return [(note[0], note[1], note[2]) for note in notes] if isinstance(notes, list) else []


def _long(passage: Mapping[str, Any]) -> float:
    length = passage.get("length")
    return length if isinstance(length, (int, float)) else 0


def pieces(story: Story, level: int) -> Iterator[Block]:
    """A few pieces as pictures, one as a score, and all there are in figures."""
    yield heading("What it plays", level)
    newest = story.newest
    if not newest:
        yield text("No piece was generated yet.")
        return
    yield from _gallery(f"Pieces {_from(newest[0])}", newest[:MOST_ROLLS])
    yield from _learning(story)
    yield from _score(newest)
    yield from _writing(newest[:MOST_ROLLS])
    yield from _metrics(newest)
    yield _listed(newest)
    yield from _turns(story)


def _from(piece: Piece) -> str:
    return "of the test" if piece.step is None else f"of turn {number(piece.step)}"


def _cut(count: int) -> str:
    return f", the first {MOST_LISTED} of {count}" if count > MOST_LISTED else ""


def _gallery(caption: str, pieces: Sequence[Piece]) -> Iterator[Block]:
    longest = max(pictures.quarters(piece) for piece in pieces)
    columns = 2 if longest <= _SHORT_BEATS else 1
    room = ROOM_PT / columns - GUTTER_PT
    found = [(piece, pictures.roll(piece, BEATS, room)) for piece in pieces]
    drawn = [picture(svg, room, _title(piece)) for piece, svg in found if svg]
    if drawn:
        more = f", the first {BEATS} quarters of those that are longer" if longest > BEATS else ""
        yield gallery(f"{caption}{more}.", drawn, columns)


def _title(piece: Piece) -> str:
    return f"piece {piece.number}" if piece.step is None else f"piece {piece.number} of turn {number(piece.step)}"


def _learning(story: Story) -> Iterator[Block]:
    """The first piece at the first turn, in the middle, and at the last: how it learned."""
    turns = [step for step, pieces in sorted(story.record.samples.items()) if pieces]
    if len(turns) < 2:
        return
    chosen = dict.fromkeys((turns[0], turns[len(turns) // 2], turns[-1]))
    yield from _gallery("How it learned: the same piece after more and more turns", _firsts(story, list(chosen)))


def _firsts(story: Story, turns: Sequence[int]) -> list[Piece]:
    return [story.record.samples[step][0] for step in turns]


def _score(pieces: Sequence[Piece]) -> Iterator[Block]:
    for piece in pieces[:MOST_ROLLS]:
        svg = pictures.score(piece, SCORE_BEATS)
        if svg:
            caption = f"The score of {_title(piece)}, as notated from what it plays; {SCORE_BEATS} quarters at most."
            yield gallery(caption, [picture(svg, ROOM_PT, alt="score")])
            return


def _writing(pieces: Sequence[Piece]) -> Iterator[Block]:
    """Pieces that are words or letters."""
    for piece in pieces:
        path = piece.files.get("txt")
        if path is None:
            continue
        try:
            words = path.read_bytes()[:2000].decode("utf-8", "replace")
        except OSError:
            continue
        yield text(f"{_title(piece)}:")
        yield {"kind": "code", "text": "\n".join(words.splitlines()[:40])}


def _metrics(pieces: Sequence[Piece]) -> Iterator[Block]:
    shown = pieces[:_COLUMNS]
    found = [mapping(piece.annotation.get("metrics")) for piece in shown]
    names = dict.fromkeys(name for each in found for name in each)
    if names:
        titles = ["quantity", *(f"piece {piece.number}" for piece in shown)]
        rows = [[name, *(number(each.get(name)) for each in found)] for name in names]
        yield columned(f"What was measured in the first pieces {_from(pieces[0])}.", titles, rows)


def _listed(pieces: Sequence[Piece]) -> Block:
    rows = [
        [
            str(piece.number),
            exact(piece.seed) if piece.seed is not None else NONE,
            " ".join(map(exact, piece.address)) or NONE,
            ", ".join(f"{key} {exact(value)}" for key, value in piece.wishes.items()) or NONE,
            number(piece.annotation.get("length_s")),
            number(piece.annotation.get("tempo")),
            _tracks(piece),
        ]
        for piece in pieces[:MOST_LISTED]
    ]
    caption = f"Pieces {_from(pieces[0])}: what it takes to draw them again, and what they hold{_cut(len(pieces))}."
    return table(caption, ">piece|>seed|address|wishes|>seconds|>tempo|tracks: notes", rows)


def _tracks(piece: Piece) -> str:
    found = [
        f"{told(each.get('name'))}: {told(each.get('notes'))}" for each in mappings(piece.annotation.get("tracks"))
    ]
    return "; ".join(found) or NONE


def _turns(story: Story) -> Iterator[Block]:
    turns = sorted(story.record.samples)
    if not turns:
        return
    kept = turns if len(turns) <= MOST_TURNS else [*turns[: MOST_TURNS // 2], *turns[-MOST_TURNS // 2 :]]
    rows = [(number(step), str(len(story.record.samples[step])), _kinds(story.record.samples[step])) for step in kept]
    more = f", {len(turns) - len(kept)} in the middle left out" if len(kept) < len(turns) else ""
    yield table(f"Turns at which pieces were generated{more}.", ">turn|>pieces|files", rows)


def _kinds(pieces: Sequence[Piece]) -> str:
    return ", ".join(sorted({suffix for piece in pieces for suffix in piece.files})) or NONE
