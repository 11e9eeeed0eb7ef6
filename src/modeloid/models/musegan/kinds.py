"""The names of what can be chosen; nothing here needs a framework."""

from __future__ import annotations

KINDS = ("composer", "jamming", "hybrid")
STREAMS = ("onsets", "chroma", "shares", "harmony")
