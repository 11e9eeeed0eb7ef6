"""How much time, memory and music one file may take."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may take before it is refused.

    Parameters
    ----------
    time_s
        Seconds of wall time for one file.
    memory_mib
        Address space of the child process in MiB (``RLIMIT_AS``; not enforced where the system has none).
    file_mib
        Size of a file in MiB, after decompression.
    notes
        Notes in one piece.
    length_s
        Sounding length of a piece in seconds.
    fewest_notes
        A piece with fewer is refused; 0 takes files in which nothing sounds, too.
    """

    time_s: float = 60.0
    memory_mib: int = 2048
    file_mib: int = 64
    notes: int = 1_000_000
    length_s: float = 86_400.0
    fewest_notes: int = 1

    def plain(self) -> dict[str, float]:
        """The limits as data that JSON can hold."""
        return asdict(self)
