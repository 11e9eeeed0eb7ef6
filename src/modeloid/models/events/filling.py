"""The walk of a piece that is given in part: what is given is read, what is missing is written, bar by bar.

Beyond what `walk` keeps, what is written here fits what is given: no more voices sound with it than may, no note sounds
on behind the gap, and none begins where another of its track and pitch still sounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .grammar import Grammar, Mask
from .script import FAR, Script, Slot
from .walk import Walk


class Filling(Walk):
    """Where one piece has come to of which parts are given.

    Parameters
    ----------
    grammar
        The order and the limits of what is written.
    script
        What is given.
    """

    def __init__(self, grammar: Grammar, script: Script) -> None:
        super().__init__(grammar)
        known = grammar.known
        self._script, self._place, self._read, self._wrote = script, 0, 0, 0
        self._sounding, self._busy = script.sounding.copy(), script.busy.copy()
        self._heads = slice(known["Pitch"].first, known["Drum"].first + known["Drum"].size)
        self._pitches = known["Pitch"].size
        self._least = int(known.durations[0])
        self._possible = self._playable()
        self.written: list[tuple[int, int, list[int]]] = []
        """Of each note: the step, the number of its program (-1: none), its tokens."""

    def take(self, token: int) -> None:
        """Go on by one token."""
        if self._slot is not None and token == self._script.given[self._place][0]:
            self._leave()
        if self._slot is None:
            self.tokens.append(token)
            self._read += 1
            if self._read == len(self._script.given[self._place]):
                self._enter()
            return
        self._wrote += 1
        kind = self.grammar.kinds[token]
        if kind in ("Pitch", "Drum"):
            self.written.append((self.step, self._program, []))
        super().take(token)
        if kind in ("Pitch", "Drum", "Velocity", "Duration"):
            self.written[-1][2].append(token)

    def allowed(self) -> Mask:
        """Shape (vocabulary,): the tokens that may come next; what is given next alone, where something is."""
        if self._slot is None:
            mask = np.zeros(self.grammar.known.size, np.bool_)
            mask[self._script.given[self._place][self._read]] = True
            return mask
        mask = self.grammar.follow[self._kind].copy()
        if self._kind == "Program":
            mask[self._heads] &= self._free()[self._program]
        elif self._kind in ("Fill", "Position", "Duration"):
            self._limit(mask)
        elif "Duration" in self._next_kinds():
            room = self._room()
            mask[self._block("Duration")] &= self.grammar.known.durations <= room
        return mask

    def _next_kinds(self) -> tuple[str, ...]:
        has_velocity = self.grammar.known["Velocity"].size > 0
        return ("Duration",) if self._kind == "Velocity" or not has_velocity else ("Velocity",)

    def _limit(self, mask: Mask) -> None:
        if self._kind != "Position":
            mask[self._script.given[self._place][0]] = True
        if self._wrote >= self._script.most_tokens and self._kind == "Duration":
            mask[:] = False
            mask[self._script.given[self._place][0]] = True
            return
        positions = self.grammar.known["Position"]
        mask[positions.slice] &= self._positions(positions.size)
        programs = self.grammar.known["Program"]
        if self._kind == "Fill":
            return
        free = self._free()
        if programs.size:
            mask[programs.slice] &= free.any(1)
        else:
            mask[self._heads] &= free[0]

    def _playable(self) -> Mask:
        """Shape (programs or 1, pitches and drums): what the wishes leave."""
        known, allowed = self.grammar.known, self.grammar.limits.allowed
        possible = np.tile(allowed[self._heads], (max(1, known["Program"].size), 1))
        if known["Program"].size:
            possible[: known.drums, self._pitches :] = False
            possible[known.drums :, : self._pitches] = False
            possible &= allowed[known["Program"].slice][:, None]
        return possible

    def _free(self) -> Mask:
        """As `_playable`, now: not before those of this step in the order, and none that still sounds."""
        free = self._possible & (self._busy <= self.step)
        free[:, : self._pitches] &= self._fits(np.array([self.step]), True)
        free[:, self._pitches :] &= self._fits(np.array([self.step]), False)
        if self._kind == "Position":
            return free
        own = max(self._program, 0)
        free[:own] = False
        free[own, : max(0, self._least_head - self._heads.start)] = False
        return free

    def _fits(self, steps: NDArray[np.int64], pitched: bool) -> Mask:
        """Whether a note of the shortest duration fits in at each step: before the seam, and beside the voices."""
        assert self._slot is not None
        fits = np.asarray(steps + self._least <= self._slot.seam)
        most = self.grammar.limits.most_voices
        if pitched and most is not None:
            at = np.minimum(steps[:, None] + np.arange(self._least), len(self._sounding) - 1)
            fits &= (self._sounding[at] < most).all(1)
        return fits

    def _positions(self, size: int) -> Mask:
        """Which positions of this bar are still to come and have room for a note."""
        assert self._slot is not None
        steps = self._slot.line + np.arange(size)
        until = np.where(self._possible, self._busy, FAR)
        pitches, drums = until[:, : self._pitches], until[:, self._pitches :]
        found = self._fits(steps, True) & (pitches.min(initial=FAR) <= steps)
        found |= self._fits(steps, False) & (drums.min(initial=FAR) <= steps)
        return np.asarray(found & (np.arange(size) > self._position) & (np.arange(size) < self._slot.length))

    def _room(self) -> int:
        """How many steps the note that is being written may last."""
        assert self._slot is not None
        room = self._slot.seam - self.step
        most = self.grammar.limits.most_voices
        if most is not None and self._head < self._heads.start + self._pitches:
            full = np.flatnonzero(self._sounding[self.step :] >= most)
            room = min(room, int(full[0])) if len(full) else room
        return room

    def _take_duration(self, steps: int) -> None:
        self.notes += 1
        end, column = self.step + steps, self._head - self._heads.start
        self._busy[max(self._program, 0), column] = end
        if column < self._pitches:
            self._sounding[self.step : end] += 1

    @property
    def _slot(self) -> Slot | None:
        """The bar that is being written; None while what is given is read."""
        return self._current

    _current: Slot | None = None

    def _enter(self) -> None:
        """What is given has been read: the next bar begins, or the piece is whole."""
        if self._place == len(self._script.slots):
            self.ended = True
            return
        self._current = self._script.slots[self._place]
        self._place += 1
        self._line, self._length = self._current.line, self._current.length
        self._position = self._program = -1
        self._kind, self._wrote = "Fill", 0
        self.bars += 1

    def _leave(self) -> None:
        self._current, self._read = None, 0
