"""`modeloid bench`: our models beside the published figures, under one stated protocol."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from modeloid.cli import values

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Models beside the published figures.")


@command.callback()
def bench() -> None:
    """Models beside the published figures."""


@command.command()
def poly(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Changes to the presets, e.g. cycle.last=500t.")
    ] = None,
    sets: Annotated[str, typer.Option(help="Of jsb, nottingham, musedata, piano-midi, with commas.")] = "",
    models: Annotated[str, typer.Option(help="Of marginals, history, frames, with commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    root: Annotated[Path, typer.Option(help="Where the modeloids are trained.")] = Path("bench"),
    out: Annotated[Path | None, typer.Option(help="A JSON file for the scores.")] = None,
) -> None:
    """Nats per frame on the four polyphonic sets: exact, all frames, the published split. Run again, it goes on."""
    from modeloid.bench import poly as protocol
    from modeloid.bench.published import SETS

    scores = protocol.run(
        root,
        _parts(sets) or SETS,
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        lambda line: print(line, flush=True),
    )
    if out:
        found = protocol.stored(scores, " ".join(["modeloid", *sys.argv[1:]]))
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(protocol.table(scores)))


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]
