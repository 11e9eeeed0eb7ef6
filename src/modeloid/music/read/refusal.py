"""A file that gave no piece, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Silence(Refusal):
    """A faultless file in which nothing sounds: it was read, and there is no piece in it."""
