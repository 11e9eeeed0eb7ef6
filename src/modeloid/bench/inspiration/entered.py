"""What the bench's command runs: presets of the family `inspired`, trained where they are not there yet, and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from modeloid.bench.made import ensure, finished
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.models.inspired.presets import PRESETS

from .modeloids import judged


def run(
    root: Path,
    models: Sequence[str],
    seeds: Sequence[int],
    settings: Mapping[str, Any],
    beside: Sequence[Path] = (),
    say: Callable[[str], None] = print,
    most: int | None = None,
    ablations: bool = False,
    keep: bool = False,
) -> dict[str, Any]:
    """Train what is not trained yet, and judge it; real music alone where no model is named.

    Parameters
    ----------
    root
        Where modeloids, judges and lines lie.
    models
        Presets of the family, all of the same data.
    seeds
        Of each.
    settings
        Changes to the presets.
    beside
        Directories of other modeloids, of whatever family, trained on the same data and split.
    say
        Told what goes on.
    most
        Inspirers at most.
    ablations
        Whether parts of them are left out, too.
    keep
        Whether rows that were measured before stay, see `protocol.run`.

    Raises
    ------
    ModeloidError
        An unknown preset, modeloids of different data, or one that is there and was made with other settings.
    """
    for name in models:
        if name not in PRESETS:
            raise ModeloidError(f"unknown preset {name!r}", "bench inspiration", nearest(name, PRESETS))
    root.mkdir(parents=True, exist_ok=True)
    targets = []
    for name in models:
        for seed in seeds:
            target = root / f"inspired-{name}-{seed}"
            asked = {**settings, "cycle": {**settings.get("cycle", {}), "seed": seed}}
            ensure(target, "inspired", name, asked, {"cycle": {"generate": "never"}})
            say(f"{target.name}: {finished(target).step} turns")
            targets.append(target)
    return judged(root, [*targets, *beside], say=say, most=most, ablations=ablations, keep=keep)
