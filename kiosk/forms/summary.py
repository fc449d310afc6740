"""The answers in words, for "check your answers", receipts and printed sheets. Pure."""

from __future__ import annotations

from kiosk.forms import dates
from kiosk.forms.load import options
from kiosk.forms.model import Answers, Column, Context, Field, Form, Page, SummaryRow, SummarySection
from kiosk.forms.prefill import fixed_values
from kiosk.forms.view import View
from kiosk.i18n import Translator, translator


def summary(form: Form, answers: Answers, context: Context, language: str) -> tuple[SummarySection, ...]:
    """Return what applies, page by page: labels and values in ``language``, codes and dates in words.

    A question without an answer has the value "" (the screen says "not answered"). Tables give a row per cell.
    """
    view = View(form, answers, context)
    fixed = frozenset(fixed_values(form, context))
    say = translator(language)
    return tuple(
        SummarySection(page.id, say.pick(page.title), tuple(_page_rows(view, page, fixed, say)))
        for page in view.pages()
    )


def _page_rows(view: View, page: Page, fixed: frozenset[str], say: Translator) -> list[SummaryRow]:
    rows: list[SummaryRow] = []
    for item in view.fields(page):
        if item.type == "table":
            rows.extend(_table_rows(view, item, say))
        elif item.type != "info":
            text = display(item, view.text(item.id), say, view.parent_code(item))
            rows.append(SummaryRow(item.id, item.number, say.pick(item.label), text, item.id in fixed))
    return rows


def _table_rows(view: View, table: Field, say: Translator) -> list[SummaryRow]:
    rows: list[SummaryRow] = []
    for number, row in enumerate(view.rows(table.id)):
        texts, columns = view.cells(table, row)
        for column in columns:
            text = display(column, texts[column.key], say, view.parent_code(column, texts))
            paper_number, label = column.number or table.number, say.pick(column.label)
            rows.append(SummaryRow(table.id, paper_number, label, text, fixed=False, row=number, column=column.key))
    return rows


def display(question: Field | Column, text: str, say: Translator, parent: str = "") -> str:
    """Return a canonical value in words: the label of a code, a date in the language's own way, else the text.

    Args:
        question: the box.
        text: the canonical value; an empty one stays empty.
        say: the language.
        parent: the code on which the list of the box depends.
    """
    if not text:
        return ""
    if question.type in {"choice", "yes_no"}:
        found = next((option for option in options(question, parent) if option.code == text), None)
        return text if found is None else say.pick(found.labels)
    if question.type in {"date", "year_month", "year"}:
        return display_date(text, say)
    return text


def display_date(text: str, say: Translator) -> str:
    """Return a canonical date, year-month or year in words, with unknown parts left out."""
    parts = dates.read(text)
    if parts is None or not 0 <= parts.month <= 12:
        return text
    if not parts.year:
        return say("date.unknown")
    month = say(f"date.month.{parts.month}") if parts.month else ""
    key = "date.full" if parts.day and parts.month else "date.month" if parts.month else "date.year"
    return say(key, year=parts.year, month=month, day=parts.day)
