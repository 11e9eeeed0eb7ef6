"""`modeloid bench`: our models beside the published figures, under one stated protocol."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from modeloid.cli import values

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Models beside the published figures.")


Settings = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Changes to the presets, e.g. cycle.last=500t.")
]
Seeds = Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")]
Root = Annotated[Path, typer.Option(help="Where the modeloids are trained.")]
Out = Annotated[Path | None, typer.Option(help="A JSON file for the scores.")]


@command.callback()
def bench() -> None:
    """Models beside the published figures."""


@command.command()
def poly(
    settings: Settings = None,
    sets: Annotated[str, typer.Option(help="Of jsb, nottingham, musedata, piano-midi, with commas.")] = "",
    models: Annotated[str, typer.Option(help="Of marginals, history, chords, rbm, lstm, frames, with commas.")] = "",
    seeds: Seeds = 1,
    ensemble: Annotated[bool, typer.Option("--ensemble", help="Also the seeds of frames together.")] = False,
    dynamic: Annotated[bool, typer.Option("--dynamic", help="Also frames learning from what it has scored.")] = False,
    root: Root = Path("bench"),
    out: Out = None,
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
        _say,
        ensemble,
        dynamic,
    )
    _end(protocol.stored(scores, _asked()), protocol.table(scores), out)


@command.command()
def events(
    settings: Settings = None,
    sets: Annotated[str, typer.Option(help="Of pop909, asap, with commas.")] = "",
    models: Annotated[str, typer.Option(help="Of unigram, ngram, transformer, lstm, gpt2, with commas.")] = "",
    seeds: Seeds = 1,
    root: Root = Path("bench"),
    out: Out = None,
) -> None:
    """Bits per note and per second on POP909 and ASAP: exact, whole test pieces. Run again, it goes on."""
    from modeloid.bench import events as protocol

    scores = protocol.run(
        root,
        _parts(sets) or protocol.SETS,
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        _say,
    )
    _end(protocol.stored(scores, _asked()), protocol.table(scores), out)


@command.command()
def voices(
    settings: Settings = None,
    models: Annotated[str, typer.Option(help="Of marginals, ngram, ngram-above, voices, with commas.")] = "",
    seeds: Seeds = 1,
    ensemble: Annotated[bool, typer.Option("--ensemble", help="The seeds together, too.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="How likely voices are, given others.")] = False,
    root: Root = Path("bench"),
    out: Out = None,
) -> None:
    """Nats per frame on chorales in four voices: exact, all frames, the published split. Run again, it goes on."""
    from modeloid.bench import voices as protocol

    scores = protocol.run(
        root,
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        _say,
        ensemble,
        complete,
    )
    completed = protocol.completed(root) if complete else {}
    _end(protocol.stored(scores, _asked(), completed), [*protocol.table(scores), *protocol.lines(completed)], out)


@command.command()
def transfer(
    settings: Settings = None,
    pairs: Annotated[str, typer.Option(help="Of classical-pop, jazz-pop, folk-pop, jigs-reels.")] = "classical-pop",
    models: Annotated[str, typer.Option(help="Of copy, swap, cyclegan, discogan, with commas.")] = "",
    seeds: Seeds = 1,
    root: Root = Path("bench"),
    out: Out = None,
) -> None:
    """Phrases of two genres brought into one another, judged on both sides. Run again, it goes on."""
    from modeloid.bench import transfer as protocol

    scores = protocol.run(
        root,
        _parts(pairs),
        _parts(models) or protocol.MODELS,
        range(seeds),
        values.read(settings or []),
        _say,
    )
    _end(protocol.stored(scores, _asked()), protocol.table(scores), out)


@command.command()
def inspiration(
    settings: Settings = None,
    models: Annotated[str, typer.Option(help="Presets of inspired, with commas; none: real music alone.")] = "default",
    seeds: Seeds = 1,
    beside: Annotated[str, typer.Option(help="Other modeloids of the same data and split, with commas.")] = "",
    most: Annotated[int | None, typer.Option(min=2, help="Inspirers at most; all where not given.")] = None,
    ablations: Annotated[bool, typer.Option("--ablations", help="Leave out parts of the modeloids, too.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Do not measure again what the root's scores.json has.")] = False,
    cheaters: Annotated[bool, typer.Option("--cheaters", help="Print the cheaters, too.")] = False,
    root: Root = Path("bench"),
    out: Out = None,
) -> None:
    """Whether pieces are recognised as children of what inspired them, and copy nothing. Run again, it goes on."""
    from modeloid.bench import inspiration as protocol
    from modeloid.bench.inspiration import entered

    others = [Path(part) for part in _parts(beside)]
    found = entered.run(
        root, _parts(models), range(seeds), values.read(settings or []), others, _say, most, ablations, keep
    )
    _end(protocol.stored(found, _asked()), protocol.table(found, cheaters), out)


@command.command()
def dynamics(
    settings: Settings = None,
    models: Annotated[str, typer.Option(help="Presets of inspired that perform scores, with commas.")] = "piano",
    beside: Annotated[str, typer.Option(help="Other modeloids that know the wish perform, with commas.")] = "",
    part: Annotated[str, typer.Option(help="Of the published split of asap-played: test or valid.")] = "test",
    most: Annotated[int | None, typer.Option(min=2, help="Performances at most; all where not given.")] = None,
    root: Root = Path("bench"),
    out: Out = None,
) -> None:
    """Velocities for scores of held-out piano music beside those of pianists. Run again, it goes on."""
    from modeloid.bench import dynamics as protocol

    others = [Path(one) for one in _parts(beside)]
    found = protocol.run(root, _parts(models), values.read(settings or []), others, _say, part, most)
    _end(protocol.stored(found, _asked()), protocol.table(found), out)


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _say(line: str) -> None:
    print(line, flush=True)


def _asked() -> str:
    return " ".join(["modeloid", *sys.argv[1:]])


def _end(stored: Mapping[str, Any], lines: Sequence[str], out: Path | None) -> None:
    if out:
        out.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(lines))
