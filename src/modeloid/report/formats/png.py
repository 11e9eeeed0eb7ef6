"""The pictures of `svg` as PNG at twice their size, for what cannot show SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from ..story import Story
from .svg import placed

_AT_ONCE = 16


class Png:
    """`png/LABEL/curves/loss.png` and so on, as `svg` has them; on white ground."""

    doc = "the pictures of svg as PNG, twice as large"
    needs: Sequence[str] = ("typst",)
    extra = "modeloid[pdf]"

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write a file for each picture."""
        from ..paper import typeset

        written = []
        waiting = placed(stories, "png")
        while some := list(islice(waiting, _AT_ONCE)):
            for (path, _), made in zip(some, typeset.png([svg for _, svg in some]), strict=True):
                whole = target / path
                whole.parent.mkdir(parents=True, exist_ok=True)
                whole.write_bytes(made)
                written.append(whole)
        return written
