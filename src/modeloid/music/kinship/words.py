"""A receipt in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SAYING = ("harmony", "rhythm", "contour")
"""Facets that tell kin from strangers; form and dynamics hardly do, see `facets.nearness`."""
_CLEARLY, _SOMEWHAT = 0.98, 0.9
"""Nearer than which shares of strangers a piece must be in a facet to be said to have taken after the inspirer in it:
three are looked at."""
_TOGETHER = 0.9
"""The same of all three together, without which nothing is said to be taken."""

_FAILED = {
    "barcopy": "its bars are too like bars of the inspirer",
    "overlap": "it lies too closely over the inspirer",
    "lead_overlap": "its lead is too like the inspirer's",
    "lead_kept": "the inspirer's lead is heard in it",
    "lead_grams": "its lead repeats stretches of the inspirer's",
    "lead_run": "its lead shares too long a stretch with the inspirer's",
    "all_run": "its voices share too long a stretch with the inspirer's",
    "rhythm_voices": "its voices have the inspirer's rhythm",
    "rhythm_aligned": "it has the inspirer's rhythm bar after bar",
    "rhythm_lengths": "its notes begin and last as the inspirer's do",
    "training_grams": "its lead repeats stretches of training pieces",
    "training_bars": "bars of it are bars of training pieces",
}


def verdict(said: Mapping[str, Any]) -> str:
    """Two sentences: what was taken, and whether anything is copied.

    Parameters
    ----------
    said
        The receipt without its verdict.
    """
    if not (said["onsets"] and said["inspirer_onsets"]):
        whose = "The inspirer" if said["onsets"] else "The piece"
        return f"{whose} has no pitched notes: there is nothing to compare."
    return f"{_influence(said)} {_copying(said)}"


def _influence(said: Mapping[str, Any]) -> str:
    share = said["taken"]["together"]["nearer_than"]
    whole = f"on the whole nearer to the inspirer than {round(100 * share)} of 100 strangers"
    clearly, somewhat = _facets(said, _CLEARLY, 1.1), _facets(said, _SOMEWHAT, _CLEARLY)
    parts = [f"{how} in {_listed(names)}" for how, names in (("clearly", clearly), ("somewhat", somewhat)) if names]
    if not said["strength"]:
        return f"Made without the inspirer; {whole}."
    if not parts or share < _TOGETHER:
        return f"No nearer in harmony, rhythm or contour than strangers are to one another; {whole}."
    return f"Takes after the inspirer, {', '.join(parts)}; {whole}."


def _facets(said: Mapping[str, Any], least: float, below: float) -> list[str]:
    return [name for name in _SAYING if least <= said["taken"][name]["nearer_than"] < below]


def _copying(said: Mapping[str, Any]) -> str:
    if said["failed"]:
        reasons = _listed([_FAILED[gate["name"]] for gate in said["failed"]])
        return f"Copies more than real strangers do: {reasons}."
    run = said["runs"]["lead"]
    whom = "of it, nor of the training set," if "training" in said else "of it"
    strangers = f"those of strangers {run['strangers_mean']:.1f} on average"
    return f"Copies no more {whom} than real strangers do: the leads share {run['notes']} notes in a row, {strangers}."


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
