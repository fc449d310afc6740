"""The boxes of a page of questions, and what stands above several that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kiosk.forms.headings import Wording, worded
from kiosk.widgets.fields import FieldBox, FixedField, InfoField
from kiosk.widgets.fields_choice import ChoiceField, PickField
from kiosk.widgets.fields_spec import FieldSpec, Kind, Note
from kiosk.widgets.fields_text import LongField, TextField
from kiosk.widgets.table_view import TableField
from kiosk.widgets.text import Line

_BOXES: dict[Kind, type[FieldBox]] = {
    "text": TextField,
    "short": TextField,
    "date": TextField,
    "long": LongField,
    "choice": ChoiceField,
    "pick": PickField,
    "fixed": FixedField,
    "info": InfoField,
    "table": TableField,
}
_APART: frozenset[Kind] = frozenset({"info", "table"})
"""Boxes that have a name of their own and part no others."""


class GroupLine(Line):
    """What the labels of several boxes have in common; shown while one of those is.

    Args:
        text: the words.
        members: ids of the fields.
    """

    DEFAULT_CSS = "GroupLine { color: $quiet; }"

    def __init__(self, text: str, members: Iterable[str]) -> None:
        super().__init__(text, classes="group")
        self._members = frozenset(members)

    def show_for(self, visible: Collection[str]) -> GroupLine:
        """Show it if one of its boxes is among ``visible``."""
        self.display = not self._members.isdisjoint(visible)
        return self


def box_of(spec: FieldSpec, value: str, notes: Sequence[Note]) -> FieldBox:
    """Return the box for one question."""
    return _BOXES[spec.kind](spec, value, notes)


def arranged(specs: Sequence[FieldSpec], title: str, language: str) -> tuple[tuple[GroupLine | None, FieldSpec], ...]:
    """Return the questions, each with the line above it if one begins there; labels under one are left with their own.

    Args:
        specs: in the order of the page.
        title: of the page; what it says is not said a second time.
        language: of the labels.
    """
    wordings = worded(["" if spec.kind in _APART else spec.label for spec in specs], language)
    made: list[tuple[GroupLine | None, FieldSpec]] = []
    above = ""
    for spec, wording in zip(specs, wordings, strict=True):
        line = None
        if spec.kind not in _APART:
            if wording.heading != above and wording.heading not in title:
                line = GroupLine(wording.heading, _under(wording.heading, specs, wordings))
            above = wording.heading
        made.append((line, replace(spec, short=wording.label) if wording.heading else spec))
    return tuple(made)


def short_names(specs: Iterable[FieldSpec]) -> dict[str, str]:
    """Return what is left of the labels under a heading, by field, where it is enough to tell a box from the others."""
    short = {spec.id: spec.short for spec in specs if spec.short}
    count = Counter(short.values())
    return {field_id: words for field_id, words in short.items() if count[words] == 1}


def _under(heading: str, specs: Sequence[FieldSpec], wordings: Sequence[Wording]) -> Iterable[str]:
    return (spec.id for spec, wording in zip(specs, wordings, strict=True) if wording.heading == heading)
