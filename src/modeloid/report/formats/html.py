"""The page: one self-contained HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..story import Story


class Html:
    """One file with everything in it; several modeloids are set side by side."""

    doc = "one page that opens offline from disk, with curves, pieces, test and recipe: for people"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write ``index.html``."""
        from ..page.whole import render

        path = target / "index.html"
        path.write_text(render(stories), encoding="utf-8", newline="\n")
        return [path]
