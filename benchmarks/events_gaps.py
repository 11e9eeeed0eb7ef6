"""What both sides of a gap, and a given melody, are worth to a modeloid of events: bits per missing note of valid.

python benchmarks/events_gaps.py MODELOID [PIECES]

Missing bars (two or four in the middle of what fits the context), the true notes scored: from both sides, from the bars
before alone. Missing tracks (all but the first), scored: beside their own melody, beside that of another piece, and
alone, as if the melody were none of the piece. The token behind a bar counts as its end; meters do not count.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modeloid import app
from modeloid.app.wiring import open_domain
from modeloid.cycle.stages import averaged
from modeloid.music.represent.events.gaps import AHEAD_BARS, BarOf, Bars, Gap, arranged, flat, parsed, written


class Scorer:
    """Scores parts of rows by a modeloid."""

    def __init__(self, modeloid: Any, coder: Any) -> None:
        self._modeloid, self._coder, self.known = modeloid, coder, coder.known

    def fits(self, row: Sequence[int]) -> bool:
        """Whether a row can be read at once."""
        return len(row) <= self._coder.window_tokens

    def filled(self, piece: Bars, gap: Gap, ahead: int | None, first: int = 0) -> float:
        """Nats of what is missing of the bars from `first` on, the end of each among it."""
        parts = arranged(piece, gap, self.known, ahead)
        row, scored = flat(parts), []
        for number, (bar, tokens) in enumerate(parts):
            is_behind = number > 0 and parts[number - 1][0] >= first
            scored += [bar >= first or (is_behind and place == 0) for place in range(len(tokens))]
        return self._nats(row, np.array(scored))

    def plain(self, piece: Bars, begin: int, end: int) -> float:
        """Nats of bars in the usual order: all tokens behind each bar's Meter, up to the next Bar or End."""
        row, scored = list(piece.head), [False] * len(piece.head)
        for number, bar in enumerate([*piece.bars[:end], None]):
            row.append(self.known["Bar"].first if bar or end < len(piece.bars) else 2)
            scored.append(begin < number <= end)
            if bar:
                events = written(bar.events)
                row += [*bar.meter, *events]
                scored += [False] * len(bar.meter) + [begin <= number < end] * len(events)
        return self._nats(row, np.array(scored))

    def _nats(self, row: Sequence[int], scored: Any) -> float:
        return -float(self._modeloid.token_likelihoods(np.array(row, np.int64))[scored].sum())


def notes(bars: Sequence[BarOf], given: frozenset[int] = frozenset()) -> int:
    """How many notes are missing."""
    return sum(event.program >= -1 and event.program not in given for bar in bars for event in bar.events)


def infilled(scorer: Scorer, pieces: Sequence[Bars], size: int) -> str:
    """The row for some missing bars."""
    sums = np.zeros(6)
    for piece in pieces:
        while len(piece.bars) > size + 2 and not scorer.fits(flat(arranged(piece, middle(piece, size), scorer.known))):
            piece = Bars(piece.head, piece.bars[:-1])
        if len(piece.bars) <= size + 2:
            continue
        gap = middle(piece, size)
        for place, first in ((0, gap.begin), (3, gap.end - 1)):
            both, left = scorer.filled(piece, gap, None, first), scorer.plain(piece, first, gap.end)
            sums[place : place + 3] += both, left, notes(piece.bars[first : gap.end])
    both, left, count, last_both, last_left, last_count = sums
    bits = np.array([both / count, left / count, last_both / last_count, last_left / last_count]) / np.log(2)
    return (
        f"{size} bars missing ({count:.0f} notes): {bits[0]:.3f} from both sides, {bits[1]:.3f} from before alone; "
        f"the last of them: {bits[2]:.3f}, {bits[3]:.3f}"
    )


def middle(piece: Bars, size: int) -> Gap:
    """A gap in the middle of a piece."""
    begin = (len(piece.bars) - size) // 2
    return Gap(begin, begin + size)


def accompanied(scorer: Scorer, pieces: Sequence[Bars]) -> str:
    """The row for missing tracks."""
    own = other = alone = count = 0.0
    melody = frozenset([0])
    some = [piece for piece in pieces if {0, 1} <= set().union(*(bar.programs() for bar in piece.bars))]
    for piece, next_piece in zip(some, [*some[1:], some[0]], strict=True):
        piece = Bars(piece.head, piece.bars[: len(next_piece.bars)])
        while not scorer.fits(flat(arranged(piece, everything(piece, melody), scorer.known, AHEAD_BARS))):
            piece = Bars(piece.head, piece.bars[:-1])
        gap = everything(piece, melody)
        wrong = [
            BarOf(bar.meter, (*kept(theirs, melody, True), *kept(bar, melody, False)))
            for bar, theirs in zip(piece.bars, next_piece.bars, strict=False)
        ]
        without = Bars(piece.head, tuple(BarOf(bar.meter, kept(bar, melody, False)) for bar in piece.bars))
        own += scorer.filled(piece, gap, AHEAD_BARS)
        other += scorer.filled(Bars(piece.head, tuple(wrong)), gap, AHEAD_BARS)
        alone += scorer.plain(without, 0, len(without.bars))
        count += notes(piece.bars, melody)
    bits = [nats / np.log(2) / count for nats in (own, other, alone)]
    return (
        f"accompaniment ({count:.0f} notes): {bits[0]:.3f} beside its melody, {bits[1]:.3f} beside another one, "
        f"{bits[2]:.3f} alone"
    )


def everything(piece: Bars, given: frozenset[int]) -> Gap:
    """All bars, of which some tracks are given."""
    return Gap(0, len(piece.bars), given)


def kept(bar: BarOf, programs: frozenset[int], inside: bool) -> Any:
    """The notes of some programs, or all else."""
    return tuple(event for event in bar.events if (event.program in programs) == inside)


def main() -> None:
    """Score a modeloid in its best state."""
    directory, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    modeloid: Any = app.load(directory)
    domain: Any = open_domain(app.open_card(directory).data, directory)
    coder = domain.representation
    pieces = domain.pieces("valid")[: count or None]
    rows = [parsed(coder.encode_columns(piece)[0].tolist(), coder.known) for piece in pieces]
    scorer = Scorer(modeloid, coder)
    print(f"bits per missing note, {len(rows)} pieces of the validation part")
    with averaged(modeloid):
        for size in (2, 4):
            print(infilled(scorer, rows, size), flush=True)
        print(accompanied(scorer, rows), flush=True)


if __name__ == "__main__":
    main()
