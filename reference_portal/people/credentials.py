"""What the pages behind a mail link do: choose a password, connect a renewed card."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Transaction

from kiosk.portal.contract import PasswordResetRequest
from reference_portal import audit
from reference_portal.database.people import AccountRow, SessionRow
from reference_portal.ids import folded_authentication_id
from reference_portal.mail.outbox import queue_mail
from reference_portal.people import links
from reference_portal.people.lockout import Subject, count_failure, forget_failures, refuse_locked
from reference_portal.people.login import staff_subject
from reference_portal.people.passwords import password_faults
from reference_portal.people.registration import put_card_values
from reference_portal.portal import Portal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page did: codes of what is wrong, or the authentication ID to show once."""

    faults: tuple[str, ...] = ()
    authentication_id: str = ""


def request_reset(db: Transaction, portal: Portal, request: PasswordResetRequest) -> None:
    """Mail a page to choose a new password, if ID and address belong together; say nothing either way.

    At most one mail per account in ``reset_interval``.
    """
    moment = portal.clock()
    config = portal.config
    query = select(AccountRow).where(
        AccountRow.authentication_id == folded_authentication_id(request.authentication_id),
        AccountRow.state == "active",
    )
    account = db.scalars(query).one_or_none()
    if account is None or account.email.casefold() != request.email.casefold():
        return
    if links.has_fresh_link(db, moment, account.id, "reset", config.reset_interval):
        return
    token = links.open_link(db, moment, account.id, "reset", config.link_life)
    hours = int(config.link_life.total_seconds() // 3600)
    queue_mail(db, moment, "reset", [account.email], link=f"{config.origin}/link/{token}", hours=hours)
    audit.append(db, moment, "password.reset-requested", account.id)


def set_password(portal: Portal, token: str, password: str, again: str) -> Outcome | None:
    """Set the password of an ``activate`` or ``reset`` page.

    Returns:
        Faults, or on activation the authentication ID; None when the link can no longer be used.
    """
    with portal.database.read() as db:
        link = links.find_link(db, portal.clock(), token)
        account = None if link is None else db.get_one(AccountRow, link.account_id)
    if account is None:
        return None
    faults = password_faults(password, again, account.authentication_id)
    if faults:
        return Outcome(tuple(faults))
    hashed = portal.passwords.hash(password)  # slow, so outside of the transaction
    moment = portal.clock()
    with portal.database.write() as db:
        link = links.find_link(db, moment, token, lock=True)
        if link is None:
            return None
        account = db.get_one(AccountRow, link.account_id, with_for_update=True)
        first = link.purpose == "activate"
        account.password_hash, account.password_set_at, account.state = hashed, moment, "active"
        links.use_up(link, moment)
        db.execute(delete(SessionRow).where(SessionRow.account_id == account.id))
        forget_failures(db, [Subject("id", account.authentication_id), staff_subject(account.authentication_id)])
        audit.append(db, moment, "account.activated" if first else "password.changed", account.id)
        return Outcome(authentication_id=account.authentication_id if first else "")


def connect_card(portal: Portal, token: str, password: str) -> Outcome | None:
    """Connect the renewed card of a ``rebind`` page after the account's password was given.

    Returns:
        A fault ``password``, or an empty outcome; None when the link can no longer be used.

    Raises:
        Refusal: ``locked`` after too many wrong passwords.
    """
    moment = portal.clock()
    with portal.database.read() as db:
        link = links.find_link(db, moment, token)
        account = None if link is None else db.get_one(AccountRow, link.account_id)
        if account is None:
            return None
        subjects = [Subject("id", account.authentication_id)]
        refuse_locked(db, moment, subjects)
    if not portal.passwords.matches(account.password_hash, password):
        with portal.database.write() as db:
            count_failure(db, moment, subjects, portal.config.lockout)
        return Outcome(("password",))
    with portal.database.write() as db:
        link = links.find_link(db, moment, token, lock=True)
        if link is None:
            return None
        account = db.get_one(AccountRow, link.account_id, with_for_update=True)
        put_card_values(account, dict(link.payload))
        links.use_up(link, moment)
        db.execute(delete(SessionRow).where(SessionRow.account_id == account.id))
        forget_failures(db, subjects)
        audit.append(db, moment, "account.card-connected", account.id)
        return Outcome()
