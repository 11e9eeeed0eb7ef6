"""Letters of 5 x 7 dots for pictures that are drawn without a font."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

HEIGHT = 14
"""Pixels that a line is high: seven dots of 2 x 2."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.#/()&',:_+"
# two hexadecimal digits a row of five dots, seven rows a letter, in the order of the letters
_DOTS = bytes.fromhex(
    "0e11111f111111 1e11111e11111e 0e11101010110e 1e11111111111e 1f10101e10101f 1f10101e101010 0e11101711110e "
    "1111111f111111 0e04040404040e 0702020202120c 11121418141211 1010101010101f 111b1515111111 11191513111111 "
    "0e11111111110e 1e11111e101010 0e11111115120d 1e11111e141211 0f10100e01011e 1f040404040404 1111111111110e "
    "111111110a0a04 11111115151b11 110a0404040a11 110a0404040404 1f01020408101f 00000e010f110f 10101e1111111e "
    "00000e1110110e 01010f1111110f 00000e111f100e 06081e08080808 00000f110f010e 10101e11111111 04000c0404040e "
    "0200060202120c 10101214181412 0c04040404040e 00001a15151515 00001e11111111 00000e1111110e 00001e111e1010 "
    "00000f110f0101 00001618101010 00000f100e011e 08081e08080806 0000111111130d 00001111110a04 0000111115150a "
    "0000110a040a11 000011110f010e 00001f0204081f 0e11131519110e 040c040404040e 0e11010608101f 1e01010e01011e "
    "02060a121f0202 1f101e0101110e 0608101e11110e 1f010204080808 0e11110e11110e 0e11110f01020c 0000001f000000 "
    "00000000000004 0a0a1f0a1f0a0a 01010204081010 02040808080402 08040202020408 0c12140815120d 04040800000000 "
    "00000000000408 00040000000400 0000000000001f 0004041f040400"
)
_UNKNOWN = (31, 17, 17, 17, 17, 17, 31)
_DOT_PX = 2


def line(text: str) -> NDArray[np.bool_]:
    """A line of text as pixels, shape (`HEIGHT`, 12 a letter); accents are left out, other letters are empty boxes."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    rows = np.array([_rows(letter) for letter in plain], np.uint8).reshape(len(plain), 7)
    # five columns of dots and one between two letters
    dots = (rows[:, :, None] >> np.arange(5, -1, -1) & 1).astype(bool)
    return dots.transpose(1, 0, 2).reshape(7, -1).repeat(_DOT_PX, 0).repeat(_DOT_PX, 1)


def _rows(letter: str) -> tuple[int, ...]:
    if letter == " ":
        return (0,) * 7
    place = _LETTERS.find(letter)
    return tuple(row << 1 for row in (_DOTS[7 * place : 7 * place + 7] if place >= 0 else _UNKNOWN))
