"""Proofs of the card, registration, log-in and the account."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from kiosk.portal.contract.common import Base64, Email, Model, Sha256Hex, Short, Text, Uuid


class ChallengeRequest(Model):
    """``POST /challenges``."""

    purpose: Literal["login", "registration"]
    device_id: Short


class Challenge(Model):
    """A nonce for one log-in or registration of one device: single use, 5 minutes."""

    challenge_id: Uuid
    nonce: Base64
    expires_at: datetime


class AuthToken(Model):
    """Proof of the authentication key, in the shape of a Web eID token.

    Origin, nonce and device are not in it: the portal rebuilds them. The message of ``signature`` is the 32 bytes of
    ``canonical.token_digest(tag, origin, nonce, device_id)``, which the algorithm hashes like any message: PKCS#1 v1.5
    over SHA-256 (RS256), or raw r‖s over SHA-256 (ES256) or SHA-384 (ES384).
    """

    format: Literal["zairyu-auth:1"] = "zairyu-auth:1"
    algorithm: Literal["RS256", "ES256", "ES384"]
    unverified_certificate: Base64
    signature: Base64
    key_use: Literal["auth"] = "auth"
    app_version: Short = ""


class UserKind(StrEnum):
    """The seven kinds of user of the guide."""

    APPLICANT = "applicant"
    LEGAL_REPRESENTATIVE = "legal_representative"
    RELATIVE = "relative"
    SCRIVENER = "scrivener"
    ORGANISATION = "organisation"
    PUBLIC_CORPORATION = "public_corporation"
    SUPPORT_ORGANISATION = "support_organisation"


class RegistrationStatement(Model):
    """What the signing key signs at registration, as canonical JSON.

    Name, birth date, sex and address are not in it: the portal takes them from the verified certificate.
    """

    type: Literal["zairyu/registration"] = "zairyu/registration"
    version: Literal[1] = 1
    origin: Short
    submission_id: Uuid
    device_id: Short
    user_kind: UserKind
    email: Email
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{9,12}$")]
    nationality: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3}$")]
    """Official code of list CA61."""
    residence_card_number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{8}[A-Z]{2}$")]
    terms_version: Short
    language: Short
    authentication_certificate_sha256: Sha256Hex


class RegistrationRequest(Model):
    """``POST /registrations``, Idempotency-Key = ``submission_id`` of the statement."""

    statement: Base64
    """The exact bytes that were signed: ``canonical_json`` of a ``RegistrationStatement``."""
    signature: Base64
    """Detached CMS SignedData with CAdES-BES attributes, DER."""
    challenge_id: Uuid
    authentication: AuthToken
    """Tag ``REGISTRATION_TAG``: proves that the authentication key is at hand too."""


class RegistrationReceipt(Model):
    """202: a mail is on its way. ``rebind`` means this person has an account already: the mail goes to the address
    known there and its link connects the new card, instead of refusing it as a duplicate.
    """

    registration_id: Uuid
    outcome: Literal["created", "rebind"]
    email_hint: Short
    """The address with its middle hidden, as in ``k…k@example.com``."""
    link_expires_at: datetime


class PasswordResetRequest(Model):
    """``POST /password-resets``: always 202, whether the pair exists or not."""

    authentication_id: Short
    email: Email


class LoginRequest(Model):
    """``POST /sessions``: all three factors in one request; one generic failure."""

    challenge_id: Uuid
    token: AuthToken
    authentication_id: Short
    password: Annotated[str, StringConstraints(max_length=128)]


class StaffLoginRequest(Model):
    """``POST /staff-sessions``: staff of an organisation, whose account the bureau approved; they have no card."""

    device_id: Short
    authentication_id: Short
    password: Annotated[str, StringConstraints(max_length=128)]


class Person(Model):
    """The four attributes, as the portal read them from the verified signing certificate.

    Of staff of an organisation only name and address are known, as the notification of use gave them; the address is
    the organisation's.
    """

    name: Short
    birth_date: date | None
    """None where the certificate has unknown parts."""
    birth_date_text: Short
    """As in the certificate, ``YYYY-MM-DD`` with zeros for unknown parts."""
    sex: Literal["1", "2", "3"]
    """1 male, 2 female, 3 unknown: the certificate's codes."""
    address: Text
    name_substituted: tuple[int, ...] = ()
    """Positions (from 0) in the name where a substitute character stands."""
    address_substituted: tuple[int, ...] = ()


class Account(Model):
    """``GET /account``."""

    authentication_id: Short
    user_kind: UserKind
    person: Person
    email: Email
    phone: Short
    nationality: Short
    """Empty for staff of an organisation, like the residence card's number."""
    residence_card_number: Short
    password_expires_on: date
    organisation: Short = ""
    """Whose staff it is; empty for those who registered with a card."""


class Session(Model):
    """201: a bearer token for this device, until ``expires_at`` (each use prolongs it)."""

    token: Short
    expires_at: datetime
    account: Account
