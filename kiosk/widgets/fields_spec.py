"""What a box of a form shows, as plain data. No Textual, so that what is shown can be decided without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

INLINE_OPTIONS = 4
"""Up to so many choices are shown whole; more open a list."""

Kind = Literal["text", "short", "long", "date", "choice", "pick", "fixed", "info", "table"]
"""``short`` is a text of few characters; ``choice`` is shown whole, ``pick`` is chosen on a screen of its own."""

Tone = Literal["error", "attention", "understood"]


class Option(NamedTuple):
    """One thing that can be chosen: its code, its words, those in the other language, and words only searched for."""

    code: str
    label: str
    other: str = ""
    also: str = ""


class Note(NamedTuple):
    """One sentence under a box, with a sign for its tone."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a box shows, in the person's language.

    Attributes:
        id: the field's id.
        kind: which editor.
        label: its words.
        number: the box's number on the official sheet, in words ("box 10(2)").
        remark: a quiet word beside the label ("not required").
        hint: a line of help above the editor.
        prompt: what stands in an empty editor that opens something ("Choose from the list").
        options: what can be chosen, for ``choice``.
        rows: one line a row, for ``table``.
        short: what is left of the label under a heading that says the rest; "" where there is none.
    """

    id: str
    kind: Kind
    label: str
    number: str = ""
    remark: str = ""
    hint: str = ""
    prompt: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[str, ...] = ()
    short: str = ""
