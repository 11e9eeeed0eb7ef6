"""The colours that drawings are made in: explicit ones for paper and slides, their names for a page."""

from __future__ import annotations

from dataclasses import dataclass, replace

_SINGLE = ("ink", "faint", "line", "paper", "accent")


@dataclass(frozen=True)
class Theme:
    """Colours and letters of a drawing, each as SVG takes it.

    Parameters
    ----------
    ink, faint, line, paper, accent
        Text; text of less weight (4.5:1 or more on the paper); rules; the ground; what is to be seen first.
    series
        One colour for each modeloid of a comparison, told apart by colour-blind readers and 3:1 or more on the paper;
        after the last one the first comes again.
    font
        Family of the letters.
    """

    ink: str
    faint: str
    line: str
    paper: str
    accent: str
    series: tuple[str, ...]
    font: str = "sans-serif"

    def colour(self, number: int) -> str:
        """The colour of a series."""
        return self.series[number % len(self.series)]

    @property
    def colours(self) -> dict[str, str]:
        """Name -> colour; those of the series are "series0", "series1" and so on."""
        series = {f"series{number}": colour for number, colour in enumerate(self.series)}
        return {name: getattr(self, name) for name in _SINGLE} | series

    def named(self) -> Theme:
        """The same with the names of `colours` as CSS variables in place of the colours, and the letters around it."""
        names = {name: f"var(--{name})" for name in self.colours}
        series = tuple(names.pop(f"series{number}") for number in range(len(self.series)))
        return replace(self, **names, series=series, font="inherit")


LIGHT = Theme(
    ink="#1c222b",
    faint="#5a6472",
    line="#ddd8cd",
    paper="#fcfbf8",
    accent="#17698a",
    series=("#17698a", "#c2541c", "#8671eb", "#363100", "#511735", "#489e7b", "#134aa2", "#606366"),
)
"""For paper, slides and pages by day."""

DARK = Theme(
    ink="#e9e6df",
    faint="#a2abb7",
    line="#353b45",
    paper="#14171c",
    accent="#6cc3e0",
    series=("#6cc3e0", "#f39a6b", "#6770df", "#eae65a", "#ca5374", "#acfcd1", "#5b79b2", "#b2b3b3"),
)
"""For pages by night."""

DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 2 1 2 1 2", "12 4", "1 2", "4 4")
"""Patterns beside the colours, so that curves are told apart in print and without colours; "" is a whole line."""


def dash(number: int) -> str:
    """The pattern of a series."""
    return DASHES[number % len(DASHES)]
