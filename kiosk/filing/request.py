"""A letter that asks the employer, school or supporter for its sheets and papers, to print or to send. Pure.

It holds nothing of the person: the name is written in by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.filing import catalogue
from kiosk.filing.answer import Answer, SheetInfo
from kiosk.filing.documents import Needed
from kiosk.filing.words import because
from kiosk.forms.summary import display_date
from kiosk.i18n import Translator, translator

Recipient = Literal["organisation", "supporter", "school"]
LineKind = Literal["title", "heading", "text", "item", "remark"]

JAPANESE = "ja"
"""Who is asked reads Japanese; the applicant's language stands below it."""

_OWN_SHEETS = frozenset({"organisation_sheets", "supporter_sheets"})


def asked_of(answer: Answer, recipient: Recipient) -> tuple[tuple[SheetInfo, ...], tuple[Needed, ...]]:
    """Return the sheets and the documents that have to come from one recipient.

    A school fills the organisation's sheets. Documents that are needed only in certain circumstances are among them.
    """
    filler = "organisation" if recipient == "school" else recipient
    sheets = tuple(sheet for sheet in answer.sheets if sheet.filled_by == filler)
    issuers = {recipient, "organisation"} if recipient == "school" else {recipient}
    documents = tuple(
        item
        for item in answer.documents
        if item.document.who in issuers
        and item.state != "not_needed"
        and item.need != "optional"
        and not (sheets and item.document.key in _OWN_SHEETS)
    )
    return sheets, documents


def recipients(answer: Answer) -> tuple[Recipient, ...]:
    """Return who has to be asked for sheets or papers: a school in the place of an organisation, where there is one."""
    school = any(item.document.who == "school" for item in asked_of(answer, "school")[1])
    candidates: tuple[Recipient, ...] = ("school" if school else "organisation", "supporter")
    return tuple(who for who in candidates if any(asked_of(answer, who)))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the letter: ``kind`` says how it is set (a remark stands below its item)."""

    kind: LineKind
    text: str


def request_lines(answer: Answer, recipient: Recipient, t: Translator) -> tuple[Line, ...]:
    """Return the letter in one language, line by line; none where nothing has to come from the recipient.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
        t: the words.
    """
    sheets, documents = asked_of(answer, recipient)
    if not sheets and not documents:
        return ()
    lines = [
        Line("title", t("request.title")),
        Line("text", t("request.lead")),
        Line("text", t("request.applicant")),
        Line("text", t("request.procedure", name=t.pick(catalogue.procedure(answer.procedure).official))),
        Line("text", t("request.status", name=t.pick(catalogue.status(answer.status).name))),
    ]
    if answer.days.latest is not None:
        lines.append(Line("text", t("request.until", date=display_date(answer.days.latest.isoformat(), t))))
    if sheets:
        lines.append(Line("heading", t("request.sheets")))
        lines += [Line("item", f"□ {t.pick(sheet.title)}") for sheet in sheets]
        lines.append(Line("text", t("request.sheets.how")))
    if documents:
        lines.append(Line("heading", t("request.documents")))
        lines += [line for item in documents for line in _document(item, t)]
    return tuple(lines)


def letter(answer: Answer, recipient: Recipient, language: str) -> str:
    """Return the letter as plain text, in Japanese and below it in the applicant's language.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
        language: the applicant's language; only Japanese where it is ``ja``.

    Returns:
        The text, empty where nothing has to come from the recipient.
    """
    parts = [_text(request_lines(answer, recipient, translator(name))) for name in dict.fromkeys((JAPANESE, language))]
    return "\n\n".join(parts) + "\n" if parts[0] else ""


def _text(lines: Sequence[Line]) -> str:
    """Return the lines as they stand: an empty one below the title and above a heading."""
    before, after = {"heading": "\n", "remark": "   "}, {"title": "\n"}
    return "\n".join(f"{before.get(line.kind, '')}{line.text}{after.get(line.kind, '')}" for line in lines)


def _document(item: Needed, t: Translator) -> Iterator[Line]:
    """Give the name of a document, and below it what to know about it."""
    remarks = [t.pick(item.document.hint)]
    if item.why:
        remarks.append(f"({because(item, t)})")
    if item.months is not None:
        remarks.append(t("request.months", months=item.months))
    yield Line("item", f"□ {t.pick(item.document.name)}")
    if said := " ".join(remark for remark in remarks if remark):
        yield Line("remark", said)
