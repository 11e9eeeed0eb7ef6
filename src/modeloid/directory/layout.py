"""Where the files of a modeloid lie, and what they say of how far it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modeloid.cycle import checkpoint as checkpoints


@dataclass(frozen=True)
class Layout:
    """The paths below a modeloid's directory; asking makes none of them.

    Parameters
    ----------
    directory
        The modeloid's.
    """

    directory: Path

    @property
    def mconfig(self) -> Path:
        """Who it is and how it is loaded."""
        return self.directory / "mconfig.py"

    @property
    def parent(self) -> Path:
        """Id and name of the modeloid that this one was forked from; only forks have it."""
        return self.directory / "parent.json"

    @property
    def state(self) -> Path:
        """Checkpoints: one directory each, and the one-line files `last` and `best`."""
        return self.directory / "state"

    @property
    def record(self) -> Path:
        """What the cycle wrote down."""
        return self.directory / "record"

    @property
    def report(self) -> Path:
        """The record, rendered; may be deleted and made again."""
        return self.directory / "report"


def standing(directory: Path) -> dict[str, Any]:
    """How far a modeloid is, from its newest checkpoint as it stands; nothing is verified.

    Returns
    -------
    "step", turns done, 0 for a new one; "best", its turn, quantity and value, or None; "checkpoints", their names, the
    oldest first; "parent", id and name of the modeloid that it was forked from, {} for one that was not.
    """
    layout = Layout(Path(directory))
    found = checkpoints.existing(layout.state)
    state = _read(found[-1].path / checkpoints.CYCLE).get("state") if found else None
    best = state.get("best") if isinstance(state, dict) else None
    return {
        "step": found[-1].step if found else 0,
        "best": best if isinstance(best, dict) else None,
        "checkpoints": [one.path.name for one in found],
        "parent": _read(layout.parent),
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
