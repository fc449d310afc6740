"""Registration: two certificates, one signed statement, one person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.card.certificates import Attributes
from kiosk.card.profile import KeyUse
from kiosk.filing.catalogue import user_kind
from kiosk.portal.canonical import REGISTRATION_TAG
from kiosk.portal.contract import ProblemCode, RegistrationReceipt, RegistrationRequest, RegistrationStatement
from reference_portal import audit
from reference_portal.data import terms_version
from reference_portal.database.people import AccountRow, RegistrationRow
from reference_portal.errors import Refusal
from reference_portal.ids import new_authentication_id, uuid7
from reference_portal.mail.outbox import queue_mail
from reference_portal.people import links
from reference_portal.people.accounts import email_hint, identity_of
from reference_portal.people.challenges import take
from reference_portal.portal import Portal
from reference_portal.trust.certificates import check_certificate
from reference_portal.trust.cms import signer_of
from reference_portal.trust.statements import attributes_of, parse_statement
from reference_portal.trust.tokens import decode_base64, token_holds


@dataclass(frozen=True)
class Evidence:
    """What a registration has proved."""

    statement: RegistrationStatement
    attributes: Attributes
    signing_certificate: str
    authentication_certificate: str

    @property
    def identity(self) -> str:
        """Key of the person, the same on a renewed card."""
        return identity_of(self.attributes.name, self.attributes.birth_date_text, self.attributes.sex)


def verify(portal: Portal, request: RegistrationRequest, idempotency_key: str) -> Evidence:
    """Check everything a registration claims. The nonce is used up, whatever comes out.

    Raises:
        Refusal: ``statement``, ``terms-version``, ``signature``, ``certificate-*``, ``revocation-unknown``.
    """
    moment = portal.clock()
    with portal.database.write() as db:
        challenge = take(db, moment, request.challenge_id, "registration")
    content = decode_base64(request.statement)
    statement = parse_statement(RegistrationStatement, content)
    authentication = decode_base64(request.authentication.unverified_certificate)
    authentication_hash = hashlib.sha256(authentication).hexdigest()
    expected = (portal.config.origin, idempotency_key, authentication_hash)
    if (statement.origin, statement.submission_id, statement.authentication_certificate_sha256) != expected:
        raise Refusal(ProblemCode.STATEMENT)
    if user_kind(statement.user_kind.value).entrance != "card":
        raise Refusal(ProblemCode.STATEMENT, ("/user_kind", "entrance"))
    if statement.terms_version != terms_version():
        raise Refusal(ProblemCode.TERMS_VERSION)
    if challenge is None or challenge[1] != statement.device_id:
        raise Refusal(ProblemCode.SIGNATURE, ("/challenge_id", "challenge"))
    nonce, device_id = challenge
    if not token_holds(request.authentication, REGISTRATION_TAG, portal.config.origin, nonce, device_id):
        raise Refusal(ProblemCode.SIGNATURE, ("/authentication/signature", "signature"))
    signer = signer_of(decode_base64(request.signature), content)
    trust = portal.trust.state()
    check_certificate(signer, KeyUse.SIGNING, trust, moment)
    check_certificate(authentication, KeyUse.AUTHENTICATION, trust, moment)
    return Evidence(statement, attributes_of(signer), hashlib.sha256(signer).hexdigest(), authentication_hash)


def record(db: Session, portal: Portal, evidence: Evidence) -> RegistrationReceipt:
    """Store a verified registration, its mail and its audit entry in one transaction.

    A person who is new, or never chose a password, gets an account and the approval mail (``created``). A person who
    has an active account gets a mail to the address known there, whose page connects the new card (``rebind``).
    """
    moment = portal.clock()
    query = select(AccountRow).where(AccountRow.identity == evidence.identity).with_for_update()
    account = db.scalars(query).one_or_none()
    if account is not None and account.state == "active":
        return _rebind(db, portal, evidence, account, moment)
    _refuse_foreign_card(db, evidence, account)
    if account is None:
        account = AccountRow(id=uuid7(moment), authentication_id=new_authentication_id(), created_at=moment)
        db.add(account)
    _fill(account, evidence)
    db.flush()
    token = links.open_link(db, moment, account.id, "activate", portal.config.link_life)
    return _finish(db, portal, evidence, account, "created", token)


def _refuse_foreign_card(db: Session, evidence: Evidence, account: AccountRow | None) -> None:
    """Refuse an authentication certificate that already opens another person's account."""
    query = select(AccountRow.id).where(AccountRow.authentication_certificate == evidence.authentication_certificate)
    owner = db.scalars(query).one_or_none()
    if owner is not None and (account is None or owner != account.id):
        raise Refusal(ProblemCode.STATEMENT, ("/authentication", "other-person"))


def _rebind(
    db: Session, portal: Portal, evidence: Evidence, account: AccountRow, moment: datetime
) -> RegistrationReceipt:
    _refuse_foreign_card(db, evidence, account)
    payload = {
        "authentication_certificate": evidence.authentication_certificate,
        "signing_certificate": evidence.signing_certificate,
        "residence_card_number": evidence.statement.residence_card_number,
        **_card_values(evidence.attributes),
    }
    token = links.open_link(db, moment, account.id, "rebind", portal.config.link_life, payload)
    return _finish(db, portal, evidence, account, "rebind", token)


def _finish(
    db: Session, portal: Portal, evidence: Evidence, account: AccountRow, outcome: str, token: str
) -> RegistrationReceipt:
    moment = portal.clock()
    life = portal.config.link_life
    row = RegistrationRow(
        id=uuid7(moment),
        submission_id=evidence.statement.submission_id,
        account_id=account.id,
        outcome=outcome,
        created_at=moment,
    )
    db.add(row)
    template = "approval" if outcome == "created" else "rebind"
    link = f"{portal.config.origin}/link/{token}"
    queue_mail(db, moment, template, [account.email], link=link, hours=int(life.total_seconds() // 3600))
    audit.append(db, moment, f"registration.{outcome}", account.id, kind=account.user_kind)
    return RegistrationReceipt.model_validate(
        {
            "registration_id": row.id,
            "outcome": outcome,
            "email_hint": email_hint(account.email),
            "link_expires_at": moment + life,
        }
    )


def _card_values(attributes: Attributes) -> dict[str, str | list[int]]:
    return {
        "name": attributes.name,
        "address": attributes.address,
        "name_substituted": list(attributes.name_substituted),
        "address_substituted": list(attributes.address_substituted),
    }


def _fill(account: AccountRow, evidence: Evidence) -> None:
    statement = evidence.statement
    account.state = "approved"
    account.identity = evidence.identity
    account.user_kind = statement.user_kind.value
    account.birth_date_text = evidence.attributes.birth_date_text
    account.sex = evidence.attributes.sex
    account.email = statement.email
    account.phone = statement.phone
    account.nationality = statement.nationality
    account.residence_card_number = statement.residence_card_number
    account.language = statement.language
    account.terms_version = statement.terms_version
    account.authentication_certificate = evidence.authentication_certificate
    account.signing_certificate = evidence.signing_certificate
    put_card_values(account, _card_values(evidence.attributes))


def put_card_values(account: AccountRow, values: dict[str, str | list[int]]) -> None:
    """Set what the card says about a person (name, address, substituted positions)."""
    for name, value in values.items():
        setattr(account, name, value)
