"""The section "What it plays": every piece by turn, with roll, sound and score; the page puts it in as it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from modeloid.report.story import Story

from .marks import owner
from .player import audio, bank, pack, score
from .player.entry import Entry
from .player.plan import Plan, plan

_FOLDER = Path(__file__).with_name("player")
_SCRIPTS = ("data", "sampler", "sound", "roll", "card", "section")


def section(stories: Sequence[Story]) -> str:
    """HTML of the section, with all the data that its script needs; "" where there is no piece at all.

    Parameters
    ----------
    stories
        One, or several to be compared: one slider moves all of them.
    """
    shown = plan(stories)
    if not shown.entries:
        return ""
    newest = _newest(stories, shown)
    font = score.engrave(newest)
    recorded = audio.embed(newest)
    synthesised = [made for made in shown.entries.values() if "audio" not in made.about]
    instruments = bank.needed([*newest, *synthesised])
    blocks = recorded + bank.blocks(instruments)
    cards = "".join(_card(story, owner(stories, index)) for index, story in enumerate(stories))
    note = f'<p class="note">{escape(shown.left_out)}</p>' if shown.left_out else ""
    data = f'<script type="text/plain" id="pieces-data">{pack.pack(stories, shown, font)}</script>'
    return (
        f'<section id="pieces" aria-labelledby="pieces-title"><h2 id="pieces-title">What it plays</h2>'
        f"{_intro(shown)}{_slider(shown, stories)}{note}{_choice(shown)}{cards}"
        f"<noscript><p>The pieces are shown and played by a script, which is switched off here.</p></noscript>"
        f"{data}{blocks}{bank.notice(instruments)}</section>"
    )


def styles() -> str:
    """CSS of the section."""
    return (_FOLDER / "player.css").read_text(encoding="utf-8")


def scripts() -> str:
    """JavaScript of the section, for the end of the page."""
    parts = [(_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def _newest(stories: Sequence[Story], shown: Plan) -> list[Entry]:
    """The pieces that a reader meets first: of the last turn, by number, each story's in turn."""
    last = len(shown.turns) - 1
    keys = [(number, story) for number in range(shown.count) for story in range(len(stories))]
    found = [shown.entries.get((story, last, number)) for number, story in keys]
    return [made for made in found if made is not None]


def _intro(shown: Plan) -> str:
    if all(made.about["kind"] != "music" for made in shown.entries.values()):
        return ""
    words = "Choose a piece and press Play, or the space bar while the focus is in this section; "
    words += "click into the roll to go to a place."
    turns = (
        " The slider goes through the turns of training: the same seed and wishes at each." if shown.turns[1:] else ""
    )
    return f'<p class="note">{words}{turns if shown.turns[1:] else ""}</p>'


def _slider(shown: Plan, stories: Sequence[Story]) -> str:
    last = len(shown.turns) - 1
    hidden = "" if last else " hidden"
    return (
        f'<div class="turns"{hidden}><label for="pieces-turn">How it learns</label>'
        f'<input id="pieces-turn" type="range" min="0" max="{last}" step="1" value="{last}">'
        f'<output for="pieces-turn">{escape(pack.named(shown.turns[last], stories))}</output></div>'
    )


def _choice(shown: Plan) -> str:
    music = any(made.about["kind"] == "music" for made in shown.entries.values())
    kind = "" if music else ' class="is-words"'
    buttons = "".join(
        f'<label{kind}><input type="radio" name="pieces-number" value="{number}"{" checked" if not number else ""}>'
        f'<canvas aria-hidden="true"></canvas>piece {number + 1}</label>'
        for number in range(shown.count)
    )
    hidden = "" if shown.count > 1 else " hidden"
    return f'<fieldset class="choice"{hidden}><legend>Pieces</legend>{buttons}</fieldset>'


def _card(story: Story, named: str) -> str:
    label = escape(story.label)
    head = f"<h3>{named}</h3>" if named else ""
    return (
        f'<article class="piece" aria-label="{label}">{head}<p class="piece-facts"></p>'
        f'<p class="piece-none" hidden></p>'
        f'<div class="piece-other" hidden></div><div class="piece-stage"><ul class="piece-legend"></ul>'
        f'<div class="roll" tabindex="0" role="group" aria-label="Piano roll, can be scrolled"><div class="roll-long">'
        f'<canvas role="img" aria-label="Piano roll"></canvas><i class="roll-head" aria-hidden="true"></i></div></div>'
        f'<div class="piece-controls"><button type="button" class="piece-play"><span>Play</span></button>'
        f'<input class="piece-place" type="range" min="0" max="1" step="any" value="0" aria-label="Place in the piece">'
        f'<span class="piece-time">0:00</span></div>'
        f'<div class="piece-controls piece-about"><a class="piece-midi" download>MIDI file</a>'
        f'<span class="piece-source"></span>'
        f'<button type="button" class="piece-narrower" aria-label="Draw narrower">−</button>'
        f'<button type="button" class="piece-wider" aria-label="Draw wider">+</button></div></div>'
        f'<p class="piece-original"></p>'
        f'<details class="piece-figures"><summary>Its own figures</summary><table><tbody></tbody></table></details>'
        f'<details class="piece-score"><summary>Score</summary>'
        f'<div tabindex="0" role="group" aria-label="Score, can be scrolled"></div></details></article>'
    )
