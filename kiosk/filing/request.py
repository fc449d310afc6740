"""A letter that asks the employer, school or supporter for its sheets and papers, to print or to send. Pure.

It holds nothing of the person: the name is written in by hand.
"""

from __future__ import annotations

from typing import Literal

from kiosk.filing import catalogue
from kiosk.filing.answer import Answer, SheetInfo
from kiosk.filing.documents import Needed
from kiosk.filing.words import because
from kiosk.i18n import Translator, translator

Recipient = Literal["organisation", "supporter", "school"]

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


def letter(answer: Answer, recipient: Recipient, language: str) -> str:
    """Return the letter as plain text, in Japanese and below it in the applicant's language.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
        language: the applicant's language; only Japanese where it is ``ja``.

    Returns:
        The text, empty where nothing has to come from the recipient.
    """
    sheets, documents = asked_of(answer, recipient)
    if not sheets and not documents:
        return ""
    parts = [_part(answer, sheets, documents, translator(name)) for name in dict.fromkeys((JAPANESE, language))]
    return "\n\n".join(parts) + "\n"


def _part(answer: Answer, sheets: tuple[SheetInfo, ...], documents: tuple[Needed, ...], t: Translator) -> str:
    lines = [
        t("request.title"),
        "",
        t("request.lead"),
        t("request.applicant"),
        t("request.procedure", name=t.pick(catalogue.procedure(answer.procedure).official)),
        t("request.status", name=t.pick(catalogue.status(answer.status).name)),
    ]
    if answer.days.latest is not None:
        lines.append(t("request.until", date=answer.days.latest.isoformat()))
    if sheets:
        lines += ["", t("request.sheets"), *(f"□ {t.pick(sheet.title)}" for sheet in sheets), t("request.sheets.how")]
    if documents:
        lines += ["", t("request.documents")]
        for item in documents:
            lines += _document(item, t)
    return "\n".join(lines)


def _document(item: Needed, t: Translator) -> list[str]:
    """Return the name of a document, and below it what to know about it."""
    remarks = [t.pick(item.document.hint)]
    if item.why:
        remarks.append(f"({because(item, t)})")
    if item.document.months is not None:
        remarks.append(t("request.months", months=item.document.months))
    return [f"□ {t.pick(item.document.name)}", f"   {' '.join(remarks)}"]
