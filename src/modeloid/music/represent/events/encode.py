"""Notes in columns to tokens: all pieces of a chunk at once, one sort, one write for each type of token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...columns import NOTE_COLUMNS, Columns
from ...errors import RepresentationError
from ...losses import Losses
from ..bars import quantised
from ..ensemble import columns_of
from .layout import Frame, Layout, frame, lay
from .vocabulary import BEGIN, DRUMS, END, Vocabulary

_CHUNK_NOTES = 1 << 16
_BITS = {"rank": 8, "pitch": 7, "velocity": 7, "length": 16}
"""Of 63 in all; the steps of a chunk get the rest."""
_MOST_STEPS = 1 << 24
_LONGEST = (1 << 16) - 1
_FIELDS = {"pitch": ("rank", "pitch", "length", "velocity"), "duration": ("rank", "length", "pitch", "velocity")}
"""Order -> what notes of one step are sorted by."""


@dataclass(frozen=True)
class Encoded:
    """Tokens of many pieces, end to end.

    Parameters
    ----------
    tokens
        int16.
    edges
        Shape (pieces + 1,): piece i has ``tokens[edges[i]:edges[i + 1]]``; none where it was refused.
    losses
        Of all pieces that were not refused.
    refused
        Number and reason of each piece that was.
    """

    tokens: NDArray[np.int16]
    edges: NDArray[np.int64]
    losses: Losses
    refused: tuple[tuple[int, str], ...]


class Encoder:
    """Encodes pieces into a vocabulary's tokens.

    Parameters
    ----------
    known
        The vocabulary.
    order
        "pitch": notes of one program at one position by pitch, then duration. "duration": by duration (in steps, before
        the nearest known one is taken), then pitch.
    ends
        Begin and End around every piece.
    """

    def __init__(self, known: Vocabulary, order: str, ends: bool) -> None:
        self.known, self.ends = known, ends
        self._fields = _FIELDS[order]
        # the shorter field is enough where durations need not be told apart any finer
        self._raw = order == "duration"
        self._allowed = np.zeros((2, 128), np.bool_)
        self._allowed[0, known.low : known.high] = True
        self._allowed[1, known.drum_low : known.drum_high] = True

    def __call__(self, pieces: Sequence[Columns]) -> Encoded:
        """Encode pieces, some ten thousand notes at a time."""
        begun = np.cumsum([0] + [len(piece) for piece in pieces])[:-1] // _CHUNK_NOTES
        edges = [*np.flatnonzero(np.diff(begun, prepend=-1)), len(pieces)]
        return _joined([self._chunk(pieces[a:b], int(a)) for a, b in pairwise(edges)])

    def _chunk(self, pieces: Sequence[Columns], number: int) -> Encoded:
        notes = self._notes(pieces)
        frames, refused = self._frames(pieces, notes.counts)
        if refused:
            taken = sorted(set(range(len(pieces))) - {piece for piece, _ in refused})
            rest = self._chunk([pieces[piece] for piece in taken], 0) if taken else None
            return _spread(rest, taken, len(pieces), tuple((number + piece, why) for piece, why in refused))
        last = np.maximum.reduceat(notes.step, np.cumsum(notes.counts) - notes.counts)
        if sum(max(end, one.last) for end, one in zip(last.tolist(), frames, strict=True)) > _MOST_STEPS:
            return self._long(pieces, number)
        layout = lay(frames, last, self.known)
        tokens, edges = self._write(layout, self._sorted(notes, layout))
        moved = sum(one.moved for one in frames)
        return Encoded(tokens, edges, replace(notes.losses, meters_moved=moved), ())

    def _long(self, pieces: Sequence[Columns], number: int) -> Encoded:
        """Pieces of too many steps in all: in two halves; one alone is refused."""
        if len(pieces) == 1:
            text = f"the piece has more than {_MOST_STEPS // self.known.steps_per_beat} quarters"
            error = RepresentationError(text, "events", "Cut it, or take a coarser grid.")
            return _spread(None, [], 1, ((number, str(error)),))
        half = len(pieces) // 2
        return _joined([self._chunk(pieces[:half], number), self._chunk(pieces[half:], number + half)])

    def _notes(self, pieces: Sequence[Columns]) -> _Notes:
        """The notes that the vocabulary has a place for, on the grid."""
        counts = np.array([len(piece) for piece in pieces])
        column = {name: np.concatenate([piece.notes[name] for piece in pieces]) for name in NOTE_COLUMNS}
        tracks = [len(one.about["tracks"]) for one in pieces]
        ranks = np.array([self._rank(*track) for one in pieces for track in one.about["tracks"]], np.int64)
        rank = ranks[column["track"] + np.repeat(np.cumsum([0, *tracks[:-1]]), counts)]
        tpqs = [one.about["tpq"] for one in pieces]
        tpq: Any = tpqs[0] if len(set(tpqs)) == 1 else np.repeat(tpqs, counts)
        steps = self.known.steps_per_beat
        step, length = quantised(column["onset"], tpq, steps), quantised(column["duration"], tpq, steps)
        notes = _Notes(counts, step, np.maximum(length, 1), rank, column["pitch"], column["velocity"], Losses())
        drum = rank > DRUMS
        allowed = self._allowed[drum.view(np.uint8), column["pitch"]]
        every, drums, out, dropped = len(rank), 0, 0, 0
        if self.known.parts:
            dropped = int((rank < 0).sum())
            notes, drum, allowed = notes.where(rank >= 0), drum[rank >= 0], allowed[rank >= 0]
        if not allowed.all():
            drums, out = int((drum & ~allowed).sum()), int((~drum & ~allowed).sum())
            notes = notes.where(allowed)
        shortened = int(np.count_nonzero(notes.length > self.known.durations[-1]))
        return replace(notes, losses=Losses(every, out, drums, dropped=dropped, shortened=shortened))

    def _rank(self, name: str, program: int, is_drum: bool) -> int:
        """Tempi come first (0), then programs by number, then drums; without programs all pitched tracks are one.

        Where tracks are told apart by what they are, their numbers stand for programs; -1 where none takes this one.
        """
        if self.known.parts:
            (column,) = columns_of([[name, program, is_drum]], self.known.parts)
            return DRUMS + 1 if column >= 0 and is_drum else column + 1 if column >= 0 else -1
        if is_drum:
            return DRUMS + 1
        return program + 1 if self.known["Program"].size else 1

    def _frames(self, pieces: Sequence[Columns], kept: NDArray[np.int64]) -> tuple[list[Frame], list[tuple[int, str]]]:
        frames: list[Any] = [None] * len(pieces)
        refused = []
        for number, (piece, count) in enumerate(zip(pieces, kept.tolist(), strict=True)):
            try:
                if not count:
                    raise RepresentationError(f"no note to encode, of {len(piece)} in the piece", "events")
                frames[number] = frame(piece.about, self.known)
            except RepresentationError as error:
                refused.append((number, str(error)))
        return frames, refused

    def _sorted(self, notes: _Notes, layout: Layout) -> dict[str, NDArray[np.int64]]:
        """Notes and tempi in the order of their tokens: all that is needed of each packed into one number, sorted."""
        known, longest = self.known, self.known.durations[-1]
        most = _LONGEST if self._raw else longest
        length = np.minimum(notes.length, most)
        length = length if self._raw else known.duration_table[length]
        fields = {"rank": notes.rank, "length": length, "pitch": notes.pitch}
        fields["velocity"] = known.velocity_table[notes.velocity]
        low_bits = sum(_BITS.values())
        key = notes.step + np.repeat(layout.step[:-1], notes.counts)
        for name in self._fields:
            key <<= _BITS[name]
            key |= fields[name]
        tempo = (layout.tempo_step << low_bits) | layout.tempo_number
        key = np.concatenate([key, tempo])
        key.sort()
        found = {"tempo": key & 1023}
        for name in reversed(self._fields):
            found[name] = key & ((1 << _BITS[name]) - 1)
            key >>= _BITS[name]
        if self._raw:
            found["length"] = known.duration_table[np.minimum(found["length"], longest)]
        return {"step": key, **found}

    def _write(
        self, layout: Layout, events: dict[str, NDArray[np.int64]]
    ) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
        """Reckon where every token stands, and write them."""
        known, step, rank = self.known, events["step"], events["rank"]
        # events before each bar; what belongs to a bar is repeated for its events
        until = np.searchsorted(step, np.append(layout.line, layout.step[-1]))
        counts = np.diff(until)
        starts = np.append(True, step[1:] != step[:-1])
        size = np.where(rank, self._note_size, 1) + starts
        total = np.concatenate([[0], np.cumsum(size)])
        per_bar = 1 + bool(known.meters)
        bars = np.arange(len(counts))
        before = per_bar * bars + self.ends * (2 * layout.piece + 1)
        bar_at = total[until[:-1]] + before
        at = total[:-1] + np.repeat(before + per_bar, counts)
        edges = total[until[layout.bar]] + per_bar * layout.bar + 2 * self.ends * np.arange(len(layout.bar))
        # what is written for tempi as if they were notes goes behind the end
        tokens = np.empty(edges[-1] + self._note_size, np.int16)
        if self.ends:
            tokens[edges[:-1]], tokens[edges[1:] - 1] = BEGIN, END
        tokens[bar_at] = known["Bar"].first
        if known.meters:
            tokens[bar_at + 1] = known["Meter"].first + layout.meter
        position = step - np.repeat(layout.line - known["Position"].first, counts)
        tokens[at[starts]] = position[starts]
        at += starts
        tempi = np.flatnonzero(rank == 0)
        tokens[at[tempi]] = known["Tempo"].first + events["tempo"][tempi]
        at[tempi] = edges[-1]
        self._write_notes(tokens, at, events)
        return tokens[: edges[-1]], edges

    @property
    def _note_size(self) -> int:
        return 2 + bool(self.known["Program"].size) + bool(self.known["Velocity"].size)

    def _write_notes(
        self, tokens: NDArray[np.int16], at: NDArray[np.int64], events: dict[str, NDArray[np.int64]]
    ) -> None:
        known, rank = self.known, events["rank"]
        if known["Program"].size:
            tokens[at] = np.where(rank > DRUMS, known.drums, rank - 1) + known["Program"].first
            at += 1
        pitch = known["Pitch"].first - known.low
        drum = known["Drum"].first - known.drum_low
        tokens[at] = events["pitch"] + np.where(rank > DRUMS, drum, pitch)
        at += 1
        if known["Velocity"].size:
            tokens[at] = events["velocity"] + known["Velocity"].first
            at += 1
        tokens[at] = events["length"] + known["Duration"].first


@dataclass(frozen=True)
class _Notes:
    """Columns of notes on the grid, piece by piece; `counts` says how many each piece has."""

    counts: NDArray[np.int64]
    step: NDArray[np.int64]
    length: NDArray[np.int64]
    rank: NDArray[np.int64]
    pitch: NDArray[Any]
    velocity: NDArray[Any]
    losses: Losses

    def where(self, kept: NDArray[np.bool_]) -> _Notes:
        edges = np.concatenate([[0], np.cumsum(self.counts)])
        counts = np.diff(np.concatenate([[0], np.cumsum(kept)])[edges])
        columns = {name: getattr(self, name)[kept] for name in ("step", "length", "rank", "pitch", "velocity")}
        return replace(self, counts=counts, **columns)


def _joined(parts: Sequence[Encoded]) -> Encoded:
    sizes = np.concatenate([np.zeros(0, np.int64), *[np.diff(part.edges) for part in parts]])
    return Encoded(
        np.concatenate([np.zeros(0, np.int16), *[part.tokens for part in parts]]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        sum((part.losses for part in parts), Losses()),
        tuple(one for part in parts for one in part.refused),
    )


def _spread(rest: Encoded | None, taken: Sequence[int], count: int, refused: tuple[tuple[int, str], ...]) -> Encoded:
    """What was encoded of some pieces, as of all: the others have no tokens."""
    sizes = np.zeros(count, np.int64)
    if rest is None:
        return Encoded(np.zeros(0, np.int16), np.concatenate([[0], sizes]), Losses(), refused)
    sizes[list(taken)] = np.diff(rest.edges)
    return Encoded(rest.tokens, np.concatenate([[0], np.cumsum(sizes)]), rest.losses, refused)
