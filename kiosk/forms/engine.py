"""The engine's one door: everything a screen, the portal or a command asks about a form and its answers. Pure.

What is visible is decided in ``view``, values in ``values``, issues in ``check``, words in ``summary``.
"""

from __future__ import annotations

from kiosk.forms.check import check, check_page, check_receipt, errors
from kiosk.forms.model import Answers, AttachedSheet, Column, Context, Field, Form, Issue, Page, Progress, Row
from kiosk.forms.prefill import fixed_values, prefill
from kiosk.forms.summary import display, summary
from kiosk.forms.view import View

__all__ = [
    "Context",
    "Issue",
    "Progress",
    "attached_sheets",
    "blank_hidden",
    "check",
    "check_page",
    "check_receipt",
    "display",
    "errors",
    "fixed_values",
    "next_page",
    "prefill",
    "progress",
    "required",
    "summary",
    "visible_columns",
    "visible_fields",
    "visible_pages",
]


def visible_pages(form: Form, answers: Answers, context: Context) -> tuple[Page, ...]:
    """Return the pages with at least one question that applies, in order."""
    return View(form, answers, context).pages()


def visible_fields(form: Form, page: Page, answers: Answers, context: Context) -> tuple[Field, ...]:
    """Return the questions of ``page`` that apply (also for a page of the receipt sheet)."""
    return View(form, answers, context).fields(page)


def visible_columns(form: Form, table: Field, row: Row, answers: Answers, context: Context) -> tuple[Column, ...]:
    """Return the cells of one row of a table that apply."""
    return View(form, answers, context).cells(table, row)[1]


def required(form: Form, item: Field | Column, answers: Answers, context: Context, row: Row | None = None) -> bool:
    """Say whether an answer is required; ``row`` is given for a column."""
    return View(form, answers, context).requires(item, row)


def attached_sheets(form: Form, answers: Answers, context: Context) -> tuple[AttachedSheet, ...]:
    """Return the sheets that somebody else fills and this person attaches (question 5 of the guide)."""
    view = View(form, answers, context)
    return tuple(sheet for sheet in form.attached if view.holds(sheet.visible))


def next_page(form: Form, page_id: str, answers: Answers, context: Context) -> Page | None:
    """Return the first page after ``page_id`` that applies, or None at the end. An empty id means the beginning."""
    ids = [page.id for page in form.pages]
    start = ids.index(page_id) + 1 if page_id else 0
    shown = {page.id for page in visible_pages(form, answers, context)}
    return next((page for page in form.pages[start:] if page.id in shown), None)


def progress(form: Form, answers: Answers, context: Context) -> Progress:
    """Return how many required questions are answered, and how many pages have no error."""
    view = View(form, answers, context)
    pages = view.pages()
    needed = [item for page in pages for item in view.fields(page) if item.type != "info" and view.requires(item)]
    answered = sum(1 for item in needed if view.text(item.id) or view.rows(item.id))
    wrong = {form.page_of[issue.field].id for issue in errors(check(form, answers, context))}
    return Progress(answered, len(needed), sum(page.id not in wrong for page in pages), len(pages))


def blank_hidden(form: Form, answers: Answers, context: Context) -> dict[str, str | list[dict[str, str]]]:
    """Return the answers that are filed: hidden questions, hidden cells, empty texts and empty rows left out.

    The official system refuses a value in an item that it hides. Unknown ids are left out too. The result gives the
    same view as ``answers``.
    """
    view = View(form, answers, context)
    kept: dict[str, str | list[dict[str, str]]] = {}
    for page in (*form.pages, *form.receipt.pages):
        for item in view.fields(page):
            value = view.text(item.id) if item.type != "table" else _kept_rows(view, item)
            if value and item.type != "info":
                kept[item.id] = value
    return kept


def _kept_rows(view: View, table: Field) -> list[dict[str, str]]:
    rows = ({key: text for key, text in view.cells(table, row)[0].items() if text} for row in view.rows(table.id))
    return [row for row in rows if row]
