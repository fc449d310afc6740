"""``kiosk forms``: look at the definitions and check a file of answers, for staff and other programs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from pydantic import AliasChoices, BaseModel, ConfigDict, ValidationError
from pydantic import Field as Named

from kiosk.clock import japan_date, utc_now
from kiosk.forms.doubts import sheet_doubts
from kiosk.forms.engine import (
    Context,
    attached_sheets,
    check,
    check_receipt,
    errors,
    required,
    visible_fields,
    visible_pages,
)
from kiosk.forms.errors import AnswersFileError, FormDefinitionError
from kiosk.forms.lint import problems
from kiosk.forms.lint_sheets import contexts, sheet_problems
from kiosk.forms.load import all_forms, all_sheets, load_form
from kiosk.forms.model import Column, Field, Form, Issue, Page
from kiosk.i18n import Translator, translator


class _Content(BaseModel):
    """What a file of answers holds. Values are never shown in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    procedure: str = "extension"
    status_of_residence: str = Named("gijinkoku", validation_alias=AliasChoices("status_of_residence", "status"))
    user: str = "applicant"
    system: str = "rasens"
    answers: dict[str, str | list[dict[str, str]]] = {}
    receipt: dict[str, str] = {}


_MOST_PLACES = 200
"""Characters that are told of what is wrong in a file."""


@click.group()
def forms() -> None:
    """Check the form definitions."""


@forms.command()
def lint() -> None:
    """Look for contradictions in every form definition.

    Forms of several generations of the system differ in text rules alone, so one of each is looked at.
    """
    keys = tuple({key[:2]: key for key in reversed(all_forms())}.values())
    where: dict[str, str] = {}
    for key in keys:
        try:
            lines = problems(load_form(*key))
        except FormDefinitionError as error:
            lines = [str(error)]
        for line in lines:
            where.setdefault(line, f"{key.procedure}/{key.status}")
    if not where:
        known = contexts(keys)
        where = {line: sheet.id for sheet in all_sheets() for line in sheet_problems(sheet, known)}
    for line, place in where.items():
        click.echo(f"{place}: {line}")
    click.echo(f"{len(keys)} forms, {len(where)} problems")
    if where:
        raise SystemExit(1)


@forms.command()
@click.option("--sheet", "wanted", default="", help="One sheet, such as applicant_n.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def report(wanted: str, as_json: bool) -> None:
    """List what has to be checked against the official sheets: sheet by sheet, with the source."""
    found = [entry for entry in (sheet_doubts(sheet) for sheet in all_sheets()) if wanted in {"", entry.sheet}]
    if as_json:
        click.echo(json.dumps([entry.as_dict() for entry in found if entry.lines], ensure_ascii=False))
        return
    for entry in found:
        if entry.lines:
            click.echo(f"{entry.sheet} ({entry.certainty}; {len(entry.lines)} of {entry.total} questions)")
            for line in entry.lines:
                click.echo(f"  {line.certainty:<18} {line.question}  {line.label}")
            for origin in entry.origin:
                click.echo(f"  source: {origin}")


_PROCEDURE = click.option("--procedure", default="extension", show_default=True)
_STATUS = click.option("--status", default="gijinkoku", show_default=True)
_USER = click.option("--user", "user_kind", default="applicant", show_default=True)
_SYSTEM = click.option("--system", default="rasens", show_default=True)
_LANGUAGE = click.option("--language", default="en", show_default=True)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@forms.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--user", "user_kind", default="", help="Kind of user, where the file names none.  [applicant]")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day in Japan; today when not given.")
@_LANGUAGE
@_JSON
def check_file(file: Path, user_kind: str, today: Any, language: str, as_json: bool) -> None:
    """Check a FILE of answers: JSON with procedure, status, answers and, if wanted, user, receipt and system.

    It ends with status 1 when the answers cannot be filed.
    """
    content = _read(file)
    form = load_form(content["procedure"], content["status_of_residence"], content["system"])
    day: date = today.date() if today else japan_date(utc_now())
    context = Context(user_kind=user_kind or content["user"], today=day, system=form.system)
    answers, receipt = content["answers"], content["receipt"]
    issues = check(form, answers, context)
    issues += check_receipt(form, receipt, context) if receipt else []
    complete = not errors(issues)
    if as_json:
        wrong = [_issue(form, issue, language) for issue in errors(issues)]
        warned = [_issue(form, issue, language) for issue in issues if issue.level == "warning"]
        ok = not any(issue.code not in {"required", "no_rows"} for issue in errors(issues))
        click.echo(
            json.dumps({"ok": ok, "errors": wrong, "warnings": warned, "complete": complete}, ensure_ascii=False)
        )
    else:
        _tell(form, issues, language)
    raise SystemExit(0 if complete else 1)


