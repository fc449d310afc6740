"""Staff of organisations: the bureau approves a notification of use (利用申出) and gives an account without a card."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from kiosk.filing.catalogue import user_kind
from kiosk.portal.contract import Email, Model, ProblemCode, UserKind
from reference_portal import audit
from reference_portal.config import LINK_LIFE
from reference_portal.data import terms_version
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.ids import new_authentication_id, uuid7
from reference_portal.mail.outbox import queue_mail
from reference_portal.people import links
from reference_portal.portal import Desk

UNKNOWN_DAY = "0000-00-00"
"""The birth date of staff: nobody asks for it."""


_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Notification(Model):
    """What a notification of use says of one person."""

    user_kind: UserKind
    organisation: _Words
    name: _Words
    address: _Words
    """The organisation's."""
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{9,12}$")]
    email: Email

    @property
    def identity(self) -> str:
        """Key of the same person in the same organisation."""
        who = "\0".join(("staff", self.user_kind, self.organisation, self.name, self.email.casefold()))
        return hashlib.sha256(who.encode()).hexdigest()


def approve(desk: Desk, notification: Notification, origin: str) -> None:
    """Make the account and mail a page on which its password is chosen and its ID is shown.

    For somebody approved before who has not chosen a password, the page is mailed anew.

    Args:
        desk: the office's.
        notification: who, of which organisation.
        origin: the portal's, for the link.

    Raises:
        Refusal: ``malformed`` where this kind of user registers with a card; ``wrong-state`` where the account is in
            use already.
    """
    if user_kind(notification.user_kind.value).entrance != "account":
        raise Refusal(ProblemCode.MALFORMED)
    moment = desk.clock()
    with desk.database.write() as db:
        query = select(AccountRow).where(AccountRow.identity == notification.identity).with_for_update()
        account = db.scalars(query).one_or_none()
        if account is None:
            account = _account(notification, moment)
            db.add(account)
            db.flush()
        elif account.state != "approved":
            raise Refusal(ProblemCode.WRONG_STATE)
        token = links.open_link(db, moment, account.id, "activate", LINK_LIFE)
        hours = int(LINK_LIFE.total_seconds() // 3600)
        queue_mail(db, moment, "staff", [account.email], link=f"{origin}/link/{token}", hours=hours)
        audit.append(db, moment, "staff.approved", account.id, kind=account.user_kind)


def _account(notification: Notification, moment: datetime) -> AccountRow:
    account_id = uuid7(moment)
    return AccountRow(
        id=account_id,
        created_at=moment,
        state="approved",
        authentication_id=new_authentication_id(),
        identity=notification.identity,
        user_kind=notification.user_kind.value,
        organisation=notification.organisation,
        name=notification.name,
        birth_date_text=UNKNOWN_DAY,
        sex="3",
        address=notification.address,
        name_substituted=[],
        address_substituted=[],
        email=notification.email,
        phone=notification.phone,
        nationality="",
        residence_card_number="",
        language="ja",
        terms_version=terms_version(),
        authentication_certificate=account_id,
        signing_certificate="",
    )
