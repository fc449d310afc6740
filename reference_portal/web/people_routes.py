"""Routes of people: status, terms, challenges, registration, log-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from kiosk.portal.contract import (
    Account,
    Challenge,
    ChallengeRequest,
    LoginRequest,
    PasswordResetRequest,
    PortalStatus,
    RegistrationReceipt,
    RegistrationRequest,
    Session,
    StaffLoginRequest,
    Terms,
)
from reference_portal import office
from reference_portal.data import terms, terms_version
from reference_portal.people import challenges, credentials, login, registration
from reference_portal.people.accounts import account_of
from reference_portal.people.sessions import close_session
from reference_portal.web.context import PortalHere, PublicCall, SessionToken, SignedIn
from reference_portal.web.idempotency import Reply
from reference_portal.web.wording import chosen_language

router = APIRouter(tags=["people"])


@router.get("/status")
def get_status(portal: PortalHere) -> PortalStatus:
    """State of the portal, with announced maintenance; answered in maintenance too."""
    now = portal.clock()
    with portal.database.read() as db:
        until, windows = office.closed_until(db, now), office.windows(db, now)
    return PortalStatus(
        state="open" if until is None else "maintenance",
        now=now,
        until=until,
        windows=windows,
        system=portal.config.system,
        terms_version=terms_version(),
    )


@router.get("/terms")
def get_terms(
    response: Response,
    language: Annotated[str, Query(max_length=20)] = "",
    accept_language: Annotated[str, Header()] = "",
) -> Terms:
    """Terms of use in force. The Japanese text prevails."""
    text = terms(language or chosen_language(accept_language))
    response.headers["Content-Language"] = text.language
    return Terms(
        version=text.version, language=text.language, prevailing=text.language == "ja", paragraphs=text.paragraphs
    )


@router.post("/challenges", status_code=201, response_model=Challenge)
def post_challenge(body: ChallengeRequest, portal: PortalHere, call: PublicCall) -> Response:
    """A nonce for one log-in or registration of one device: single use, five minutes."""
    portal.pace.take(f"device {body.device_id}")
    life = portal.config.challenge_life
    return call.perform(lambda db: Reply(201, challenges.issue(db, portal.clock(), body, life)))


@router.post("/registrations", status_code=202, response_model=RegistrationReceipt)
def post_registration(body: RegistrationRequest, portal: PortalHere, call: PublicCall) -> Response:
    """Register with both certificates and a signed statement; a mail with a link follows."""
    with call.reserved() as commit:
        evidence = registration.verify(portal, body, call.key)
        return commit(lambda db: Reply(202, registration.record(db, portal, evidence)))


@router.post("/password-resets", status_code=202, response_class=Response)
def post_password_reset(body: PasswordResetRequest, portal: PortalHere, call: PublicCall) -> Response:
    """Mail a link to choose a new password; the answer is the same whether the pair exists or not."""
    return call.perform(lambda db: _reset(db, portal, body))


def _reset(db: credentials.Transaction, portal: PortalHere, body: PasswordResetRequest) -> Reply:
    credentials.request_reset(db, portal, body)
    return Reply(202)


@router.post("/sessions", status_code=201, response_model=Session)
def post_session(body: LoginRequest, portal: PortalHere, call: PublicCall) -> Response:
    """Log in with card, authentication ID and password in one request."""
    with call.reserved() as commit:
        entry = login.verify(portal, body)
        return commit(lambda db: Reply(201, login.open_session(db, portal, entry)))


@router.post("/staff-sessions", status_code=201, response_model=Session)
def post_staff_session(body: StaffLoginRequest, portal: PortalHere, call: PublicCall) -> Response:
    """Log in as staff of an organisation, with authentication ID and password."""
    portal.pace.take(f"device {body.device_id}")
    with call.reserved() as commit:
        entry = login.verify_staff(portal, body)
        return commit(lambda db: Reply(201, login.open_session(db, portal, entry)))


@router.delete("/sessions/current", status_code=204, response_class=Response)
def delete_session(portal: PortalHere, token: SessionToken) -> Response:
    """Log out."""
    close_session(portal, token)
    return Response(status_code=204)


@router.get("/account")
def get_account(account: SignedIn, response: Response) -> Account:
    """The account of the session."""
    response.headers["Cache-Control"] = "no-store"
    return account_of(account)
