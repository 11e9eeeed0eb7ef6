"""Under what terms a data set may be used, in a small ordered vocabulary, and the strictest of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TERMS = (
    "public domain",
    "permissive",
    "attribution",
    "share-alike",
    "non-commercial",
    "no derivatives",
    "none stated",
    "unknown",
)
"""From free to strict: nothing is asked; keep the notice (MIT, BSD); name the makers (CC BY); pass on under the same
terms (GPL, ODbL, CC BY-SA); no commercial use (any NC); no changed copies; nothing is granted, so all is reserved; only
you can know. A set that falls under several terms carries the strictest. The order is a help to see what a corpus asks
for and no legal advice."""


@dataclass(frozen=True)
class Licence:
    """The terms of a data set.

    Parameters
    ----------
    term
        One of `TERMS`.
    text
        The licence by name, whose it is, and what else its users must know; one line.
    """

    term: str
    text: str

    def __post_init__(self) -> None:
        assert self.term in TERMS, self.term

    def __str__(self) -> str:
        return f"{self.term}: {self.text}"

    def plain(self) -> dict[str, str]:
        """The licence as data that JSON can hold."""
        return {"term": self.term, "text": self.text}


def strictest(licences: Iterable[Licence]) -> Licence:
    """The licence of a corpus made of several sets: the strictest term, with the texts of the sets that impose it.

    Parameters
    ----------
    licences
        At least one.
    """
    known = list(licences)
    term = max((licence.term for licence in known), key=TERMS.index)
    return Licence(term, "; ".join(dict.fromkeys(licence.text for licence in known if licence.term == term)))
