"""What "check your answers" shows: every answer in words, with what is wrong or doubtful about it. No Textual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from kiosk.forms.headings import Wording, worded
from kiosk.forms.model import Answers, Context, Form, Issue, SummaryRow, SummarySection
from kiosk.forms.prefill import awaited
from kiosk.forms.summary import summary
from kiosk.i18n import Translator, translator
from kiosk.screens.drafting import Drafting

FILED_IN = "ja"
"""Japanese is what is filed."""


@dataclass(frozen=True, slots=True, repr=False)
class CheckRow:
    """One answer.

    Attributes:
        place: "page|field" or "page|field|row|column": where "change" leads; "" for an answer from the card.
        label: its words.
        value: in the person's language, "" where nothing was answered.
        filed: the Japanese value where it reads differently.
        errors: what is wrong, in words.
        warnings: what is doubtful, in words.
        name: its words where it stands alone, "" for the same as ``label``.
        heading: what its label shares with its neighbours'; it stands once above them.
    """

    place: str
    label: str
    value: str
    filed: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    name: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CheckSection:
    """The answers of one page."""

    title: str
    rows: tuple[CheckRow, ...]


Sections = Callable[[str], Sequence[CheckSection]]
"""Gives the sections in a language."""


_Place = tuple[str, int | None, str | None]


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """The issues of one place, in words."""

    errors: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])


def sections(drafting: Drafting, language: str) -> tuple[CheckSection, ...]:
    """Return all answers of a draft in ``language``, each with its Japanese value where that reads differently."""
    form, context, say = drafting.form, drafting.context, translator(language)
    found = _issues(drafting.issues(), say)
    filed = _filed(form, cast("Answers", drafting.answers), context, language)
    later = awaited(form, context)
    shown = summary(form, cast("Answers", drafting.answers), context, language)
    made = (CheckSection(part.title, _rows(form, part, filed, found, say)) for part in shown)
    made = tuple(_with_card(part, later, say) for part in made)
    return tuple(part for part in made if part.rows)


def _with_card(part: CheckSection, later: frozenset[str], say: Translator) -> CheckSection:
    """Return a section in which what the card will answer says so, and leads nowhere."""
    words = say("answers.from_card_later")
    rows = (replace(row, place="", value=words) if row.place.rpartition("|")[2] in later else row for row in part.rows)
    return CheckSection(part.title, tuple(rows))


def _issues(issues: Sequence[Issue], say: Translator) -> dict[_Place, _Found]:
    found: dict[_Place, _Found] = {}
    for issue in issues:
        place = found.setdefault((issue.field, issue.row, issue.column), _Found())
        words = say(f"issue.{issue.code}", **issue.params)
        (place.errors if issue.level == "error" else place.warnings).append(words)
    return found


def _filed(form: Form, answers: Answers, context: Context, language: str) -> dict[_Place, str]:
    if language == FILED_IN:
        return {}
    parts = summary(form, answers, context, FILED_IN)
    return {(row.field, row.row, row.column): row.value for part in parts for row in part.rows}


def _rows(
    form: Form,
    part: SummarySection,
    filed: Mapping[_Place, str],
    found: dict[_Place, _Found],
    say: Translator,
) -> tuple[CheckRow, ...]:
    rows: list[CheckRow] = []
    wordings = worded([row.label for row in part.rows], say.language)
    for row, wording in zip(part.rows, wordings, strict=True):
        place = (row.field, row.row, row.column)
        issues = found.pop(place, _Found())
        rows.append(_row(part, row, wording, filed.get(place, ""), issues, say))
    # A table without a row has nothing in the summary, and yet something may be wrong with it.
    for place in [place for place in found if form.page_of[place[0]].id == part.page]:
        issues = found.pop(place)
        label = say.pick(form.fields[place[0]].label)
        rows.append(CheckRow(_where(part.page, place), label, "", "", tuple(issues.errors), tuple(issues.warnings)))
    return tuple(rows)


def _row(
    part: SummarySection, row: SummaryRow, wording: Wording, filed: str, issues: _Found, say: Translator
) -> CheckRow:
    place, label, name = (row.field, row.row, row.column), wording.label, row.label
    if row.row is not None:
        label = say("check.row", number=row.row + 1, label=label)
        name = f"{part.title} {label}"
    return CheckRow(
        place="" if row.fixed else _where(part.page, place),
        label=label,
        value=_one_line(row),
        filed=filed,
        errors=tuple(issues.errors),
        warnings=tuple(issues.warnings),
        name=name,
        heading="" if wording.heading in part.title else wording.heading,
    )


def _one_line(row: SummaryRow) -> str:
    return " ".join(row.value.split())


def _where(page: str, place: _Place) -> str:
    name, row, column = place
    return f"{page}|{name}" if row is None else f"{page}|{name}|{row}|{column or ''}"
