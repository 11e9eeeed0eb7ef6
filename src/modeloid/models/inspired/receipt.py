"""What is said of a piece that was inspired: what it took, how near it is, what it shares, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from modeloid.music.kinship import receipt as of_pair
from modeloid.music.represent.parts import Rows

from .chosen import Choice, Chooser
from .inspirer import Inspirer
from .wishes import Wishes


def _of(rows: Rows, one: Inspirer, wish: Wishes, chooser: Chooser, refused: int) -> dict[str, Any]:
    """Of one inspirer; nothing while it is not known what real pairs share."""
    if not chooser.lines:
        return {}
    said = of_pair(rows, one.rows, chooser.lines, chooser.grams, wish.strength, chooser.drums, refused)
    share = chooser.heard_nearer(rows, wish.bars, one)
    heard = f"To an encoder that chose nothing it is nearer than {round(100 * share)} of 100 slices of training pieces."
    return said | {"heard_nearer_than": round(share, 4), "verdict": f"{said['verdict']} {heard}"}


def receipt(
    rows: Rows, wish: Wishes, chooser: Chooser, refused: Sequence[Sequence[str]], choice: Choice
) -> dict[str, Any]:
    """What JSON can hold of a piece and those that inspired it.

    Parameters
    ----------
    rows
        Its notes.
    wish
        What was wished.
    chooser
        Knows the training pieces and what real pairs share.
    refused
        Of each candidate that was refused, the gates that it failed.
    choice
        The piece among the last candidates.

    Returns
    -------
    ``strength``; ``inspirers``: of each ``name``, ``weight``, ``heard_nearer_than`` (see `Chooser.heard_nearer`) and
    what `music.kinship.receipt` says of the pair;
    ``refused``: how many candidates were, and how many by each gate; ``failed``: gates that the piece itself fails,
    where nothing better was written; ``verdict``: one sentence on each inspirer.
    """
    inspirers: list[dict[str, Any]] = [
        {"name": one.name, "weight": one.weight, **_of(rows, one, wish, chooser, len(refused))}
        for one in wish.inspirers
    ]
    verdicts = [f"{each['name']}: {each['verdict']}" for each in inspirers if "verdict" in each]
    failed = choice.failed[choice.number]
    if failed:
        verdicts.append(f"Nothing that was written passes all gates; this piece fails {', '.join(failed)}.")
    return {
        "strength": wish.strength,
        "inspirers": inspirers,
        "refused": {"candidates": len(refused), "gates": dict(Counter(name for names in refused for name in names))},
        "failed": failed,
        "verdict": " ".join(verdicts) or "Real pairs are not known yet: train it longer.",
    }
