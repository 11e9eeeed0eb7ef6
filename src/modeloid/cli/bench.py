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
    models: Annotated[str, typer.Option(help="Of marginals, history, chords, rbm, lstm, frames, with commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    ensemble: Annotated[bool, typer.Option("--ensemble", help="Also the seeds of frames together.")] = False,
    dynamic: Annotated[bool, typer.Option("--dynamic", help="Also frames learning from what it has scored.")] = False,
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
        ensemble,
        dynamic,
    )
    if out:
        found = protocol.stored(scores, " ".join(["modeloid", *sys.argv[1:]]))
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(protocol.table(scores)))


@command.command()
def events(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Changes to the presets, e.g. cycle.last=500t.")
    ] = None,
    sets: Annotated[str, typer.Option(help="Of pop909, asap, with commas.")] = "",
    models: Annotated[str, typer.Option(help="Of unigram, ngram, transformer, lstm, gpt2, with commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    root: Annotated[Path, typer.Option(help="Where the modeloids are trained.")] = Path("bench"),
    out: Annotated[Path | None, typer.Option(help="A JSON file for the scores.")] = None,
) -> None:
    """Bits per note and per second on POP909 and ASAP: exact, whole test pieces. Run again, it goes on."""
    from modeloid.bench import events as protocol

    scores = protocol.run(
        root,
        _parts(sets) or protocol.SETS,
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        lambda line: print(line, flush=True),
    )
    if out:
        found = protocol.stored(scores, " ".join(["modeloid", *sys.argv[1:]]))
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(protocol.table(scores)))


@command.command()
def voices(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Changes to the preset, e.g. cycle.last=200t.")
    ] = None,
    models: Annotated[str, typer.Option(help="Of marginals, ngram, ngram-above, voices, with commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    ensemble: Annotated[bool, typer.Option("--ensemble", help="The seeds together, too.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="How likely voices are, given others.")] = False,
    root: Annotated[Path, typer.Option(help="Where the modeloids are trained.")] = Path("bench"),
    out: Annotated[Path | None, typer.Option(help="A JSON file for the scores.")] = None,
) -> None:
    """Nats per frame on chorales in four voices: exact, all frames, the published split. Run again, it goes on."""
    from modeloid.bench import voices as protocol

    scores = protocol.run(
        root,
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        lambda line: print(line, flush=True),
        ensemble,
        complete,
    )
    completed = protocol.completed(root) if complete else {}
    if out:
        found = protocol.stored(scores, " ".join(["modeloid", *sys.argv[1:]]), completed)
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join([*protocol.table(scores), *protocol.lines(completed)]))


@command.command()
def transfer(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Changes to the presets, e.g. cycle.last=500t.")
    ] = None,
    pairs: Annotated[str, typer.Option(help="Of classical-pop, jazz-pop, with commas.")] = "classical-pop",
    models: Annotated[str, typer.Option(help="Of copy, swap, cyclegan, discogan, with commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    root: Annotated[Path, typer.Option(help="Where the modeloids are trained.")] = Path("bench"),
    out: Annotated[Path | None, typer.Option(help="A JSON file for the scores.")] = None,
) -> None:
    """Phrases of two genres brought into one another, judged on both sides. Run again, it goes on."""
    from modeloid.bench import transfer as protocol

    scores = protocol.run(
        root,
        _parts(pairs),
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