def _tell(form: Form, issues: list[Issue], language: str) -> None:
    for issue in issues:
        shown = _issue(form, issue, language)
        click.echo(f"{issue.level}: {shown['field']}: {shown['message']}")
    click.echo(f"{len(errors(issues))} errors")


def _issue(form: Form, issue: Issue, language: str) -> dict[str, Any]:
    sheet = _sheet_of(form, form.page_of[issue.field])
    place = "" if issue.row is None else f"[{issue.row}]"
    column = f".{issue.column}" if issue.column else ""
    message = translator(language)(f"issue.{issue.code}", **issue.params)
    return {"sheet": sheet, "field": f"{issue.field}{place}{column}", "code": issue.code, "message": message}


@forms.command()
@_PROCEDURE
@_STATUS
@_USER
@_SYSTEM
@_LANGUAGE
@_JSON
def show(procedure: str, status: str, user_kind: str, system: str, language: str, as_json: bool) -> None:
    """Show the sheets, pages and fields of a form as they begin: before the first answer."""
    form = load_form(procedure, status, system)
    context = Context(user_kind=user_kind, today=japan_date(utc_now()), system=system)
    say = translator(language)
    pages: list[dict[str, Any]] = [
        {
            "id": page.id,
            "sheet": _sheet_of(form, page),
            "title": say.pick(page.title),
            "fields": [_field(form, item, context, say) for item in visible_fields(form, page, {}, context)],
        }
        for page in visible_pages(form, {}, context)
    ]
    if as_json:
        asked = {page["sheet"] for page in pages}
        sheets = [
            {"id": sheet.id, "title": say.pick(sheet.title), "filled_by": sheet.filled_by}
            for sheet in (*form.sheets, form.receipt)
            if sheet.id in asked or sheet is form.receipt
        ]
        sheets += [
            {"id": sheet.id, "title": say.pick(sheet.title), "filled_by": sheet.filled_by, "attached": True}
            for sheet in attached_sheets(form, {}, context)
        ]
        click.echo(json.dumps({"sheets": sheets, "pages": pages}, ensure_ascii=False))
        return
    for page in pages:
        click.echo(page["title"])
        for item in page["fields"]:
            click.echo(f"  {item['number']:<6} {item['label']}  ({item['id']}, {item['type']})")


def _sheet_of(form: Form, page: Page) -> str:
    return next(sheet.id for sheet in (*form.sheets, form.receipt) if page in sheet.pages)


def _field(form: Form, item: Field, context: Context, say: Translator) -> dict[str, Any]:
    shown = {**_question(item, say), "id": item.id, "required": required(form, item, {}, context)}
    if item.columns:
        shown["columns"] = [{**_question(column, say), "key": column.key} for column in item.columns]
        shown["max_rows"] = item.max_rows
    return shown


def _question(item: Field | Column, say: Translator) -> dict[str, Any]:
    return {
        "number": item.number,
        "label": say.pick(item.label),
        "type": item.type,
        "online": item.online,
        "list": item.list,
        "codes": list(item.codes),
        "max_length": item.max_length,
        "certainty": item.certainty,
    }


def _read(file: Path) -> dict[str, Any]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        return _Content.model_validate(content).model_dump()
    except ValidationError as error:
        places = [".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False)]
        raise AnswersFileError(file=file.name, places=" ".join(places)[:_MOST_PLACES]) from None
    except (OSError, ValueError, RecursionError):
        raise AnswersFileError(file=file.name) from None
