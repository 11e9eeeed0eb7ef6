"""Rendering what was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .making import show
from .wiring import entry_of


def formats() -> list[dict[str, Any]]:
    """The installed formats of reports: name, doc, and what installs what they lack, "" where they lack nothing."""
    from ..directory import installed
    from ..report import format as faces

    found = []
    for entry in installed.entries(installed.FORMATS):
        made = installed.load(entry)()
        missing = made.extra if any(faces.missing(made)) else ""
        found.append({"name": entry.name, "doc": made.doc, "distribution": entry.distribution, "missing": missing})
    return sorted(found, key=lambda entry: str(entry["name"]))


def report(
    directories: str | Path | Sequence[str | Path], to: str | Sequence[str] = "html", into: str | Path | None = None
) -> list[Path]:
    """Render the records of modeloids; several are compared. Nothing of them is run.

    Parameters
    ----------
    directories
        The modeloids'.
    to
        A name of `formats()`, or several.
    into
        Where to; None is `report` in the one modeloid's directory, `comparison` here for several.

    Returns
    -------
    What was written.

    Raises
    ------
    ModeloidError
        For an unknown format, a directory that is no modeloid's, none or one twice, or a place that cannot be written.
    ReportError
        Where what a format needs is not installed.
    """
    from ..cycle.errors import ModeloidError
    from ..directory import installed
    from ..report import format as faces
    from ..report import story

    wanted = [Path(one) for one in ([directories] if isinstance(directories, str | Path) else directories)]
    names = [name.strip().lower() for name in ([to] if isinstance(to, str) else to)]
    for many, what in ((wanted, "directory"), (names, "format")):
        if not many or len(set(many)) < len(many):
            do = "Write: modeloid report DIR [DIR ...] --to html"
            raise ModeloidError(f"no {what} is named" if not many else f"a {what} is named twice", "report", do)
    writers = {name: installed.load(entry_of(installed.FORMATS, name))() for name in names}
    for name, writer in writers.items():
        faces.check(name, writer)
    stories = story.apart([story.tell(directory, show(directory)) for directory in wanted])
    target = Path(into) if into else wanted[0] / "report" if len(wanted) == 1 else Path("comparison")
    try:
        target.mkdir(parents=True, exist_ok=True)
        return [path for writer in writers.values() for path in writer.write(stories, target)]
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise ModeloidError(what, error.filename or target, "Name another folder with --into") from error


def tested(test: Mapping[str, Any]) -> list[tuple[str, float, float | None]]:
    """The rows of a test: quantity, the modeloid's value, and that of real pieces where the domain measured it."""
    from ..report.story import rows

    return [(f"{row.kind} {row.name}", row.made, row.real) for row in rows(test)]
