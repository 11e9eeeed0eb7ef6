"""Typst, kept in one place: blocks of plain data become a PDF, pictures become PNG; no file and no net is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import ReportError

FONT = "Libertinus Serif"
"""The letters of pictures on paper: typst carries them and knows no generic families."""
_PICTURES = b"""
#let data = json(bytes(sys.inputs.data))
#set document(date: none)
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for svg in data { page(image(bytes(svg), format: "svg")) }
"""
_CARRIED = ((0x0, 0x52F), (0x1E00, 0x2BFF), (0xFE00, 0xFE0F), (0xFFFD, 0xFFFD))
"""Letters that typst's own fonts have, or show an empty box for as most fonts would: Latin, Greek, Cyrillic, signs."""
_UNSET = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no font has and no XML may hold."""
ROOM_PT = 464.0
"""What the margins leave of a page's width."""
GUTTER_PT = 6.0
"""Half of what lies between two pictures beside each other."""
_PPI = 96
"""Of an SVG's own pixels."""


def pdf(content: Mapping[str, Any]) -> bytes:
    """Set a report.

    Parameters
    ----------
    content
        "title", "running" (the running head), "under" (lines below the title), "contents" (whether there is a table of
        them) and "blocks", see `blocks`.
    """
    template = Path(__file__).with_name("paper.typ").read_bytes()
    made: bytes = _compiled(template, content, format="pdf")
    return made


def png(svgs: Sequence[str], scale: float = 2.0) -> list[bytes]:
    """Pictures on white ground, each as large as it says of itself, times `scale`."""
    if not svgs:
        return []
    made = _compiled(_PICTURES, [printable(svg) for svg in svgs], format="png", ppi=_PPI * scale)
    return [made] if isinstance(made, bytes) else made


def printable(svg: str) -> str:
    """An SVG whose text is set in fonts that typst has."""
    for generic in ("sans-serif", "system-ui", "Times, serif"):
        svg = svg.replace(f'font-family="{generic}"', f'font-family="{FONT}"')
    return svg


def _compiled(template: bytes, data: Any, **how: Any) -> Any:
    import typst

    text = json.dumps(clean(data), ensure_ascii=False, allow_nan=False)
    try:
        # fonts of the machine only where they are needed: else every machine sets the same bytes
        return typst.compile(template, sys_inputs={"data": text}, ignore_system_fonts=carried(text), **how)
    except typst.TypstError as error:
        raise ReportError(f"typst cannot set it ({error.message})", "pdf") from error


def carried(text: str) -> bool:
    """Whether typst's own fonts have the letters of a text."""
    return all(any(first <= ord(letter) <= last for first, last in _CARRIED) for letter in set(text))


def clean(value: Any) -> Any:
    """The same data with text that can be set: no control characters, no halves of letters."""
    if isinstance(value, str):
        return _UNSET.sub("\ufffd", value.replace("\t", " "))
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value
