"""One part of a score as the measures of MusicXML 4.0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .grid import Note, Part
from .key import key_alters, spelled
from .meter import UNITS, Bar, is_plain
from .notate import Written, notated
from .percussion import DRUMS, OTHER
from .voices import Staff, staves, stroke_lengths, voices

_TYPES = {8: "breve", 4: "whole", 2: "half", 1: "quarter", 0.5: "eighth", 0.25: "16th", 0.125: "32nd", 0.0625: "64th"}
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_GUITARS_AND_BASSES = range(24, 40)
"""General MIDI programs that are written an octave above their sound."""
_TREBLE, _BASS = "<sign>G</sign><line>2</line>", "<sign>F</sign><line>4</line>"
_TREBLE_FROM = 59.5
_VOICES_A_STAFF = 4
_END = '<barline location="right"><bar-style>light-heavy</bar-style></barline>'

_Heads = set[tuple[int, Note]]
"""Note heads: where they stand, in units, and which note they belong to."""


class PartWriter:
    """Writes the measures of one part.

    Parameters
    ----------
    part
        With at least one note.
    time
        The bars of the piece.
    keys
        (unit, sharps, 1 where minor), at least one.
    tempos
        (unit, quarters a minute), for the first part of a score.
    one_hand
        Whether it is one of the two hands of a keyboard.
    """

    def __init__(
        self,
        part: Part,
        time: Sequence[Bar],
        keys: Sequence[tuple[int, int, int]],
        tempos: Sequence[tuple[int, float]] = (),
        one_hand: bool = False,
    ) -> None:
        self._part = stroke_lengths(part) if part.is_drum else part
        self._time, self._keys, self._tempos = time, keys, tempos
        self._staves = staves(self._part, one_hand)
        self._names = {} if part.is_drum else _spelling(self._part.notes, keys)

    def measures(self) -> Iterator[str]:
        """The lines of all measures; a pickup has the number 0."""
        first = 0 if self._time[0].offset else 1
        for index, bar in enumerate(self._time):
            implicit = "" if bar.whole else ' implicit="yes"'
            yield f'<measure number="{index + first}"{implicit}>'
            yield from self._attributes(index)
            yield from self._tempo(bar, index == 0)
            yield from self._voices(bar)
            if index + 1 == len(self._time):
                yield _END
            yield "</measure>"

    def _attributes(self, index: int) -> Iterator[str]:
        bar, before = self._time[index], self._time[index - 1] if index else None
        # a key that changes inside a bar is shown at the next one
        key = _key_at(self._keys, bar.start)
        new_key = before is None or key != _key_at(self._keys, before.start)
        new_meter = before is None or bar.meter != before.meter
        if not (new_key or new_meter):
            return
        yield "<attributes>"
        if before is None:
            yield f"<divisions>{UNITS}</divisions>"
        if new_key:
            mode = "minor" if key[1] else "major"
            yield f"<key><fifths>{0 if self._part.is_drum else key[0]}</fifths><mode>{mode}</mode></key>"
        if new_meter:
            yield f"<time><beats>{bar.meter[0]}</beats><beat-type>{bar.meter[1]}</beat-type></time>"
        if before is None:
            yield from self._clefs()
        yield "</attributes>"

    def _clefs(self) -> Iterator[str]:
        if len(self._staves) == 1:
            yield f"<clef>{_clef(self._part, self._staves[0])}</clef>"
            return
        yield f"<staves>{len(self._staves)}</staves>"
        for number, clef in enumerate((_TREBLE, _BASS), 1):
            yield f'<clef number="{number}">{clef}</clef>'

    def _tempo(self, bar: Bar, first: bool) -> Iterator[str]:
        for unit, tempo in self._tempos:
            if bar.start <= unit < bar.end:
                sign = f"<beat-unit>quarter</beat-unit><per-minute>{tempo:.0f}</per-minute>"
                shown = f"<metronome>{sign}</metronome>" if first and unit == bar.start else "<words/>"
                yield '<direction placement="above">'
                yield f"<direction-type>{shown}</direction-type><offset>{unit - bar.start}</offset>"
                yield f'<sound tempo="{tempo:.4f}"/></direction>'

    def _voices(self, bar: Bar) -> Iterator[str]:
        for staff_number, staff in enumerate(self._staves):
            written = [notated(voice, bar) for voice in voices(staff, bar.start, bar.end)]
            shown = self._accidentals(written, bar)
            for number, signs in enumerate(written):
                if staff_number or number:
                    yield f"<backup><duration>{bar.length}</duration></backup>"
                voice = staff_number * _VOICES_A_STAFF + number + 1
                on = f"<staff>{staff_number + 1}</staff>" if len(self._staves) > 1 else ""
                stem = f"<stem>{('up', 'down')[number]}</stem>" if len(written) > 1 else ""
                # the second voice's rests would only crowd the staff; a tuplet needs them
                hidden = number > 0 and not any(sign.tuplet for sign in signs)
                yield from self._signs(signs, f"<voice>{voice}</voice>", on, stem, hidden, shown)

    def _signs(
        self, signs: Sequence[Written], voice: str, on: str, stem: str, hidden: bool, shown: _Heads
    ) -> Iterator[str]:
        for sign in signs:
            duration = f"<duration>{sign.chord.end - sign.chord.start}</duration>"
            if sign.chord.notes:
                for number in range(len(sign.chord.notes)):
                    yield self._note(sign, number, duration, voice, on, stem, shown)
            elif hidden:
                yield f"<forward>{duration}{voice}{on}</forward>"
            elif sign.whole_bar_rest:
                yield f'<note><rest measure="yes"/>{duration}{voice}{on}</note>'
            else:
                yield f"<note><rest/>{duration}{voice}{_kind(sign)}{on}{_notations(sign, ())}</note>"

    def _note(self, sign: Written, number: int, duration: str, voice: str, on: str, stem: str, shown: _Heads) -> str:
        note = sign.chord.notes[number]
        edges = (("stop", note.start < sign.chord.start), ("start", note.end > sign.chord.end))
        ties = [kind for kind, tied in edges if tied]
        sounding = "".join(f'<tie type="{kind}"/>' for kind in ties)
        accidental = ""
        if (sign.chord.start, note) in shown:
            accidental = f"<accidental>{_ACCIDENTALS[self._names[note][1]]}</accidental>"
        pitch, instrument, head = self._head(note)
        beams = enumerate(sign.beams if not number else (), 1)
        beamed = "".join(f'<beam number="{level}">{word}</beam>' for level, word in beams)
        chord = "<chord/>" if number else ""
        notations = _notations(sign if not number else None, ties)
        return (
            f"<note>{chord}{pitch}{duration}{sounding}{instrument}{voice}"
            f"{_kind(sign, accidental)}{stem}{head}{on}{beamed}{notations}</note>"
        )

    def _head(self, note: Note) -> tuple[str, str, str]:
        """Where a note stands, its instrument and its head."""
        if self._part.is_drum:
            drum = DRUMS.get(note.pitch, OTHER)
            place = f"<display-step>{drum.step}</display-step><display-octave>{drum.octave}</display-octave>"
            head = f"<notehead>{drum.head}</notehead>" if drum.head else ""
            return f"<unpitched>{place}</unpitched>", f'<instrument id="D{note.pitch}"/>', head
        step, alter, octave = self._names[note]
        altered = f"<alter>{alter}</alter>" if alter else ""
        return f"<pitch><step>{step}</step>{altered}<octave>{octave}</octave></pitch>", "", ""

    def _accidentals(self, written: Sequence[Sequence[Written]], bar: Bar) -> _Heads:
        """Which heads of a staff's bar show an accidental: those that differ from what stands, in time's order."""
        if self._part.is_drum:
            return set()
        standing: dict[tuple[str, int], int] = {}
        signature = key_alters(_key_at(self._keys, bar.start)[0])
        shown: _Heads = set()
        for at, note in sorted(
            (sign.chord.start, note) for signs in written for sign in signs for note in sign.chord.notes
        ):
            step, alter, octave = self._names[note]
            tied = note.start < at
            if not tied and standing.get((step, octave), signature.get(step, 0)) != alter:
                shown.add((at, note))
                standing[step, octave] = alter
        return shown


def _spelling(notes: Sequence[Note], keys: Sequence[tuple[int, int, int]]) -> dict[Note, tuple[str, int, int]]:
    following: dict[int, list[int]] = {}
    for note in notes:
        following.setdefault(note.start, []).append(note.pitch)
    return {note: spelled(note.pitch, *_key_at(keys, note.start), following.get(note.end, ())) for note in notes}


def _key_at(keys: Sequence[tuple[int, int, int]], unit: int) -> tuple[int, int]:
    standing = [key for key in keys if key[0] <= unit] or [keys[0]]
    return standing[-1][1:]


def _kind(sign: Written, accidental: str = "") -> str:
    dotted = not is_plain(sign.written)
    plain = sign.written * 2 // 3 if dotted else sign.written
    change = ""
    if sign.tuplet:
        ratio = f"<actual-notes>{sign.tuplet.actual}</actual-notes><normal-notes>{sign.tuplet.normal}</normal-notes>"
        change = f"<time-modification>{ratio}</time-modification>"
    return f"<type>{_TYPES[plain / UNITS]}</type>{'<dot/>' if dotted else ''}{accidental}{change}"


def _notations(sign: Written | None, ties: Sequence[str]) -> str:
    inside = "".join(f'<tied type="{kind}"/>' for kind in ties)
    if sign is not None and sign.tuplet:
        edges = (("start", sign.opens), ("stop", sign.closes))
        bracket = "yes" if sign.bracket else "no"
        inside += "".join(f'<tuplet type="{kind}" bracket="{bracket}"/>' for kind, here in edges if here)
    return f"<notations>{inside}</notations>" if inside else ""


def _clef(part: Part, staff: Staff) -> str:
    if part.is_drum:
        return "<sign>percussion</sign>"
    weight = sum(note.end - note.start for note in staff.notes)
    mean = sum(note.pitch * (note.end - note.start) for note in staff.notes) / weight
    if part.program in _GUITARS_AND_BASSES:
        return (_TREBLE if mean >= 48 else _BASS) + "<clef-octave-change>-1</clef-octave-change>"
    return _TREBLE if mean >= _TREBLE_FROM else _BASS
