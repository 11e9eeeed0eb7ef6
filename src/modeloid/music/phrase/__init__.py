"""What a musician hears in a phrase of notes: its key, its lead, its chords, its rhythm."""

from __future__ import annotations

from .chords import CHORDS, chords
from .key import in_c, key_shift
from .lines import bass, lead, pitched
from .rhythm import onset_steps

__all__ = ["CHORDS", "bass", "chords", "in_c", "key_shift", "lead", "onset_steps", "pitched"]
