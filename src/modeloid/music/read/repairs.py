"""What was changed in a damaged file, in sentences with the byte."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..errors import ReadError

_WORST = 0.05
"""The share of damaged events from which on a file is not believed at all."""


@dataclass
class Repairs:
    """What was changed: sentences, and counts of what was changed often, with the first byte."""

    texts: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    firsts: dict[str, int] = field(default_factory=dict)
    sums: Counter[str] = field(default_factory=Counter)

    def note(self, text: str) -> None:
        """Something that happened once."""
        self.texts.append(text)

    def count(self, text: str, at: int) -> None:
        """Something that may happen again."""
        self.counts[text] += 1
        self.firsts.setdefault(text, at)

    def add(self, count: int, text: str) -> None:
        """So many of something, with no byte of their own."""
        self.sums[text] += count

    def sentences(self) -> list[str]:
        """All of it, for people."""
        often = [(text, count, self.firsts[text]) for text, count in self.counts.items()]
        sums = [f"{count} {text}" for text, count in self.sums.items()]
        return (
            self.texts
            + sums
            + [
                f"{text}, at byte {at}" if count == 1 else f"{count} times: {text}, first at byte {at}"
                for text, count, at in often
            ]
        )

    def judge(self, events: int, where: object) -> None:
        """Refuse a file of which too much is damaged.

        Raises
        ------
        ReadError
            More than one event in twenty, and more than one in all.
        """
        damaged = self.counts.total()
        if damaged > max(1.0, _WORST * events):
            example = self.sentences()[-1]
            raise ReadError(
                f"is too damaged to be believed ({damaged} damaged events beside {events} read; {example})", where
            )
