"""The kiosk's side of the contract: one typed method for each thing a person can do at the portal.

Synchronous, for worker threads. Import it late: httpx and pydantic cost a quarter of a second. A request whose fate is
in doubt is repeated with the same ``Idempotency-Key`` and never with a new one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote

import httpx

from kiosk.clock import Clock, utc_now
from kiosk.errors import PortalError
from kiosk.ids import uuid7
from kiosk.portal import contract as c
from kiosk.portal.canonical import LOGIN_TAG
from kiosk.portal.errors import NotFound, PortalNotUnderstood, Stale
from kiosk.portal.problems import clean_text
from kiosk.portal.requests import PATIENT_WAITS, Requests, Waiting, idempotent
from kiosk.portal.secret_body import SecretBody
from kiosk.portal.signing import Signer
from kiosk.portal.statements import (
    PreparedRegistration,
    RegistrationForm,
    Station,
    checked,
    content_digest,
    registration_statement,
    sign_registration,
)
from kiosk.portal.submission import receipt_of, submit_once
from kiosk.portal.tokens import build_token
from kiosk.portal.uploads import (
    WAITS,
    FileMeta,
    Progress,
    Upload,
    creation_headers,
    read_checked,
    upload_path,
)
from kiosk.portal.wire import Answer, Pause, Wire, checked_origin, parsed
from kiosk.settings import PortalSettings

_MOST_PAGES = 1_000  # a list that never ends is not a list
_STRONG_ETAG = re.compile(r'"[!#-~]{1,200}"')


class HeldApplication(NamedTuple):
    """An application and the ETag of the version that was read."""

    application: c.Application
    etag: str


class PortalClient:
    """One station's way to the portal, and the session of one person on it.

    Every method raises a ``PortalError`` (see ``errors.py``) where the portal refuses or does not answer.

    Args:
        settings: the portal's origin and the time-out of each step.
        device_id: this station's id, part of every proof.
        transport: another way to carry requests, for tests.
        pause: waits so many seconds between repetitions.
        clock: for the signing time.

    Raises:
        SettingsError: the origin is not one.
    """

    def __init__(
        self,
        settings: PortalSettings,
        device_id: str,
        transport: httpx.BaseTransport | None = None,
        *,
        pause: Pause = time.sleep,
        clock: Clock = utc_now,
    ) -> None:
        self._station = Station(checked_origin(settings.origin), device_id)
        self._wire = Wire(self._station.origin, settings.timeout_seconds, transport)
        self._requests = Requests(self._wire, pause)
        self._clock = clock

    def __repr__(self) -> str:
        return f"<PortalClient {'signed in' if self.signed_in else 'signed out'}>"

    def __enter__(self) -> PortalClient:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def signed_in(self) -> bool:
        """Whether there is a session, as far as is known here."""
        return self._requests.signed_in

    def telling(self, waiting: Waiting) -> AbstractContextManager[None]:
        """Within it, ``waiting`` is told of every wait for the portal, and may raise to give up."""
        return self._requests.telling(waiting)

    def close(self) -> None:
        """Forget the session and close the connections. The portal ends the session by itself."""
        self._requests.end()
        self._wire.close()

    # --- The portal itself --------------------------------------------------------------------------------------------

    def status(self) -> c.PortalStatus:
        """Return whether the portal is open, its clock and its announced maintenance."""
        return parsed(c.PortalStatus, self._requests.send("GET", "/status"))

    def terms(self, language: str) -> c.Terms:
        """Return the terms of use in force in ``language`` (the portal may answer with another one)."""
        return parsed(c.Terms, self._requests.send("GET", "/terms", query={"language": language}))

    # --- Registration -------------------------------------------------------------------------------------------------

    def prepare_registration(
        self, signing: Signer, authentication: Signer, form: RegistrationForm
    ) -> PreparedRegistration:
        """Ask for a challenge and sign the registration with both keys, once each; nothing is registered yet.

        Raises:
            InvalidAnswers: a value of ``form`` is not of the contract's shape.
            SigningImpossible: a certificate or a signature is not of a known kind.
            CardError: from the card.
        """
        statement = registration_statement(form, self._station, uuid7(), authentication.certificate)
        challenge = self._challenge("registration")
        return sign_registration(statement, challenge, signing, authentication, self._clock())

    def send_registration(self, prepared: PreparedRegistration) -> c.RegistrationReceipt:
        """Send a signed registration. Sending the same one again is safe and gives the same receipt."""
        answer = self._post("/registrations", prepared.request, prepared.submission_id)
        return parsed(c.RegistrationReceipt, answer)

    def register(self, signing: Signer, authentication: Signer, form: RegistrationForm) -> c.RegistrationReceipt:
        """Prepare and send in one go; see both. Where a retry should not ask for the card again, call them singly."""
        return self.send_registration(self.prepare_registration(signing, authentication, form))

    def request_password_reset(self, authentication_id: str, email: str) -> None:
        """Ask for a mail with a link; the portal does not tell whether the pair exists."""
        request = checked(c.PasswordResetRequest, authentication_id=authentication_id, email=email)
        self._post("/password-resets", request, uuid7())

    # --- Session ------------------------------------------------------------------------------------------------------

    def log_in(self, authentication: Signer, authentication_id: str, password: bytearray) -> c.Session:
        """Log in with all three factors in one request; the session is kept in here.

        Args:
            authentication: the card's authentication key.
            authentication_id: as the portal gave it.
            password: UTF-8; wiped when this returns, whatever happens.

        Raises:
            LoginFailed: one of the three is wrong; which one is not said.
            AccountLocked: too many failures.
            CardError: from the card.
        """
        try:
            return self._log_in(authentication, authentication_id, password)
        finally:
            password[:] = bytes(len(password))

    def log_in_staff(self, authentication_id: str, password: bytearray) -> c.Session:
        """Log in as staff of an organisation, who have no card; the session is kept in here.

        Args:
            authentication_id: as the bureau gave it.
            password: UTF-8; wiped when this returns, whatever happens.

        Raises:
            LoginFailed: one of the two is wrong, or the account is one that needs its card.
            AccountLocked: too many failures.
        """
        members = {"device_id": self._station.device_id, "authentication_id": authentication_id}
        try:
            return self._begin("/staff-sessions", members, password)
        finally:
            password[:] = bytes(len(password))

    def log_out(self) -> None:
        """End the session. It is forgotten here even where the portal cannot be told, which then ends it itself."""
        try:
            if self.signed_in:
                self._requests.send("DELETE", "/sessions/current")
        except PortalError:
            return
        finally:
            self._requests.end()

    def account(self) -> c.Account:
        """Return the account of the person who is logged in."""
        return parsed(c.Account, self._requests.send("GET", "/account"))

    # --- Applications -------------------------------------------------------------------------------------------------

    def applications(
        self, state: c.ApplicationState | None = None, search: str = "", cursor: str = "", limit: int = 20
    ) -> c.ApplicationPage:
        """Return one page of the person's applications, newest change first."""
        query = {"limit": str(limit), "cursor": cursor, "state": state.value if state else "", "q": clean_text(search)}
        return parsed(c.ApplicationPage, self._requests.send("GET", "/applications", query=query))

    def all_applications(
        self, state: c.ApplicationState | None = None, search: str = ""
    ) -> Iterator[c.ApplicationSummary]:
        """Iterate over every application, asking for pages as they are needed."""
        cursor, seen = "", {""}
        for _ in range(_MOST_PAGES):
            page = self.applications(state, search, cursor, limit=100)
            yield from page.items
            cursor = page.next_cursor
            if not cursor:
                return
            if cursor in seen:
                break
            seen.add(cursor)
        raise PortalNotUnderstood(reason="cursor")

    def application(self, application_id: str) -> HeldApplication:
        """Return one application with its ETag."""
        return _held(self._requests.send("GET", _application(application_id)))

    def create_application(self, content: c.ApplicationContent, key: str) -> HeldApplication:
        """Create a draft at the portal; the same ``key`` (a UUIDv7) gives the same draft."""
        return _held(self._post("/applications", content, key))

    def save_application(self, application_id: str, content: c.ApplicationContent, etag: str) -> HeldApplication:
        """Replace the content of a draft.

        Raises:
            Stale: it is not the version of ``etag`` any more, and holds another content.
        """
        try:
            return _held(self._requests.repeat("PUT", _application(application_id), content, {"If-Match": etag}))
        except Stale:
            # An earlier save whose answer was lost looks like somebody else's change.
            held = self.application(application_id)
            if content_digest(held.application.content) != content_digest(content):
                raise
            return held

    def delete_application(self, application_id: str, etag: str) -> None:
        """Delete a draft."""
        self._requests.send("DELETE", _application(application_id), headers={"If-Match": etag})

    def copy_application(self, application_id: str, key: str) -> HeldApplication:
        """Make a new draft with the content of an application; the same ``key`` gives the same draft."""
        return _held(self._post(f"{_application(application_id)}/copy", None, key))

    # --- Attachments --------------------------------------------------------------------------------------------------

    def upload(
        self,
        application_id: str,
        meta: FileMeta,
        source: bytes | Path,
        on_progress: Progress = lambda _held, _whole: None,
        key: str = "",
    ) -> c.Attachment:
        """Send a file and return it as the portal holds it.

        Args:
            application_id: the draft it belongs to.
            meta: what it is, with the digest of the bytes that were checked.
            source: the bytes, or the file that holds them.
            on_progress: told (bytes held, bytes in all) after every part, from this thread.
            key: a UUIDv7; with the same one a cut upload goes on where it was, also after a restart.

        Raises:
            FileGone, DigestMismatch: the file is not what was checked.
            FileRefused, TooLarge: the portal does not take it.
        """
        data = read_checked(source, meta)
        for creation_key in (key or uuid7(), uuid7()):
            headers = creation_headers(meta, len(data))
            answer = self._post(f"{_application(application_id)}/attachments", None, creation_key, headers)
            # An upload that is not found is complete and put away, or expired: the application tells which.
            with suppress(NotFound):
                requests, waits = self._requests, PATIENT_WAITS if self._requests.watched else WAITS
                Upload(requests.send, upload_path(answer), data, on_progress, requests.pause, waits).run()
            # Twice: a digest garbled on the way would look like a file that is not there, and make a second one.
            if held := self._attachment(application_id, meta) or self._attachment(application_id, meta):
                return held
        raise PortalNotUnderstood(reason="attachment")

    def delete_attachment(self, attachment_id: str) -> None:
        """Take a file off its draft."""
        self._requests.send("DELETE", f"/attachments/{quote(attachment_id, safe='')}")

    # --- Filing -------------------------------------------------------------------------------------------------------

    def submit(self, application_id: str, request: c.SubmissionRequest, etag: str) -> c.SubmissionReceipt:
        """File an application, exactly once.

        Where the answer is lost, the portal is asked for this submission and, if it has none, the same request is
        repeated under the same key. Calling this again with the same ``request`` is safe at any time.

        Raises:
            SubmissionUndecided: it was sent, and no answer could be had.
            Stale, WrongState: the application is not the one that was checked, and this submission was not received.
            Incomplete, InvalidAnswers, NotEligible: the portal does not take it as it is.
        """
        return submit_once(self._requests, application_id, request, etag)

    def submission(self, submission_id: str) -> c.SubmissionReceipt:
        """Return the receipt of an earlier submission.

        Raises:
            NotFound: the portal has not received it.
        """
        return receipt_of(self._requests, submission_id)

    def answer_documents(self, application_id: str, note: str, key: str) -> HeldApplication:
        """Say that the documents that the portal asked for are attached now."""
        return _held(
            self._post(f"{_application(application_id)}/documents-answer", checked(c.DocumentsAnswer, note=note), key)
        )

    def withdraw(self, application_id: str, reason: str, key: str) -> HeldApplication:
        """Withdraw an application."""
        return _held(
            self._post(f"{_application(application_id)}/withdrawal", checked(c.Withdrawal, reason=reason), key)
        )

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _challenge(self, purpose: Literal["login", "registration"]) -> c.Challenge:
        request = c.ChallengeRequest(purpose=purpose, device_id=self._station.device_id)
        return parsed(c.Challenge, self._post("/challenges", request, uuid7()))

    def _log_in(self, authentication: Signer, authentication_id: str, password: bytearray) -> c.Session:
        challenge = self._challenge("login")
        token = build_token(LOGIN_TAG, self._station.origin, challenge.nonce, self._station.device_id, authentication)
        members = {
            "challenge_id": challenge.challenge_id,
            "token": token.model_dump(mode="json"),
            "authentication_id": authentication_id,
        }
        return self._begin("/sessions", members, password)

    def _begin(self, path: str, members: Mapping[str, object], password: bytearray) -> c.Session:
        """Ask for a session with ``members`` and the password, and keep it."""
        body = SecretBody(json.dumps(members), "password", password)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **idempotent(uuid7())}
        try:
            # Not repeated when in doubt: a challenge is used up, and a session nobody knows of ends by itself.
            session = parsed(c.Session, self._requests.send("POST", path, headers=headers, body=body))
        finally:
            body.wipe()
        self._requests.begin(session.token)
        return session

    def _attachment(self, application_id: str, meta: FileMeta) -> c.Attachment | None:
        wanted = (meta.kind, meta.document, meta.sha256)
        held = self.application(application_id).application.attachments
        gathered = (item for item in reversed(held) if not item.fixed)
        return next((item for item in gathered if (item.kind, item.document, item.sha256) == wanted), None)

    def _post(self, path: str, model: c.Model | None, key: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._requests.repeat("POST", path, model, {**idempotent(key), **(headers or {})})


def _application(application_id: str) -> str:
    return f"/applications/{quote(application_id, safe='')}"


def _held(answer: Answer) -> HeldApplication:
    etag = answer.headers.get("etag", "")
    if not _STRONG_ETAG.fullmatch(etag):
        raise PortalNotUnderstood(reason="etag")
    return HeldApplication(parsed(c.Application, answer), etag)
