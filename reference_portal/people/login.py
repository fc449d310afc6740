"""Log-in, one answer for every failure: card, authentication ID and password in one request; for staff of an
organisation, who have no card, ID and password.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Transaction

from kiosk.card.profile import KeyUse
from kiosk.clock import japan_date
from kiosk.portal.canonical import LOGIN_TAG
from kiosk.portal.contract import LoginRequest, ProblemCode, Session, StaffLoginRequest
from reference_portal import audit
from reference_portal.database.people import AccountRow, SessionRow
from reference_portal.errors import Refusal
from reference_portal.ids import folded_authentication_id, secret_token, token_hash
from reference_portal.people.accounts import account_of
from reference_portal.people.challenges import take
from reference_portal.people.lockout import Subject, count_failure, forget_failures, refuse_locked
from reference_portal.people.passwords import expires_on
from reference_portal.portal import Portal
from reference_portal.trust.certificates import check_certificate
from reference_portal.trust.tokens import decode_base64, token_holds


@dataclass(frozen=True)
class Entry:
    """A person who has shown all that their entrance asks for."""

    account_id: str
    device_id: str
    subjects: tuple[Subject, ...]
    renewed_hash: str | None


def verify(portal: Portal, request: LoginRequest) -> Entry:
    """Check the three factors. The nonce is used up, whatever comes out.

    Raises:
        Refusal: ``login-failed`` (never saying which factor), ``locked``; and only when all three are right:
            ``certificate-expired``, ``certificate-revoked``, ``certificate-untrusted``, ``revocation-unknown``, or
            ``login-failed`` with the error ``password-expired``.
    """
    moment = portal.clock()
    certificate = decode_base64(request.token.unverified_certificate)
    digest = hashlib.sha256(certificate).hexdigest()
    authentication_id = folded_authentication_id(request.authentication_id)
    with portal.database.write() as db:
        challenge = take(db, moment, request.challenge_id, "login")
    if challenge is None:
        raise Refusal(ProblemCode.LOGIN_FAILED)
    nonce, device_id = challenge
    person = (Subject("id", authentication_id), Subject("card", digest))
    subjects = (*person, Subject("device", device_id))
    account = _unlocked(portal, moment, subjects, authentication_id)
    # The slow comparison is made in every case, so that time tells nothing about which IDs exist.
    known = portal.passwords.matches(None if account is None else account.password_hash, request.password)
    signed = token_holds(request.token, LOGIN_TAG, portal.config.origin, nonce, device_id)
    if account is None or not (known and signed and account.authentication_certificate == digest):
        # Without the card's key a stranger could lock anybody's ID and card from afar: then only the device counts.
        _fail(portal, moment, subjects if signed else subjects[2:])
    check_certificate(certificate, KeyUse.AUTHENTICATION, portal.trust.state(), moment)
    _refuse_old_password(account, moment)
    return Entry(account.id, device_id, subjects, _renewed(portal, account, request.password))


def verify_staff(portal: Portal, request: StaffLoginRequest) -> Entry:
    """Check ID and password of somebody whom the bureau gave an account without a card.

    Failures are counted apart from those of the other entrance, so that nobody locks a card's holder out from here.

    Raises:
        Refusal: ``login-failed`` (also for an ID that needs its card; with the error ``password-expired`` when both
            are right), ``locked``.
    """
    moment = portal.clock()
    authentication_id = folded_authentication_id(request.authentication_id)
    subjects = (staff_subject(authentication_id), Subject("device", request.device_id))
    account = _unlocked(portal, moment, subjects, authentication_id)
    staff = account is not None and bool(account.organisation)
    known = portal.passwords.matches(account.password_hash if account is not None and staff else None, request.password)
    if account is None or not (known and staff):
        _fail(portal, moment, subjects)
    _refuse_old_password(account, moment)
    return Entry(account.id, request.device_id, subjects, _renewed(portal, account, request.password))


def staff_subject(authentication_id: str) -> Subject:
    """Return under what failures of the entrance without a card are counted."""
    return Subject("staff", authentication_id)


def _unlocked(
    portal: Portal, moment: datetime, subjects: tuple[Subject, ...], authentication_id: str
) -> AccountRow | None:
    """Return the account with this ID, unless one of the subjects is locked."""
    with portal.database.read() as db:
        refuse_locked(db, moment, subjects)
        query = select(AccountRow).where(AccountRow.authentication_id == authentication_id)
        return db.scalars(query).one_or_none()


def _fail(portal: Portal, moment: datetime, subjects: tuple[Subject, ...]) -> NoReturn:
    with portal.database.write() as db:
        count_failure(db, moment, subjects, portal.config.lockout)
        audit.append(db, moment, "login.failed", "")
    raise Refusal(ProblemCode.LOGIN_FAILED)


def _refuse_old_password(account: AccountRow, moment: datetime) -> None:
    assert account.password_set_at is not None
    if japan_date(moment) > expires_on(account.password_set_at):
        raise Refusal(ProblemCode.LOGIN_FAILED, ("/password", "password-expired"))


def _renewed(portal: Portal, account: AccountRow, password: str) -> str | None:
    """Return a new hash where the stored one was made with other parameters."""
    assert account.password_hash is not None
    return portal.passwords.hash(password) if portal.passwords.outdated(account.password_hash) else None


def open_session(db: Transaction, portal: Portal, entry: Entry) -> Session:
    """Start a session; its token is returned once and stored as a hash."""
    moment = portal.clock()
    db.execute(delete(SessionRow).where(SessionRow.expires_at <= moment))
    account = db.get_one(AccountRow, entry.account_id, with_for_update=True)
    if entry.renewed_hash is not None:
        account.password_hash = entry.renewed_hash
    forget_failures(db, entry.subjects)
    token = secret_token()
    expires = moment + portal.config.session_life
    db.add(
        SessionRow(
            token_hash=token_hash(token),
            account_id=account.id,
            device_id=entry.device_id,
            created_at=moment,
            expires_at=expires,
        )
    )
    audit.append(db, moment, "session.opened", account.id)
    return Session(token=token, expires_at=expires, account=account_of(account))
