"""The commands of `modeloid data`: which data sets there are, and what is in them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from modeloid import app as library

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, build, show and check data sets.")

Name = Annotated[str, typer.Argument(metavar="SET", help="A name of the list, folder:PATH, or store:PATH.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
_EVERY_S = 1.0
_FAILED = 1


@command.command("list")
def list_sets(as_json: AsJson = False) -> None:
    """List the data sets that are known by name, their licences, and where they lie on this machine."""
    found = library.data_sets()
    if as_json:
        _print_json(found)
        return
    for known in found:
        print(f"{known['name']}  [{known['licence']['term']}]  {known['here'] or 'not on this machine'}")
        print(f"  {known['doc']}\n  {known['licence']['text']}\n  {known['url']}")


@command.command()
def build(
    name: Name,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that parse; one a core if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read a data set's files into its store; say what became of each file."""
    built = library.data_build(name, workers=workers, progress=_progress())
    if as_json:
        _print_json(built)
        return
    _print_files(built["files"])
    _print_about(built)


@command.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show what is in a data set's store."""
    shown = library.data_show(name)
    if as_json:
        _print_json(shown)
        return
    for file in shown["refused"]:
        print(f"refused  {file['path']}: {file['reason']}")
    _print_about(shown | {"refused": len(shown["refused"])})


@command.command()
def check(name: Name, as_json: AsJson = False) -> None:
    """Compare every byte of a data set's store with its checksums; exit 1 where they differ."""
    checked = library.data_check(name)
    if as_json:
        _print_json(checked)
    else:
        for file in checked["bad"]:
            print(f"differs  {file}")
        print(f"{checked['directory']}: {'whole' if checked['ok'] else 'broken; build it again'}")
    if not checked["ok"]:
        raise typer.Exit(_FAILED)


def _print_files(files: Sequence[Mapping[str, str]]) -> None:
    for file in files:
        if file["verdict"] != "read":
            print(f"{file['verdict']:8}  {file['path']}: {file['reason']}")
    counts = {verdict: sum(file["verdict"] == verdict for file in files) for verdict in ("read", "repaired", "refused")}
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))


def _print_about(about: Mapping[str, Any]) -> None:
    print(f"{about['name']}: {about['pieces']} pieces, {about['notes']} notes, {about['hours']:.1f} hours")
    if any(about["parts"].values()):
        print("published split: " + ", ".join(f"{part} {size}" for part, size in about["parts"].items()))
    print(f"licence: {about['licence']['term']}: {about['licence']['text']}")
    if about["citation"]:
        print(f"cite: {about['citation']}")
    print(about["directory"])


def _progress() -> Callable[[int, int], None]:
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY_S or done == total:
            said = time.monotonic()
            print(f"{done}/{total}", file=sys.stderr, flush=True)

    return tell


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1))
