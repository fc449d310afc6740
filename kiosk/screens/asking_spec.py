"""From the definition of a question to what its box shows. Pure, no Textual."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.forms.characters import utf16_length
from kiosk.forms.dates import problem
from kiosk.forms.doubts import CERTAIN, certainty_of
from kiosk.forms.headings import Wording, worded
from kiosk.forms.load import options
from kiosk.forms.model import Column, Field, Sheet
from kiosk.forms.summary import display
from kiosk.i18n import Translator
from kiosk.widgets.fields_spec import INLINE_OPTIONS, FieldSpec, Kind, Option

_KINDS: dict[str, Kind] = {
    "textarea": "long",
    "date": "date",
    "year_month": "date",
    "year": "date",
    "integer": "short",
    "phone": "short",
    "postal_code": "short",
    "residence_card_number": "short",
    "passport_number": "short",
    "table": "table",
    "info": "info",
}
_DATES = frozenset({"date", "year_month", "year"})
SHORT_TEXT = 12
"""Boxes of at most so many characters are drawn short."""


def spec_of(
    field_id: str, item: Field | Column, t: Translator, *, needed: bool, inline: tuple[Option, ...]
) -> FieldSpec:
    """Return how a question is shown.

    Args:
        field_id: what the box is called.
        item: the definition.
        t: the words.
        needed: whether an answer is required now.
        inline: the choices, where they are few enough to be shown whole.
    """
    kind = _KINDS.get(item.type, "text")
    if item.type in {"choice", "yes_no"}:
        kind = "choice" if inline else "pick"
    elif item.type == "text" and item.max_length is not None and item.max_length <= SHORT_TEXT:
        kind = "short"
    return FieldSpec(
        field_id,
        kind,
        t.pick(item.label),
        number=number_of(item, t),
        remark="" if needed or item.type == "info" else t("answers.optional"),
        hint=t.pick(item.help) or (t("answers.hint.date") if item.type == "date" else ""),
        prompt=t("answers.pick") if kind == "pick" else "",
        options=inline,
    )


def number_of(item: Field | Column, t: Translator) -> str:
    """Return the number of the official box in words, or an empty text."""
    return t("answers.number", number=item.number) if item.number else ""


def are_few(item: Field | Column) -> bool:
    """Say whether the question is a choice among so few that all of them are shown."""
    if item.type not in {"choice", "yes_no"} or (isinstance(item, Column) and item.list_column):
        return False
    return len(options(item)) <= INLINE_OPTIONS


def options_of(item: Field | Column, parent: str, t: Translator) -> tuple[Option, ...]:
    """Return what can be chosen, the words of the other language beside."""
    other = "en" if t.language == "ja" else "ja"
    return tuple(
        Option(entry.code, t.pick(entry.labels), entry.labels.get(other, "")) for entry in options(item, parent)
    )


def understood_of(item: Field | Column, text: str, t: Translator) -> str:
    """Return a date in words; an empty text for everything else and for what is no date."""
    if item.type not in _DATES or not text:
        return ""
    if item.type == "date" and problem(text, partial=item.partial):
        return ""
    words = display(item, text, t)
    return "" if words == text else words


def excess_of(item: Field | Column, text: str) -> tuple[int, int] | None:
    """Return length and limit of a text that is too long, else None."""
    length = utf16_length(text)
    return (length, item.max_length) if item.max_length is not None and length > item.max_length else None


def worded_columns(table: Field, language: str) -> dict[str, Wording]:
    """Return what each column of a table is called, by its key; what several share is their heading."""
    keys = [column.key for column in table.columns]
    labels = [column.label.get(language) or column.label["en"] for column in table.columns]
    return dict(zip(keys, worded(labels, language), strict=True))


def points_words(total: int, wanted: int, t: Translator, *, needed: bool) -> str:
    """Return how many points there are so far, and whether that is enough; ``needed``: whether points count at all."""
    if not needed:
        return t("answers.points.not_needed")
    key = "answers.points.reached" if total >= wanted else "answers.points.missing"
    return t(key, total=total, wanted=wanted, missing=max(0, wanted - total))


def doubt_words(sheet: Sheet, items: Sequence[Field], t: Translator) -> tuple[str, ...]:
    """Return the marks of questions whose labels are not certain: one sentence for each source they were taken from."""
    groups: dict[str, list[str]] = {}
    for item in items:
        certainty = certainty_of(sheet, item)
        if item.type != "info" and certainty != CERTAIN:
            source = item.origin or " / ".join(sheet.origin)
            words = f"{t(f'answers.doubt.{certainty}')} {t('answers.doubt.source', source=source)}"
            groups.setdefault(words, []).append(t.pick(item.label))
    return tuple(f"! {t('answers.doubt', labels=' · '.join(labels))} {words}" for words, labels in groups.items())
