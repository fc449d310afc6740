"""What a person signs or confirms, built from what this kiosk holds: pure, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from kiosk.portal.canonical import REGISTRATION_TAG, canonical_json
from kiosk.portal.cms import sign_detached
from kiosk.portal.contract import (
    ApplicationContent,
    Attachment,
    AttachmentDigest,
    Challenge,
    Model,
    RegistrationRequest,
    RegistrationStatement,
    SubmissionRequest,
    UserKind,
)
from kiosk.portal.errors import InvalidAnswers, WrongAnswer
from kiosk.portal.signing import Signer
from kiosk.portal.tokens import build_token

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True, repr=False)
class RegistrationForm:
    """What the person enters to register; the rest comes from the card.

    ``nationality`` is a code of list CA61, ``phone`` 9 to 12 digits, ``terms_version`` the terms that were agreed to.
    """

    user_kind: UserKind
    email: str
    phone: str
    nationality: str
    residence_card_number: str
    terms_version: str
    language: str


@dataclass(frozen=True, slots=True, repr=False)
class PreparedRegistration:
    """A signed registration. Sending it again is safe: its ``submission_id`` is the Idempotency-Key."""

    submission_id: str
    request: RegistrationRequest


@dataclass(frozen=True, slots=True)
class Station:
    """Who signs where: the configured origin of the portal and this station's id."""

    origin: str
    device_id: str


def checked(model: type[_M], **values: object) -> _M:
    """Return a message of the contract made of what a person entered.

    Raises:
        InvalidAnswers: a value is not of the contract's shape; the pointers name the members.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        places = (WrongAnswer(f"/{item['loc'][0]}", item["type"]) for item in error.errors(include_input=False))
        raise InvalidAnswers(tuple(places)) from None


def content_digest(content: ApplicationContent) -> str:
    """Return the SHA-256 (hex) by which both sides name a content."""
    return hashlib.sha256(canonical_json(content.model_dump(mode="json"))).hexdigest()


def registration_statement(
    form: RegistrationForm, station: Station, submission_id: str, authentication_certificate: bytes
) -> RegistrationStatement:
    """Return the statement of ``form``.

    Raises:
        InvalidAnswers: a value is not of the contract's shape; the pointers name the members.
    """
    return checked(
        RegistrationStatement,
        origin=station.origin,
        submission_id=submission_id,
        device_id=station.device_id,
        user_kind=form.user_kind,
        email=form.email,
        phone=form.phone,
        nationality=form.nationality,
        residence_card_number=form.residence_card_number,
        terms_version=form.terms_version,
        language=form.language,
        authentication_certificate_sha256=hashlib.sha256(authentication_certificate).hexdigest(),
    )


def sign_registration(
    statement: RegistrationStatement, challenge: Challenge, signing: Signer, authentication: Signer, moment: datetime
) -> PreparedRegistration:
    """Sign ``statement`` with both keys: first the signing key, then the authentication key, once each.

    Raises:
        SigningImpossible: a certificate or a signature is not of a known kind.
        CardError: from the card.
    """
    content = canonical_json(statement.model_dump(mode="json"))
    signature = sign_detached(content, signing, moment)
    token = build_token(REGISTRATION_TAG, statement.origin, challenge.nonce, statement.device_id, authentication)
    request = RegistrationRequest(
        statement=base64.b64encode(content).decode("ascii"),
        signature=base64.b64encode(signature).decode("ascii"),
        challenge_id=challenge.challenge_id,
        authentication=token,
    )
    return PreparedRegistration(statement.submission_id, request)


def submission_request(
    submission_id: str, content: ApplicationContent, attachments: Iterable[Attachment | AttachmentDigest]
) -> SubmissionRequest:
    """Return the request to file exactly what the person checked here.

    Args:
        submission_id: a UUIDv7, made once for this application and kept with the draft.
        content: the answers as this kiosk holds them.
        attachments: the files that were checked.
    """
    return SubmissionRequest(
        submission_id=submission_id,
        content_sha256=content_digest(content),
        attachments=tuple(
            AttachmentDigest(kind=item.kind, filename=item.filename, size=item.size, sha256=item.sha256)
            for item in attachments
        ),
    )
