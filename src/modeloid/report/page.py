"""One page about one modeloid: what it is, how it learned, what it plays, what the test says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from . import curve
from .record import Record, read


def render(directory: Path, card: Mapping[str, Any]) -> Path:
    """Write `report/index.html`; the same record gives the same bytes.

    Parameters
    ----------
    directory
        The modeloid's.
    card
        What is known of it: name, doc, id, model, data, cycle.

    Returns
    -------
    The page. Pieces are taken from `report/pieces`, and from the newest samples where there are none.
    """
    record = read(directory)
    target = directory / "report"
    target.mkdir(exist_ok=True)
    parts = [_head(card), _words(record), _pieces(target, directory), _test(record), _curves(record), _card(card)]
    title = escape(str(card.get("name", directory.name)))
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style><body><main>{"".join(parts)}</main>'
    )
    path = target / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def _head(card: Mapping[str, Any]) -> str:
    return f'<h1>{escape(str(card.get("name", "?")))}</h1><p class="doc">{escape(str(card.get("doc", "")))}</p>'


def _words(record: Record) -> str:
    starts = sum(entry["what"] == "start" for entry in record.journal)
    last = max((entry["step"] for entry in record.journal), default=0)
    notices = [f"<li>{escape(entry['text'])}</li>" for entry in record.journal if entry["what"] == "notice"]
    told = f"<ul>{''.join(notices)}</ul>" if notices else ""
    return f"<p>{last} turns in {starts} run{'s' if starts != 1 else ''}.</p>{told}"


def _curves(record: Record) -> str:
    drawn = []
    for name in sorted({name.partition("/")[2] for name in record.curves if not name.startswith("judge/")}):
        lines = [(stage, *record.curves.get(f"{stage}/{name}", ([], []))) for stage in ("train", "valid")]
        picture = curve.svg(f"{escape(name)} over turns", lines)
        drawn.append((name != "loss", f"<div><h3>{escape(name)}</h3>{picture}</div>"))
    shown = "".join(text for _, text in sorted(drawn))
    return f'<h2>How it learned</h2><div class="curves">{shown}</div>' if drawn else ""


def _pieces(target: Path, directory: Path) -> str:
    from modeloid.music.render.roll_svg import roll_svg

    found = sorted((target / "pieces").glob("*.mid"))
    if not found:
        steps = sorted((directory / "record" / "samples").glob("step-*"))
        found = sorted(steps[-1].glob("*.mid")) if steps else []
    shown = []
    for path in found:
        sound = path.with_suffix(".wav")
        where = Path("..") / path.relative_to(directory) if target not in path.parents else path.relative_to(target)
        player = f'<audio controls preload="none" src="{where.with_suffix(".wav")}"></audio>' if sound.exists() else ""
        label = f'<a href="{where}">{path.name}</a>'
        shown.append(f'<div class="piece"><div>{label}</div>{roll_svg(_score(path))}{player}</div>')
    return f"<h2>What it plays</h2>{''.join(shown)}" if shown else ""


def _score(path: Path) -> Any:
    from symusic import Score

    return Score(path)


def _test(record: Record) -> str:
    rows = [
        f"<tr><td>{escape(name)}</td>{_number(made)}{_number(real)}</tr>" for name, made, real in tested(record.test)
    ]
    head = "<tr><th>quantity</th><th>of the modeloid</th><th>of real pieces</th></tr>"
    where = f"<p>Measured once, on held-out data, with the weights of turn {record.test.get('step')}.</p>"
    return f"<h2>Test</h2>{where}<table>{head}{''.join(rows)}</table>" if rows else ""


def tested(test: Mapping[str, Any]) -> list[tuple[str, float, float | None]]:
    """The rows of a test: quantity, the modeloid's value, and that of real pieces where the domain measured it."""
    rows: list[tuple[str, float, float | None]] = []
    for stage in ("likelihood", "loss", "judge"):
        values = test.get(stage, {})
        for name, value in values.items():
            if not name.startswith("data/"):
                rows.append((f"{stage} {name}", value, values.get(f"data/{name}")))
    return rows


def _number(value: float | None) -> str:
    return f'<td class="number">{"" if value is None else format(value, ".4g")}</td>'


def _card(card: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><th>{escape(key)}</th><td><code>{escape(_text(value))}</code></td></tr>"
        for key, value in card.items()
        if key not in ("name", "doc")
    ]
    return f"<h2>Card</h2><table>{''.join(rows)}</table>"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
