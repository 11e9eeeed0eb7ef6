"""What can go wrong with a report, each said in one line: what, where, what to do."""

from __future__ import annotations


class ReportError(Exception):
    """A report cannot be made.

    Parameters
    ----------
    what, where, do
        What is wrong, the file or option it concerns, and what helps.
    """

    exit_code = 2

    def __init__(self, what: str, where: object = "", do: str = "") -> None:
        self.what, self.where, self.do = what, str(where), do
        text = f"{self.where}: {what}." if self.where else f"{what}."
        super().__init__(f"{text} {do}." if do else text)


class MissingExtraError(ReportError):
    """A format needs something that is not installed; says which extra brings it."""
