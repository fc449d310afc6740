"""Every procedure × status × kind of user: an account, answers, and the files that filing it needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from kiosk.clock import JAPAN
from kiosk.filing import catalogue
from kiosk.forms.engine import Context, blank_hidden
from kiosk.forms.load import FormKey, all_forms, load_form
from kiosk.forms.model import Form
from kiosk.portal.contract import ApplicationContent, ReceiptMethod
from reference_portal.database.filing import AttachmentRow
from reference_portal.database.people import AccountRow
from reference_portal.filing.rules import needed_files
from reference_portal.ids import uuid7
from tests.support.answers import INVENTED, valid_answers, valid_receipt

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=JAPAN).astimezone(UTC)
FORMS = tuple(key for key in all_forms() if key.system == "rasens")
KINDS = tuple(kind.id for kind in catalogue.user_kinds())


def name_of(key: FormKey) -> str:
    """Return the name of a form in a list of tests."""
    return f"{key.procedure}-{key.status}"


def one_a_sheet() -> dict[str, FormKey]:
    """Return one form that holds it for every sheet."""
    found: dict[str, FormKey] = {}
    for key in FORMS:
        for sheet in load_form(*key).sheets:
            if sheet.pages:
                found.setdefault(sheet.id, key)
    return found


@cache
def context(kind: str) -> Context:
    """Return who asks: the invented person, as a user of ``kind``."""
    return Context(kind, TODAY, INVENTED)


def account(kind: str) -> AccountRow:
    """Return the portal's account of the same person."""
    facts = {
        "name": INVENTED.name,
        "birth_date_text": INVENTED.birth_date,
        "sex": INVENTED.sex,
        "address": INVENTED.address,
        "nationality": INVENTED.nationality,
        "residence_card_number": INVENTED.residence_card_number,
        "phone": INVENTED.phone,
        "email": INVENTED.email,
    }
    ours = {"id": uuid7(NOON), "state": "active", "user_kind": kind, "language": "en", "terms_version": "1"}
    unique = {name: f"{kind}-{name}" for name in ("authentication_certificate", "signing_certificate")}
    return AccountRow(
        **facts, **ours, **unique, authentication_id=f"XX{KINDS.index(kind):08}", identity=kind, created_at=NOON,
        name_substituted=[], address_substituted=[], organisation="",
    )  # fmt: skip


def given(form: Form, kind: str) -> dict[str, str]:
    """Return answers without which the rules would refuse: the status held now, and what a status is acquired for."""
    held = "T41" if form.status_code != "T41" else "T44"
    answers = {"part1.current_status_of_residence": held if form.procedure == "change" else form.status_code}
    answers |= _not_together(form, kind)
    if form.procedure != "acquisition":
        return answers
    days_ago = (TODAY - timedelta(days=10)).isoformat()
    if kind == "applicant":
        return answers | {"part1.acquisition_cause": "loss_of_nationality", "part1.acquisition_cause_date": days_ago}
    return answers | {"part1.acquisition_cause": "birth", "part1.date_of_birth": days_ago}


def _not_together(form: Form, kind: str) -> dict[str, str]:
    """Return "no" to what the rules refuse together with an application."""
    refused = {"simultaneous.other_activity": kind == "relative" or form.status in {"sp_jp", "sp_pr", "ltr"},
               "simultaneous.authorised_employment": kind == "relative"}  # fmt: skip
    return {name: "0" for name, no in refused.items() if no}


def complete_answers(form: Form, kind: str, seed: int = 0, more: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return answers to every question of the form, which the rules and the engine accept from this kind of user."""
    return valid_answers(form, context(kind), seed, {**given(form, kind), **(more or {})})


def content(
    form: Form, kind: str, answers: dict[str, Any], receipt: dict[str, Any] | None = None
) -> ApplicationContent:
    """Return a complete application as the kiosk would file it."""
    told = valid_receipt(form, context(kind)) if receipt is None else receipt
    return ApplicationContent(
        procedure=form.procedure,
        status_of_residence=form.status,
        answers=blank_hidden(form, answers, context(kind)),
        receipt=ReceiptMethod(
            method=told["receipt.card_receiving_method"],
            prefecture=told.get("receipt.applicant_prefecture_for_bureau", ""),
            bureau=told.get("receipt.receiving_bureau", ""),
            notification_email=told["receipt.notification_email"],
        ),
    )


def files(owner: AccountRow, told: ApplicationContent, application_id: str = "") -> list[AttachmentRow]:
    """Return rows for the files that the portal asks for. Their bytes are no matter of these tests."""
    return [
        AttachmentRow(
            id=uuid7(NOON),
            application_id=application_id,
            kind="photo" if key == "photo" else "document",
            document="" if key == "photo" else key,
            filename=f"{key}.pdf",
            media_type="application/pdf",
            size=1000,
            sha256="0" * 64,
            created_at=NOON,
        )
        for key in needed_files(told, owner, TODAY)
    ]
