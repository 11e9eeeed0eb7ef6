"""One piece on its way through the grammar: what has been, and so what may come next."""

from __future__ import annotations

import numpy as np

from .grammar import END, Grammar, Mask

_USUAL = (4, 4)


class Walk:
    """Where one piece has come to.

    Beyond the order of kinds, notes of a step come in the representation's own: programs rise, drums last; where it
    sorts by pitch, so do pitches, and the durations of those that come twice. No note begins where no voice is free,
    no step where nothing could stand, and a piece ends only after its first note.

    Parameters
    ----------
    grammar
        The order and the limits.
    """

    def __init__(self, grammar: Grammar) -> None:
        known = grammar.known
        self.grammar = grammar
        self.tokens: list[int] = []
        self.bars = self.notes = 0
        self.ended = False
        self.crowded = False
        """Whether more voices sounded at once than may: what was taken need not have been allowed."""
        self._kind = "Pad"
        self._first = {name: block.first for name, block in known.blocks.items()}
        self._usual = known.meters.index(_USUAL) if _USUAL in known.meters else 0
        self._line = self._length = 0
        self._position = self._program = -1
        self._head = self._least_head = self._least_duration = self._last_duration = 0
        self._until = np.zeros(grammar.limits.most_voices or 0, np.int64)

    @property
    def step(self) -> int:
        """The step, counted from the beginning of the piece, at which a next note would begin."""
        return self._line + max(self._position, 0)

    def take(self, token: int) -> None:
        """Go on by one token, allowed or not; a Bar behind the last bar ends the piece and is none of it."""
        grammar, kind = self.grammar, self.grammar.kinds[token]
        if kind == "End" or (kind == "Bar" and self.bars == grammar.limits.bars):
            self.ended = True
        if not (self.ended and kind == "Bar"):
            self.tokens.append(token)
        self._kind = kind
        number = token - self._first.get(kind, 0)
        if kind == "Bar":
            self._take_bar(grammar.known.bar_steps[self._usual])
        elif kind == "Meter":
            self._usual, self._length = number, int(grammar.known.bar_steps[number])
        elif kind == "Position":
            self._position = number
            self._take_program(-1)
        elif kind == "Program" and number != self._program:
            self._take_program(number)
        elif kind in ("Pitch", "Drum"):
            self._take_head(token, kind)
        elif kind == "Duration":
            self._last_duration = token
            self._take_duration(int(grammar.known.durations[number]))

    def allowed(self) -> Mask:
        """Shape (vocabulary,): the tokens that may come next; at least one, unless the piece has ended."""
        mask = self.grammar.follow[self._kind].copy()
        if self._kind == "Program":
            mask[self._block("Pitch" if self._program == self.grammar.known.drums else "Drum")] = False
            mask[: self._least_head] = False
        elif self._kind in ("Bar", "Meter", "Position", "Tempo", "Duration"):
            self._limit_notes(mask)
            self._limit_positions(mask)
            self._limit_bars(mask)
        else:
            # A pitch that comes twice has the shorter duration first.
            mask[self._first["Duration"] : max(self._first["Duration"], self._least_duration)] = False
        return mask

    def _take_bar(self, length: int) -> None:
        self._line += self._length
        self._length = int(length)
        self._position = -1
        self.bars += 1

    def _take_program(self, number: int) -> None:
        self._program = number
        self._head = self._least_head = 0

    def _take_head(self, token: int, kind: str) -> None:
        rising = self.grammar.rising
        self._least_duration = self._last_duration if rising and token == self._head else 0
        self._least_head = token if rising else self._first[kind]
        self._head = token

    def _take_duration(self, steps: int) -> None:
        self.notes += 1
        if not len(self._until) or self.grammar.kinds[self._head] != "Pitch":
            return
        earliest = int(self._until.argmin())
        self.crowded |= bool(self._until[earliest] > self.step)
        self._until[earliest] = self.step + steps

    def _limit_notes(self, mask: Mask) -> None:
        grammar, programs = self.grammar, self.grammar.known["Program"]
        pitched = grammar.pitched and self._first_free() <= self._position
        if not programs.size:
            # Pitches stand before drums, in the vocabulary as in a step.
            begin = self._first["Pitch"]
            mask[begin : max(begin, self._least_head)] = False
            mask[self._block("Pitch")] &= pitched
            return
        mask[programs.first : programs.first + max(self._program, 0)] = False
        drums = programs.first + grammar.known.drums
        mask[programs.first : drums] &= pitched
        mask[drums : programs.first + programs.size] &= grammar.drums

    def _limit_positions(self, mask: Mask) -> None:
        grammar, block = self.grammar, self.grammar.known["Position"]
        fillable = grammar.tempo or grammar.drums
        begin = self._position + 1 if fillable else max(self._position + 1, self._first_free())
        mask[block.first : block.first + min(begin, block.size)] = False
        mask[block.first + self._length : block.first + block.size] = False

    def _limit_bars(self, mask: Mask) -> None:
        bars = self.grammar.limits.bars
        mask[END] &= self.notes > 0 and (bars is None or self.bars >= bars)
        if bars is not None and self.grammar.ends:
            mask[self._first["Bar"]] &= self.bars < bars

    def _first_free(self) -> int:
        """The first position of this bar from which on a voice is free; may lie before or behind the bar."""
        return int(self._until.min()) - self._line if len(self._until) else -1

    def _block(self, name: str) -> slice:
        return self.grammar.known[name].slice
