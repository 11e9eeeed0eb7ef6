"""Memory that is free goes back to the system: batches of many shapes leave the C heap full of holes."""

from __future__ import annotations


def give_back() -> bool:
    """Return what is free to the system, where the C library can (glibc's ``malloc_trim``); False where it cannot.

    It takes some hundredths of a second, and what is needed again is asked for anew: call it now and then.
    """
    import ctypes

    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return False
    return bool(trim(0))
