"""A receipt in a few sentences: one on what was taken, the others on what is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_CLEARLY, _SOMEWHAT = 0.95, 0.8
"""Nearer than which share of strangers a piece must be to be said to take after its inspirer: of strangers themselves
one in twenty is called clear, three more somewhat."""
_FEWEST = 20
"""Excerpts without which nothing is claimed."""
_SAYING = ("harmony", "rhythm", "contour")
"""Facets that tell kin from strangers; form and dynamics hardly do, see `facets.nearness`."""

_TRAINING = "training_"
"""With which the names of the gates begin that hold a piece against the training set."""
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


def sentences(said: Mapping[str, Any], name: str = "the inspirer", inspires: bool = True) -> list[str]:
    """What was taken, what is copied of the inspirer, and of the training set, where there is something to say.

    What was taken is told by one number, so that no part of it says otherwise.

    Parameters
    ----------
    said
        The receipt without its verdict.
    name, inspires
        As in `receipt.receipt`.
    """
    if not (said["onsets"] and said["inspirer_onsets"]):
        whose = name if said["onsets"] else "the piece"
        return [f"There is nothing to compare: {whose} has no pitched notes."]
    return [_influence(said["whole"], said["taken"], name, inspires), *_copying(said, name)]


def _influence(whole: Mapping[str, Any], taken: Mapping[str, Any], name: str, inspires: bool) -> str:
    if whole["excerpts"] < _FEWEST:
        claim = f"Made with {name}" if inspires else f"Made without {name}"
        return f"{claim}; too few training pieces are remembered to say how near it comes."
    count = whole["excerpts"]
    nearer = round(whole["nearer_than"] * count)
    near = f"all in all nearer to it than {nearer} of {count} excerpts of training pieces"
    return f"{_claim(nearer / count, name, inspires)}: {near} ({_why(whole, taken)})."


def _claim(share: float, name: str, inspires: bool) -> str:
    if not inspires:
        return f"Made without {name}, as near to it as chance has it"
    if share >= _CLEARLY:
        return f"Clearly takes after {name}"
    if share >= _SOMEWHAT:
        return f"Takes after {name} somewhat"
    return f"Takes no more after {name} than a stranger's piece may"


def _why(whole: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    """Of how many excerpts each thing says so that the number was weighed from; and of the facets the one that most."""
    shares = {name: taken[name]["nearer_than"] for name in _SAYING}
    most = max(shares, key=lambda name: shares[name])
    told = {f"{_listed(_SAYING)} together": whole["facets"], f"{most} alone": shares[most]}
    if "heard" in whole:
        told = {"ear": whole["heard"], **told}
    return ", ".join(f"by {name} {round(share * whole['excerpts'])}" for name, share in told.items())


def _copying(said: Mapping[str, Any], name: str) -> list[str]:
    """One sentence on the inspirer, and one on the training set, where it is known."""
    of_training = [gate["name"] for gate in said["failed"] if gate["name"].startswith(_TRAINING)]
    of_inspirer = [gate["name"] for gate in said["failed"] if not gate["name"].startswith(_TRAINING)]
    shared = _run(said["runs"]["lead"], name)
    told = [f"Copies no more of {name} than real strangers do of one another: {shared}."]
    if of_inspirer:
        told = [f"Copies more of {name} than real strangers do of one another: {_reasons(of_inspirer)}."]
    if "training" not in said:
        return told
    run = said["training"]["run"]
    source = f"training piece {run['piece']}" if run["notes"] else "any training piece"
    shared = _run(run | {"inspirer_bar": run.get("piece_bar")}, source)
    if of_training:
        reasons = _reasons(of_training)
        return [*told, f"Copies more of the training pieces than other real pieces do: {reasons}; {shared}."]
    return [*told, f"Copies no more of the training pieces than other real pieces do: {shared}."]


def _reasons(gates: Sequence[str]) -> str:
    return _listed([_FAILED[gate] for gate in gates])


def _run(run: Mapping[str, Any], name: str) -> str:
    strangers = f"those of strangers {run['strangers_mean']:.1f}, of one pair in twenty {round(run['strangers_p95'])}"
    if not run["notes"]:
        return f"its lead shares no stretch worth telling with {name} ({strangers} or more)"
    where = f"from bar {run['bar']} here and bar {run['inspirer_bar']} of {name} on"
    return f"the leads share {run['notes']} notes in a row, {where} ({strangers} or more)"


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
