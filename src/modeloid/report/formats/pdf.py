"""A report as PDF, for papers and archives: set by typst from the drawings that the page has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..story import Story


class Pdf:
    """`report.pdf`: one story, or several side by side and one after another."""

    doc = "one PDF, for papers and archives"
    needs: Sequence[str] = ("typst",)
    extra = "modeloid[pdf]"

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write `report.pdf`; fonts are those that typst carries, and the machine's for letters that they lack."""
        from ..paper import report, typeset

        path = target / "report.pdf"
        path.write_bytes(typeset.pdf(report.content(stories)))
        return [path]
