"""What happens after filing: the office's steps, the applicant's answer, withdrawal. One transaction a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import japan_date
from kiosk.filing.answer import application_fee
from kiosk.filing.catalogue import gives_card, status
from kiosk.filing.deadlines import add_months, period_length
from kiosk.filing.known import known_facts
from kiosk.filing.mail_in import mail_in
from kiosk.filing.receipt import Method, method_of
from kiosk.forms.load import choices
from kiosk.portal.contract import (
    ApplicationState,
    Decision,
    DocumentsAnswer,
    MailIn,
    ProblemCode,
    Withdrawal,
)
from reference_portal.database.filing import ApplicationRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import store
from reference_portal.filing.submission import addresses
from reference_portal.mail.outbox import queue_mail
from reference_portal.portal import Desk

_PENDING = (ApplicationState.SUBMITTED, ApplicationState.EXAMINING, ApplicationState.DOCUMENTS_REQUESTED)
_PERIODS = "CB20"


def by_number(db: Session, reception_number: str) -> ApplicationRow:
    """Return the application with this reception number, locked for a change.

    Raises:
        Refusal: ``not-found``.
    """
    query = select(ApplicationRow).where(ApplicationRow.reception_number == reception_number)
    row = db.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


def examine(desk: Desk, reception_number: str) -> None:
    """Begin the examination: submitted → examining."""
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        store.require_state(row, ApplicationState.SUBMITTED)
        store.enter(db, row, desk.clock(), ApplicationState.EXAMINING)
        _tell(db, desk, row, "examining")


def request_documents(desk: Desk, reception_number: str, documents: Sequence[str], note: str = "") -> None:
    """Ask for more documents: examining → documents_requested. ``documents`` are keys or plain words."""
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        store.require_state(row, ApplicationState.EXAMINING)
        row.requested_documents = list(documents)
        store.enter(db, row, desk.clock(), ApplicationState.DOCUMENTS_REQUESTED, note)
        _tell(db, desk, row, "documents", documents="、".join(documents))


def grant(desk: Desk, reception_number: str, period: str = "", new_expiry: date | None = None) -> None:
    """Grant: examining → decided, and → mail_in where something has to be sent in, brought or paid.

    Args:
        desk: the office's.
        reception_number: of the application.
        period: code of the period granted (list CB20), such as ``0100000`` for one year; nothing to a certificate.
        new_expiry: last day of the stay; the period counted from today where it is not given.

    Raises:
        Refusal: ``not-found``, ``wrong-state``, or ``malformed`` where the status cannot have the period.
    """
    moment = desk.clock()
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        store.require_state(row, ApplicationState.EXAMINING)
        card = gives_card(row.procedure)
        decision = Decision(
            outcome="granted",
            decided_at=moment,
            period_of_stay=_label(row.status_of_residence, period) if card else "",
            new_expiry=new_expiry or _last_day(period, japan_date(moment)) if card else None,
        )
        row.decision = decision.model_dump(mode="json")
        store.enter(db, row, moment, ApplicationState.DECIDED)
        account = db.get_one(AccountRow, row.account_id)
        needed = _mail_in(row, account, period if card else "", moment)
        if not needed.items and not needed.fee_yen:
            _tell(db, desk, row, "granted_nothing_due")
            return
        row.mail_in = needed.model_dump(mode="json")
        store.enter(db, row, moment, ApplicationState.MAIL_IN)
        template = "granted" if card else "granted_certificate"
        _tell(db, desk, row, template, days=(needed.deadline - japan_date(moment)).days)


def refuse(desk: Desk, reception_number: str, reason: str) -> None:
    """Refuse: examining → refused."""
    moment = desk.clock()
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        store.require_state(row, ApplicationState.EXAMINING)
        row.decision = Decision(outcome="refused", decided_at=moment, reason=reason).model_dump(mode="json")
        store.enter(db, row, moment, ApplicationState.REFUSED)
        _tell(db, desk, row, "refused")


def dispatch(desk: Desk, reception_number: str) -> None:
    """Send the new card or the certificate: mail_in, or decided where nothing was due, → dispatched."""
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        store.require_state(row, ApplicationState.DECIDED if row.mail_in is None else ApplicationState.MAIL_IN)
        store.enter(db, row, desk.clock(), ApplicationState.DISPATCHED)
        by_email = _receipt_method(row) == "email"
        template = (
            "dispatched"
            if gives_card(row.procedure)
            else "emailed_certificate"
            if by_email
            else "dispatched_certificate"
        )
        _tell(db, desk, row, template)


def received(desk: Desk, reception_number: str) -> None:
    """Note that the card or certificate has arrived: dispatched, or mail_in at the counter → received. No mail."""
    with desk.database.write() as db:
        row = by_number(db, reception_number)
        at_counter = (ApplicationState.MAIL_IN,) if _receipt_method(row) == "counter" else ()
        store.require_state(row, ApplicationState.DISPATCHED, *at_counter)
        store.enter(db, row, desk.clock(), ApplicationState.RECEIVED)


def answer_documents(
    db: Session, desk: Desk, account: AccountRow, application_id: str, answer: DocumentsAnswer
) -> ApplicationRow:
    """Take the applicant's word that the requested documents are attached: documents_requested → examining.

    Raises:
        Refusal: ``not-found``, ``wrong-state``, or ``incomplete`` when nothing was attached since the request.
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_state(row, ApplicationState.DOCUMENTS_REQUESTED)
    if not store.gathered(db, row):
        raise Refusal(ProblemCode.INCOMPLETE, ("/attachments", "document"))
    row.requested_documents = []
    store.enter(db, row, desk.clock(), ApplicationState.EXAMINING, answer.note)
    return row


