"""What was learned from, bar by bar: to tell copies of it by, and to know what strangers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.numpy import load_arrays, save_arrays
from modeloid.cycle.errors import StateError
from modeloid.music.represent.parts import BAR_STEPS, ONSET, PART, PITCH, Rows, in_order

if TYPE_CHECKING:
    from modeloid.music.represent.parts import Excerpts

_FILE = "memory.npz"
_SAME = 0.7
"""Share of its bars by which a piece is another one again."""


class Memory:
    """The bars of the training pieces that were seen, each once.

    Parameters
    ----------
    most_bars
        How many are kept; what comes later is not.
    """

    def __init__(self, most_bars: int) -> None:
        self._most = most_bars
        self._bars: dict[tuple[int, int], Rows] = {}
        self._tempos: dict[int, float] = {}

    def __len__(self) -> int:
        """How many bars are kept."""
        return len(self._bars)

    def see(self, batch: Excerpts) -> None:
        """Take note of the bars of a batch that were not seen before."""
        for number, (owner, first, bars) in enumerate(zip(batch.owners, batch.firsts, batch.bars, strict=True)):
            self._tempos.setdefault(int(owner), float(batch.tempos_bpm[number]))
            fresh = [bar for bar in range(int(bars)) if (int(owner), int(first) + bar) not in self._bars]
            if not fresh or len(self._bars) >= self._most:
                continue
            rows = batch.of(number)
            edges = np.searchsorted(rows[:, ONSET], np.arange(int(bars) + 1) * BAR_STEPS)
            for bar in fresh[: self._most - len(self._bars)]:
                kept = rows[edges[bar] : edges[bar + 1]].copy()
                kept[:, ONSET] -= bar * BAR_STEPS
                self._bars[int(owner), int(first) + bar] = kept

    def pieces(self) -> dict[int, Rows]:
        """The number of each training piece, and its notes; bars that were not seen are silent."""
        found: dict[int, list[Rows]] = {}
        for (owner, bar), rows in sorted(self._bars.items(), key=lambda item: item[0]):
            moved = rows.copy()
            moved[:, ONSET] += bar * BAR_STEPS
            found.setdefault(owner, []).append(moved)
        return {owner: in_order(np.concatenate(parts)) for owner, parts in found.items()}

    def tempos_bpm(self) -> NDArray[np.float64]:
        """Of the training pieces, sorted."""
        return np.sort(np.array(list(self._tempos.values()), np.float64))

    def save(self, directory: Path) -> None:
        """Write all of it; the same bytes for the same bars in whatever order they were seen."""
        keys = sorted(self._bars)
        rows: Sequence[Rows] = [self._bars[key] for key in keys]
        tempos = sorted(self._tempos.items())
        counted = [(*key, len(kept)) for key, kept in zip(keys, rows, strict=True)]
        arrays: dict[str, NDArray[Any]] = {
            "bars": np.array(counted, np.int32).reshape(-1, 3),
            "rows": np.concatenate([np.zeros((0, 5), np.int64), *rows]).astype(np.int16),
            "tempos": np.array(tempos, np.float64).reshape(-1, 2),
        }
        save_arrays(directory / _FILE, arrays)

    def load(self, directory: Path) -> None:
        """Read what `save` wrote. Raises `StateError` where it is missing or damaged."""
        import zipfile

        path = directory / _FILE
        try:
            arrays = load_arrays(path)
            bars, rows = arrays["bars"], arrays["rows"].astype(np.int64).reshape(-1, 5)
            edges = np.cumsum(np.append(0, bars[:, 2]))
            if edges[-1] != len(rows):
                raise ValueError(f"{edges[-1]} notes are announced, {len(rows)} there")
            self._tempos = {int(owner): float(bpm) for owner, bpm in arrays["tempos"]}
        except (OSError, KeyError, IndexError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise StateError(f"cannot be read ({error})", path, "Restore it, or take another checkpoint") from error
        self._bars = {
            (int(owner), int(bar)): rows[begin:end]
            for (owner, bar, _), begin, end in zip(bars, edges[:-1], edges[1:], strict=True)
        }


def distinct(pieces: Sequence[Rows]) -> list[Rows]:
    """The pieces, but of each only its first performance.

    A piece is another performance of an earlier one if more than 0.7 of its bars stand, note for note, at the same
    places there.

    Parameters
    ----------
    pieces
        Notes in order; how loud and how long they are is not looked at.
    """
    seen: dict[tuple[int, bytes], set[int]] = {}
    kept: list[Rows] = []
    for rows in pieces:
        bars = _bars(rows)
        shared = Counter(number for bar in bars for number in seen.get(bar, ()))
        if shared and shared.most_common(1)[0][1] > _SAME * len(bars):
            continue
        for bar in bars:
            seen.setdefault(bar, set()).add(len(kept))
        kept.append(rows)
    return kept


def _bars(rows: Rows) -> list[tuple[int, bytes]]:
    """The number and the notes of each bar in which something begins."""
    edges = np.flatnonzero(np.diff(rows[:, ONSET] // BAR_STEPS, prepend=-1))
    told = np.ascontiguousarray(rows[:, [ONSET, PITCH, PART]])
    parts = np.split(told, edges[1:])
    return [(int(part[0, 0]) // BAR_STEPS, part.tobytes()) for part in parts if len(part)]
