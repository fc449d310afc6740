"""``kiosk filing``: what the rules say of an application, for staff and other programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kiosk.clock import japan_date, utc_now
from kiosk.filing.answer import Answer, answer
from kiosk.filing.errors import FactsError
from kiosk.filing.facts import Facts
from kiosk.filing.facts_file import example_json, facts_from_json
from kiosk.filing.request import Recipient, letter
from kiosk.filing.words import as_json
from kiosk.i18n import Translator, translator

MAX_FACTS_BYTES = 1_000_000
"""A file of facts has a few dozen lines; a longer one is a mistake."""

_NOTHING = b"{}"

EXIT_STATUS: dict[bool | str, int] = {True: 0, "ask": 3, False: 4}
"""Exit status by answer. 1 is an error of ours, 2 wrong usage, as everywhere."""


@click.group()
def filing() -> None:
    """Ask the rules: who may file what, until when, with which papers."""


def _print_example(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(example_json())
        ctx.exit()


def _subject(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which application is meant; it gets what the rules say of that."""

    @wraps(command)
    def asked(
        *,
        user_kind: str,
        procedure: str,
        status: str,
        facts_file: Path | None,
        today: Any,
        system: str,
        language: str,
        **others: Any,
    ) -> None:
        day = today.date() if today else japan_date(utc_now())
        facts = facts_from_json(_NOTHING if facts_file is None else _read(facts_file), day)
        command(answer(user_kind, procedure, status, facts, system), facts, language, **others)

    for option in reversed(_OPTIONS):
        asked = option(asked)
    return asked


_OPTIONS = (
    click.option("--user", "user_kind", required=True, help="Kind of user, as applicant or scrivener."),
    click.option("--procedure", required=True, help="Procedure, as extension or change."),
    click.option("--status", required=True, help="Status of residence, as gijinkoku or student."),
    click.option("--facts", "facts_file", type=click.Path(path_type=Path), help="JSON of facts; - is standard input."),
    click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day in Japan, where the facts name none."),
    click.option("--system", type=click.Choice(["rasens", "ras"]), default="rasens", show_default=True),
    click.option("--language", default="en", show_default=True),
)


@filing.command()
@_subject
@click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--example-facts", is_flag=True, is_eager=True, expose_value=False, callback=_print_example,
              help="Print a file of facts that names every fact, and end.")  # fmt: skip
def check(found: Answer, facts: Facts, language: str, in_json: bool) -> None:
    """Say whether this may be filed online, why, with which sheets and documents, until when and for how much.

    It ends with status 0 where it is allowed, 3 where the bureau has to be asked, 4 where it is refused.
    """
    told = as_json(found, facts.today, translator(language), facts.held)
    if in_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell(told, translator(language))
    raise SystemExit(EXIT_STATUS[told["allowed"]])


@filing.command()
@_subject
@click.option("--to", "recipient", type=click.Choice(["organisation", "supporter", "school"]), default="organisation",
              show_default=True, help="Who is asked.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Save it as PDF, in this file or folder. A file that is there already is left alone.",
)
def request(found: Answer, facts: Facts, language: str, recipient: Recipient, out: Path | None) -> None:
    """Print a letter that asks the employer, school or supporter for its sheets and papers, in Japanese and LANGUAGE.

    With --out it is saved as PDF and the name of the file is printed. It ends with status 4 where nothing has to come
    from there.
    """
    text = letter(found, recipient, language)
    if not text:
        click.echo(translator(language)("request.nothing"))
        raise SystemExit(EXIT_STATUS[False])
    click.echo(text if out is None else _saved(found, recipient, language, out), nl=out is not None)


def _saved(found: Answer, recipient: Recipient, language: str, out: Path) -> str:
    """Save the letter as PDF and return where; a language that it is not in is said on standard error."""
    from kiosk.reports.request import request_name, request_paper, request_voices
    from kiosk.reports.saving import save

    if language not in {t.language for t in request_voices(found, recipient, language)}:
        click.echo(translator(language)("paper.no_font"), err=True)
    folder, name = (out, request_name(found, recipient)) if out.is_dir() else (out.parent, out.name)
    return str(save(folder, name, request_paper(found, recipient, language).pdf()))


def _read(path: Path) -> bytes:
    try:
        with click.open_file(str(path), "rb") as file:
            data = file.read(MAX_FACTS_BYTES + 1)
    except OSError as error:
        raise FactsError(problem=f"cannot be read: {type(error).__name__}") from None
    if len(data) > MAX_FACTS_BYTES:
        raise FactsError(problem=f"more than {MAX_FACTS_BYTES} bytes")
    return data


def _tell(found: dict[str, Any], t: Translator) -> None:
    """Write the answer for people."""
    words = {True: "yes", False: "no", "ask": "ask"}
    click.echo(t(f"check.{words[found['allowed']]}"))
    for reason in found["reasons"]:
        click.echo(f"  {reason['text']}  [{reason['source']}]")
    for name in ("earliest", "latest"):
        if found[name]:
            click.echo(f"{t(f'check.{name}')}: {found[name]}")
    for line in _days_told(found, t):
        click.echo(line)
    for name in ("sheets", "documents"):
        click.echo(t(f"check.{name}"))
        for item in found[name]:
            click.echo("  " + _line(item, t))
    if found["fee"]:
        click.echo(f"{t('check.fee')}: {found['fee']['lowest']}-{found['fee']['highest']} JPY")


def _days_told(found: dict[str, Any], t: Translator) -> Iterator[str]:
    """Give the other days, what ends and what has to be told to whom, in words."""
    for name, day in found["days"].items():
        if day and t.has(f"days.{name}"):
            yield t(f"days.{name}", date=day)
    for item in found["endings"]:
        yield f"{'! ' if item['soon'] else ''}{item['text']}"
    for item in found["notices"]:
        yield f"{'! ' if item['overdue'] else ''}{item['text']} {item['where']}: {item['latest']}"


def _line(item: dict[str, Any], t: Translator) -> str:
    if "title" in item:
        return item["title"]
    state = t(f"need.{item['need']}") if item["state"] == "needed" else t(f"state.{item['state']}")
    return f"{item['name']}: {state} {item['why']}".rstrip()