def withdraw(
    db: Session, desk: Desk, account: AccountRow, application_id: str, withdrawal: Withdrawal
) -> ApplicationRow:
    """Withdraw a filed application that is not decided yet.

    Raises:
        Refusal: ``not-found``, ``wrong-state``.
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_state(row, *_PENDING)
    row.requested_documents = []
    store.enter(db, row, desk.clock(), ApplicationState.WITHDRAWN, withdrawal.reason)
    _tell(db, desk, row, "withdrawn")
    return row


def _mail_in(row: ApplicationRow, account: AccountRow, period: str, moment: datetime) -> MailIn:
    """Return what has to be sent in, or brought to the counter, and the fee with that of what was filed together."""
    assert row.received_at is not None
    accepted, content = japan_date(row.received_at), store.content_of(row)
    known = known_facts(account.user_kind, row.procedure, account.birth_date_text, content.answers, accepted)
    charged = application_fee(row.procedure, replace(known, granted=period or None))
    payment = "none" if charged is None else charged.payment
    needed = mail_in(row.procedure, row.status_of_residence, _receipt_method(row), payment, japan_date(moment))
    return MailIn(
        address=needed.address,
        items=needed.items,
        fee_yen=0 if charged is None else charged.lowest,
        charge_yen=0 if charged is None else charged.lowest_charge,
        payment=payment,
        deadline=needed.deadline,
    )


def _receipt_method(row: ApplicationRow) -> Method:
    receipt = store.content_of(row).receipt
    return method_of("" if receipt is None else receipt.method)


def _label(status_id: str, period: str) -> str:
    """Return the official Japanese label of a period of stay that the status can have.

    Raises:
        Refusal: ``malformed`` for any other code.
    """
    labels = {choice.code: choice.labels["ja"] for choice in choices(_PERIODS, status(status_id).code)}
    if period not in labels:
        raise Refusal(ProblemCode.MALFORMED, ("/period", "period"))
    return labels[period]


def _last_day(period: str, today: date) -> date:
    months, days = period_length(period)
    return add_months(today, months) + timedelta(days=days)


def _tell(db: Session, desk: Desk, row: ApplicationRow, template: str, **fields: str | int) -> None:
    account = db.get_one(AccountRow, row.account_id)
    number = row.reception_number or ""
    queue_mail(db, desk.clock(), template, addresses(row, account), reception=number, **fields)
