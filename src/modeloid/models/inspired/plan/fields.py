"""What a plan says of every bar: its fields, how many classes each has, and where they lie behind one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from modeloid.music.represent.ensemble import Part

AGAIN = 0
"""The column of the field that says which bar is repeated: it comes first."""
LAGS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 28)
"""How many bars back the bar lies that is repeated; 0: none, the bar is new."""
BEATS = 4
PATTERNS = 16
"""Of the four steps of a beat: which begin a note, the first step being the lowest bit."""
CHORDS = 25
REGISTERS = 8
LEVELS = 4
LOUDNESSES = 8


@dataclass(frozen=True)
class Field:
    """One thing that is said of a bar.

    Parameters
    ----------
    name
        What it is called.
    size
        How many classes it has.
    off_with
        Names of fields before it: this one is 0 where all of those are 0, and only there. Empty: no such rule.
    """

    name: str
    size: int
    off_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fields:
    """The fields of a bar, in the order in which they are decided.

    Parameters
    ----------
    fields
        The first is the one whose classes are `lags`.
    lags
        Of the first field: how many bars back its class points; 0 for none, and first.
    """

    fields: tuple[Field, ...]
    lags: tuple[int, ...] = LAGS

    @property
    def names(self) -> tuple[str, ...]:
        """Of each field."""
        return tuple(field.name for field in self.fields)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Classes of each field."""
        return tuple(field.size for field in self.fields)

    @property
    def offsets(self) -> tuple[int, ...]:
        """Where the classes of each field begin when those of all fields stand behind one another."""
        return tuple(accumulate(self.sizes[:-1], initial=0))

    @property
    def total(self) -> int:
        """Classes of all fields."""
        return sum(self.sizes)

    def __len__(self) -> int:
        return len(self.fields)

    def place(self, name: str) -> int:
        """The column of a field.

        Raises
        ------
        ValueError
            There is none of this name.
        """
        if name not in self.names:
            raise ValueError(f"a plan has no field {name!r}, only {', '.join(self.names)}")
        return self.names.index(name)

    def places(self, name: str) -> tuple[int, ...]:
        """The columns of all fields that are called so, or so with a dot and more behind it."""
        return tuple(index for index, own in enumerate(self.names) if own.split(".")[0] == name or own == name)


def layout(parts: Sequence[Part]) -> Fields:
    """The fields of a plan for some parts.

    In this order: "again"; "chord.0" and "chord.1" of the two halves; "level.NAME" of each part; "lead.0" to "lead.3",
    the onsets of the lead in each beat, and "register" of the lead; "under.0" to "under.3", the onsets of all other
    pitched notes; "loud.NAME" of each part.
    """
    lead, under = (tuple(f"{name}.{beat}" for beat in range(BEATS)) for name in ("lead", "under"))
    return Fields(
        (
            Field("again", len(LAGS)),
            *(Field(f"chord.{half}", CHORDS) for half in range(2)),
            *(Field(f"level.{part.name}", LEVELS) for part in parts),
            *(Field(name, PATTERNS) for name in lead),
            Field("register", REGISTERS, lead),
            *(Field(name, PATTERNS) for name in under),
            *(Field(f"loud.{part.name}", LOUDNESSES, (f"level.{part.name}",)) for part in parts),
        )
    )
