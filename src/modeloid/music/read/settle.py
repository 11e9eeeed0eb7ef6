"""Parsed files into one block of checked pieces: all at once where nothing is wrong, one by one where something is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from ..columns import Columns
from ..errors import ReadError
from .block import Block, join, pack, unpack
from .check import check
from .glance import glance
from .limits import Limits
from .midi import Parsed, carefully, info
from .state import take
from .tidy import tidy


class SilenceError(ReadError):
    """A faultless file holds no notes."""


def settle(
    parsed: Sequence[Parsed], messages: Sequence[Sequence[str]], limits: Limits
) -> tuple[Block, dict[int, ReadError]]:
    """Take the notes of parsed files, tidy and check them; those that turn out to be damaged are read again with care.

    Parameters
    ----------
    parsed
        The files.
    messages
        What the parser printed about each.
    limits
        What one file may be.

    Returns
    -------
    The pieces, in this order, and why other files gave none, by their number.
    """
    block = _taken(parsed, messages)
    doubtful, unusual = glance(block, limits)
    odd = doubtful | unusual
    if not odd.any():
        return block, {}
    blocks: list[Block] = []
    errors: dict[int, ReadError] = {}
    for is_odd, run in groupby(range(len(parsed)), key=lambda number: bool(odd[number])):
        numbers = list(run)
        if not is_odd:
            blocks.append(_taken([parsed[number] for number in numbers], [messages[number] for number in numbers]))
            continue
        answers = {
            number: _alone(parsed[number], messages[number], bool(doubtful[number]), limits) for number in numbers
        }
        errors |= {number: answer for number, answer in answers.items() if isinstance(answer, ReadError)}
        blocks.append(pack([answer for answer in answers.values() if isinstance(answer, Columns)]))
    return join(blocks), errors


def sound(columns: Columns, path: Path, limits: Limits) -> Columns:
    """A piece that is tidied and checked.

    Raises
    ------
    ReadError
        It is not music, or too much of it.
    """
    tidied = tidy(columns)
    check(tidied, str(path), limits)
    return tidied


def _taken(parsed: Sequence[Parsed], messages: Sequence[Sequence[str]]) -> Block:
    infos = [info(one, words) for one, words in zip(parsed, messages, strict=True)]
    return take([one.score for one in parsed], infos)


def _alone(parsed: Parsed, messages: Sequence[str], is_doubtful: bool, limits: Limits) -> Columns | ReadError:
    try:
        if is_doubtful and parsed.repairs is None:
            parsed = carefully(parsed.data, parsed.path)
        (columns,) = unpack(_taken([parsed], [messages]))
        tidied = tidy(columns)
        if not len(tidied) and limits.fewest_notes and not tidied.about["repairs"]:
            raise SilenceError("holds no notes", parsed.path)
        check(tidied, str(parsed.path), limits)
    except ReadError as error:
        return error
    return tidied
