"""The commands. Each reads its arguments, calls one function of `modeloid.app` and prints what it gives."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from modeloid import app as library
from modeloid.cli import bench, data, values

command = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Train, hear, compare and trust generative models of music.",
)

command.add_typer(bench.command, name="bench")
command.add_typer(data.command, name="data")

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="A modeloid's directory.")]
Trusted = Annotated[bool, typer.Option("--trust", help="Run an mconfig that is code, for this one call.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Settings = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="E.g. hidden=[256] cycle.last=30e.")
]


def main() -> NoReturn:
    """Run the command line; every fault of ours is one line and an exit code, never a traceback."""
    _forget_working_directory()
    try:
        command()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        print(f"modeloid: {error.filename or 'system'}: {error.strerror or error}.", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if not isinstance(code, int):
            raise
        print(f"modeloid: {error}", file=sys.stderr)
        sys.exit(code)
    sys.exit(0)


def _forget_working_directory() -> None:
    here = Path.cwd()
    sys.path[:] = [entry for entry in sys.path if entry and Path(entry) != here]


@command.command()
def models(as_json: AsJson = False) -> None:
    """List the installed models with their parameters and presets."""
    found = library.models()
    if as_json:
        _print_json(found)
        return
    for model in found:
        print(f"{model['name']}  ({model['distribution']})\n  {model['doc']}")
        for name, (default, allowed, line) in model["parameters"].items():
            print(f"    {name} = {default!r}  ({allowed})  {line}")
        for name, doc in model["presets"].items():
            print(f"    --preset {name}  {doc}")


@command.command()
def create(
    model: Annotated[str, typer.Argument(help="A model's name; see `modeloid models`.")],
    directory: Directory,
    settings: Settings = None,
    preset: Annotated[str, typer.Option(help="What to start from.")] = "default",
    name: Annotated[str | None, typer.Option(help="Its name; the directory's where none is given.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    doc: Annotated[str | None, typer.Option(help="What it is for.")] = None,
) -> None:
    """Make a new modeloid. Parameters as KEY=VALUE; `data.` and `cycle.` reach those parts of its mconfig."""
    read = _no_options(values.read(settings or []), ("preset", "name", "authors", "doc", "model", "directory"))
    about, cycle = _section(read, "data"), _section(read, "cycle")
    made = library.create(
        model, directory, preset=preset, name=name, authors=author or (), doc=doc, data=about, cycle=cycle, **read
    )
    print(f"{made}: created. Train it: modeloid train {made}")


@command.command()
def train(
    directory: Directory,
    time_limit: Annotated[str | None, typer.Option("--for", help='Stop after a time, e.g. "10m"; resumable.')] = None,
    devices: Annotated[str, typer.Option(help="How many processes, or auto.")] = "1",
    precision: Annotated[str | None, typer.Option(help="auto, 32, bf16 or 64; the mconfig's where not given.")] = None,
    deterministic: Annotated[bool, typer.Option(help="Byte-equal results on a GPU, slower.")] = False,
    overfit: Annotated[bool, typer.Option(help="One batch again and again; leaves no trace.")] = False,
    dry: Annotated[bool, typer.Option(help="One turn of each stage; leaves no trace.")] = False,
    trust: Trusted = False,
    as_json: AsJson = False,
) -> None:
    """Train from where it stands. SIGTERM, Ctrl-C, a STOP file or --for stop it so that it can be resumed."""
    if overfit or dry:
        _rehearse(directory, overfit, trust)
        return
    from modeloid.cli.progress import shown

    with shown() as watcher:
        outcome = library.train(
            directory,
            limit_s=_seconds(time_limit),
            devices=devices,
            precision=precision,
            deterministic=deterministic,
            trusted=trust,
            watchers=(watcher,),
            say=_note,
        )
    if as_json and outcome.rank == 0:
        _print_json({key: getattr(outcome, key) for key in ("status", "step", "turns", "reason", "best", "test")})
    elif outcome.rank == 0:
        print(_ending(directory, outcome))
    raise typer.Exit(outcome.exit_code)


@command.command(context_settings={"ignore_unknown_options": True})
def sample(
    directory: Directory,
    wishes: Settings = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How many pieces.")] = 4,
    out: Annotated[Path, typer.Option(help="Where the files go.")] = Path("pieces"),
    to: Annotated[
        str, typer.Option(help="Formats, with commas, e.g. mid,wav,score.svg; the domain's usual one if empty.")
    ] = "",
    state: Annotated[str, typer.Option(help="best, last, a turn or a checkpoint's name.")] = "best",
    seed: Annotated[int | None, typer.Option(help="Another one gives other pieces.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over files that are there.")] = False,
    understood: Annotated[bool, typer.Option("--wishes", help="List the wishes it understands.")] = False,
    trust: Trusted = False,
    as_json: AsJson = False,
) -> None:
    """Draw pieces and write them. Wishes as KEY=VALUE or --KEY VALUE; --wishes lists them."""
    if understood:
        _list_wishes(library.wishes(directory, state, trust), as_json)
        return
    read = _no_options(values.read(values.spelt(wishes or [])), ("n", "seed", "state", "directory", "trusted"))
    formats = tuple(part for part in to.split(",") if part)
    domain = library.show(directory).get("data", {}).get("domain", "music")
    library.check_formats(formats, domain)
    if not replace and out.is_dir() and any(out.iterdir()):
        raise values.ArgumentError("holds files already", out, "Name another folder with --out, or add --replace")
    told = library.told(directory, n, state=state, seed=seed, trusted=trust, **read)
    made = library.recipe(directory, state, seed, read)
    pieces, receipts = [piece for piece, _ in told], [receipt for _, receipt in told]
    files = [str(path) for path in library.write(pieces, out, formats, domain, made, receipts)]
    if as_json:
        _print_json({"files": files, "seed": seed, "wishes": read, "receipts": receipts})
        return
    print("\n".join(files))
    for number, receipt in enumerate(receipts):
        if "verdict" in receipt:
            print(f"{number}: {receipt['verdict']}")


@command.command()
def test(directory: Directory, trust: Trusted = False, as_json: AsJson = False) -> None:
    """Test the best weights on the test part."""
    result = library.test(directory, trust, _note)
    if as_json:
        _print_json(result)
    else:
        print("\n".join(_table(result)))


@command.command()
def show(directory: Directory, as_json: AsJson = False) -> None:
    """Say what a modeloid is and where it stands; nothing of it is run."""
    found = library.show(directory)
    if as_json:
        _print_json(found)
        return
    for key, value in found.items():
        print(f"{key:12} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)}")


@command.command("list")
def list_(
    root: Annotated[Path, typer.Argument(help="Where to look, two levels deep.")] = Path(), as_json: AsJson = False
) -> None:
    """List the modeloids below a directory; nothing of them is run."""
    found = library.cards(root)
    if as_json:
        _print_json(found)
        return
    if not found:
        print(f"no modeloids below {root}; make one with `modeloid create`", file=sys.stderr)
    for card in found:
        print(f"{card['directory']}  {card.get('name', '?')}  turn {card.get('step', 0)}  {card.get('doc', '')}")


@command.command()
def fork(
    source: Directory,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Where the copy goes.")],
    name: Annotated[str | None, typer.Option(help="Its name; the target's where none is given.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Without the state: to change the model and begin anew.")] = False,
) -> None:
    """Copy a modeloid, with its state unless --new, under a new id that remembers its parent."""
    print(f"{library.fork(source, target, name, not new)}: forked from {source}")


@command.command()
def trust(directory: Directory) -> None:
    """Trust the code of a modeloid as it stands; a changed byte asks again."""
    print(f"{directory}: trusted as it stands ({library.trust(directory)[:12]})")


@command.command()
def check(directory: Directory, trust: Trusted = False, as_json: AsJson = False) -> None:
    """Hold a modeloid against the contract; its own state is not touched."""
    results = library.check(directory, trust)
    if as_json:
        _print_json([{"name": result.name, "passed": result.passed, "detail": result.detail} for result in results])
    else:
        for result in results:
            print(
                f"{'ok  ' if result.passed else 'FAIL'}  {result.name}{'' if result.passed else ': ' + result.detail}"
            )
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


@command.command()
def report(
    directories: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR...", help="Modeloids; several are compared.")
    ] = None,
    to: Annotated[str, typer.Option(help="Formats, with commas; --formats lists them.")] = "html",
    into: Annotated[Path | None, typer.Option(help="Where to; DIR/report for one, ./comparison for several.")] = None,
    formats: Annotated[bool, typer.Option("--formats", help="List the formats.")] = False,
    as_json: AsJson = False,
) -> None:
    """Render what was recorded, also of a modeloid that is training; nothing of it is run."""
    if formats:
        _list_formats(as_json)
        return
    files = library.report(directories or [], [part for part in to.split(",") if part.strip()], into)
    if as_json:
        _print_json({"files": [str(path) for path in files]})
    else:
        print("\n".join(map(str, files)))


@command.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="Where the demo goes.")] = Path("demo"),
) -> None:
    """Real Bach, end to end: data, a modeloid trained, validated, sampled, tested and reported."""
    from modeloid.cli import demonstration

    raise typer.Exit(demonstration.run(directory))


def _list_wishes(wishes: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json({name: {"doc": doc, "default": default} for name, (doc, default) in wishes.items()})
        return
    for name, (doc, default) in wishes.items():
        print(f"{name} = {json.dumps(default, ensure_ascii=False, default=str)}  {doc}")


def _list_formats(as_json: bool) -> None:
    found = library.formats()
    if as_json:
        _print_json(found)
        return
    for one in found:
        lacks = f"  (needs: pip install '{one['missing']}')" if one["missing"] else ""
        print(f"{one['name']:12} {one['doc']}{lacks}")


def _rehearse(directory: Path, overfit: bool, trusted: bool) -> None:
    if not overfit:
        for stage, seconds in library.dry(directory, trusted).items():
            print(f"{stage:12} {seconds:8.3f} s")
        return
    from modeloid.cli.progress import numbers

    for turn, metrics in enumerate(library.overfit(directory, trusted=trusted), 1):
        if turn == 1 or turn % 20 == 0:
            print(f"turn {turn}  {numbers(metrics)}", flush=True)


def _no_options(read: dict[str, Any], options: tuple[str, ...]) -> dict[str, Any]:
    for name in options:
        if name in read:
            raise values.ArgumentError(f"{name!r} is no KEY=VALUE", "arguments", "Give it as an option; see --help")
    return read


def _section(read: dict[str, Any], name: str) -> dict[str, Any]:
    section = read.pop(name, {})
    if not isinstance(section, dict):
        raise values.ArgumentError(f"{name}={section!r}", "arguments", f"Write {name}.KEY=VALUE")
    return section


def _seconds(text: str | None) -> float:
    from modeloid.cycle.cadence import Span

    if text is None:
        return math.inf
    span = Span.parse(text, "--for")
    if math.isinf(span.seconds):
        raise values.ArgumentError(f"{text!r} is no time", "--for", 'Write e.g. "30s", "10m" or "3h"')
    return span.seconds


def _ending(directory: Path, outcome: Any) -> str:
    if outcome.status == "stopped":
        return f"stopped at turn {outcome.step} ({outcome.reason}); go on with: modeloid train {directory}"
    did = f"{outcome.turns} turns" if outcome.turns else "nothing left to do"
    best = (
        f"; best {outcome.best['quantity']} {outcome.best['value']:.4g} at turn {outcome.best['step']}"
        if outcome.best
        else ""
    )
    return "\n".join([f"done at turn {outcome.step} ({did}){best}", *_table(outcome.test or {})])


def _table(result: Mapping[str, Any]) -> list[str]:
    return [
        f"  test {name:42} {made:12.5g}" + ("" if real is None else f"   (real pieces {real:.5g})")
        for name, made, real in library.tested(result)
    ]


def _note(text: str) -> None:
    print(f"data: {text}", file=sys.stderr)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False, default=str))
