"""Ids of modeloids."""

from __future__ import annotations

import secrets
import time
import uuid


def new_id() -> str:
    """A new unique id that sorts by the time it was made: a UUID of version 7 (RFC 9562, section 5.7).

    48 bits of milliseconds since 1970, then 74 random bits. The randomness is the system's, not the addressed `Rng`'s:
    an id must differ each time.
    """
    milliseconds = time.time_ns() // 1_000_000
    head = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=head | 0b10 << 62 | secrets.randbits(62)))
