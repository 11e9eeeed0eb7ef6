"""MusicXML, plain or compressed, in whatever encoding, through verovio."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from ..columns import Columns
from ..errors import ReadError
from .limits import Limits
from .score import by_verovio

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))


def musicxml(data: bytes, path: Path, limits: Limits) -> Columns:
    """Read .musicxml, .xml or .mxl, whatever it is called; repeats are written out.

    verovio may crash or hang on odd input: call this in a guarded child only (`read.guarded`).

    Raises
    ------
    ReadError
        It is too large when unpacked, is no MusicXML, or verovio could not load it.
    """
    score = _unpacked(data, path, limits) if data.startswith(b"PK") or path.suffix.lower() == ".mxl" else data
    return by_verovio(decode_xml(score, path), "MusicXML", path)


def decode_xml(content: bytes, where: object = "") -> str:
    """Decode XML by its byte order mark, by the look of its first bytes, or by its declaration, else as UTF-8.

    Returns
    -------
    The text with a declaration of its own: the old one would name an encoding that is gone.

    Raises
    ------
    ReadError
        The bytes do not follow the encoding they claim, or nobody knows that encoding.
    """
    declared = _ENCODING.match(content)
    guesses = [name for start, name in (*_MARKS, *_UNMARKED) if content.startswith(start)]
    encoding = guesses[0] if guesses else declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        return '<?xml version="1.0" encoding="UTF-8"?>' + _DECLARATION.sub("", content.decode(encoding), count=1)
    except (UnicodeError, LookupError) as error:
        raise ReadError(f"is not text in {encoding} ({error})", where) from error


def _unpacked(data: bytes, path: Path, limits: Limits) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_score_name(archive, path)) as file:
            score = file.read(limits.file_mib * 2**20 + 1)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ReadError(f"is no compressed MusicXML ({error})", path) from error
    if len(score) > limits.file_mib * 2**20:
        raise ReadError(f"is larger than {limits.file_mib} MiB", path)
    return score


def _score_name(archive: zipfile.ZipFile, path: Path) -> str:
    """The score that the container names (MusicXML 4.0, "Compressed .MXL files"), else the first by its suffix."""
    names = archive.namelist()
    if "META-INF/container.xml" in names:
        try:
            root = ElementTree.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314 - in a guarded child
        except ElementTree.ParseError as error:
            raise ReadError(f"has a broken container.xml ({error})", path) from error
        rootfile = next((node for node in root.iter() if node.tag.rpartition("}")[2] == "rootfile"), None)
        if rootfile is not None and rootfile.get("full-path") in names:
            return str(rootfile.get("full-path"))
    scores = [name for name in names if name.endswith((".xml", ".musicxml")) and not name.startswith("META-INF")]
    if not scores:
        raise ReadError("holds no score", path)
    return scores[0]
