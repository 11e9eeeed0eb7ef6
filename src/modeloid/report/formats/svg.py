"""Every picture as an SVG of its own, for slides: curves, piano rolls, scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..story import Story
from .folders import folders

TOGETHER = "together"


class Svg:
    """`svg/LABEL/curves/loss.svg`, `rolls/test-00.svg`, `scores/...`; several stories also in `svg/together/curves`."""

    doc = "every curve, piano roll and score as an SVG of its own, for slides"
    needs: Sequence[str] = ()
    extra = ""

    def write(self, stories: Sequence[Story], target: Path) -> list[Path]:
        """Write a file for each picture; a score for each piece where verovio is installed."""
        written = []
        for path, svg in placed(stories, "svg"):
            whole = target / path
            whole.parent.mkdir(parents=True, exist_ok=True)
            whole.write_text(svg, encoding="utf-8")
            written.append(whole)
        return written


def placed(stories: Sequence[Story], kind: str) -> Iterator[tuple[Path, str]]:
    """Each picture with the path that it has below the target: its format's folder, its story's, its kind's."""
    from ..paper import pictures

    names = folders(stories)
    groups = [(name, pictures.drawings(story)) for name, story in zip(names, stories, strict=True)]
    if len(stories) > 1:
        own = TOGETHER
        while own in {name.casefold() for name in names}:
            own += "-all"
        groups.append((own, pictures.together(stories)))
    for name, drawings in groups:
        taken: set[str] = set()
        for drawing in drawings:
            path = Path(kind, name, drawing.folder, f"{plain(drawing.name, drawing.folder, taken)}.{kind}")
            yield path, drawing.svg


def plain(name: str, folder: str, taken: set[str]) -> str:
    """A file's name that any system takes and that none before it had, also where case does not count."""
    kept = (
        "".join(letter if letter.isalnum() or letter in "_.,()+=- " else "_" for letter in name)[:80].strip(" .") or "_"
    )
    found, count = kept, 1
    while f"{folder}/{found.casefold()}" in taken:
        count += 1
        found = f"{kept}-{count}"
    taken.add(f"{folder}/{found.casefold()}")
    return found
