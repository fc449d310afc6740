"""What can go wrong between this machine and the portal.

    PortalError
    ├── PortalAway                     no usable answer; ``sent`` says whether the portal may have acted
    │   ├── PortalUnreachable   P01    ├── PortalTimeout       P02    ├── PortalUntrusted       P03
    │   ├── PortalNotUnderstood P04    └── PortalFault         P05
    ├── PortalRefusal                  the portal answered, and said no (one class for each reason)
    └── SigningImpossible       P60, FileGone P61, SubmissionUndecided P62, SealedFileBroken P63,
                                EnvelopeBroken P64, SealingKeysUntrusted P65, NotSealable P66,
                                SendingStopped P67: this side of the wire

Nothing here imports httpx or pydantic: screens may name these classes before anything is sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kiosk.clock import JAPAN
from kiosk.errors import PortalError


class PortalAway(PortalError):
    """There was no usable answer.

    Args:
        sent: whether the request may have reached the portal, so that it may have acted on it. Such a doubt is
            settled by asking, or by repeating the same ``Idempotency-Key``, never with a new one.
        **params: see ``KioskError``.
    """

    def __init__(self, *, sent: bool = True, **params: str | int) -> None:
        self.sent = sent
        super().__init__(**params)


class PortalUnreachable(PortalAway):
    """No connection, a cut connection, or a gateway that says the portal is not there."""

    code = "P01"
    key = "portal_unreachable"


class PortalTimeout(PortalAway):
    """The portal did not answer in time."""

    code = "P02"
    key = "portal_timeout"


class PortalUntrusted(PortalAway):
    """The other end did not prove with its TLS certificate that it is the portal. Nothing was sent."""

    code = "P03"
    key = "portal_untrusted"


class PortalNotUnderstood(PortalAway):
    """An answer that is not of the contract: another media type, too long, redirected, wrong names."""

    code = "P04"
    key = "portal_not_understood"


class PortalFault(PortalAway):
    """The portal reports a fault of its own (500)."""

    code = "P05"
    key = "portal_fault"


class PortalRefusal(PortalError):
    """The portal answered and refused.

    Args:
        portal_text: the portal's own words, already free of control characters and cut. For staff, not for logs.
        request_id: the portal's name for this request, for its operators.
        **params: see ``KioskError``.
    """

    def __init__(self, *, portal_text: str = "", request_id: str = "", **params: str | int) -> None:
        self.portal_text = portal_text
        self.request_id = request_id
        super().__init__(**params)


class PortalMaintenance(PortalRefusal):
    """The portal is closed for maintenance and does not say for how long."""

    code = "P10"
    key = "portal_maintenance"
    until: datetime | None = None


class PortalMaintenanceUntil(PortalMaintenance):
    """The portal is closed for maintenance until a known moment.

    Args:
        until: the end of the maintenance, aware of its zone; shown as Japan time.
        portal_text: see ``PortalRefusal``.
        request_id: see ``PortalRefusal``.
    """

    code = "P11"
    key = "portal_maintenance_until"

    def __init__(self, until: datetime, *, portal_text: str = "", request_id: str = "") -> None:
        self.until = until
        shown = until.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
        super().__init__(portal_text=portal_text, request_id=request_id, until=shown)


class PortalRegion(PortalRefusal):
    """The portal takes nothing from this network."""

    code = "P12"
    key = "portal_region"


class RateLimited(PortalRefusal):
    """Too many requests; ``seconds`` says how long to wait."""

    code = "P13"
    key = "rate_limited"


class StillWorking(PortalRefusal):
    """The portal is still at work on this very request; ``seconds`` says when to ask again."""

    code = "P14"
    key = "still_working"


class RevocationUnknown(PortalRefusal):
    """The portal cannot check certificates just now."""

    code = "P15"
    key = "revocation_unknown"


class LoginFailed(PortalRefusal):
    """Card, authentication ID or password is wrong; which one is never said."""

    code = "P20"
    key = "login_failed"


class SessionEnded(PortalRefusal):
    """There is no session, or it has ended: log in again."""

    code = "P21"
    key = "session_ended"


class AccountLocked(PortalRefusal):
    """Too many failures; ``minutes`` says for how long."""

    code = "P22"
    key = "account_locked"


class NotFound(PortalRefusal):
    """The portal does not hold what was asked for."""

    code = "P30"
    key = "not_found"


class WrongState(PortalRefusal):
    """The application is past this step."""

    code = "P31"
    key = "wrong_state"


class Stale(PortalRefusal):
    """Somebody changed the application since it was read."""

    code = "P32"
    key = "stale"


class WrongAnswer(NamedTuple):
    """One place that the portal refuses: a JSON pointer and a stable code, never the value."""

    pointer: str
    code: str


class InvalidAnswers(PortalRefusal):
    """Answers that the portal refuses.

    Args:
        errors: the places, in the portal's order.
        portal_text: see ``PortalRefusal``.
        request_id: see ``PortalRefusal``.
    """

    code = "P33"
    key = "invalid_answers"

    def __init__(self, errors: tuple[WrongAnswer, ...], *, portal_text: str = "", request_id: str = "") -> None:
        self.errors = errors
        super().__init__(portal_text=portal_text, request_id=request_id, count=len(errors))


class NotEligible(PortalRefusal):
    """The procedure is not open to this person."""

    code = "P34"
    key = "not_eligible"


class Incomplete(PortalRefusal):
    """The photo, a document or the receipt method is missing.

    Args:
        errors: what is missing, in the portal's order.
        portal_text: see ``PortalRefusal``.
        request_id: see ``PortalRefusal``.
    """

    code = "P35"
    key = "incomplete"

    def __init__(self, errors: tuple[WrongAnswer, ...] = (), *, portal_text: str = "", request_id: str = "") -> None:
        self.errors = errors
        super().__init__(portal_text=portal_text, request_id=request_id, count=len(errors))


class TooLarge(PortalRefusal):
    """A file or a request is larger than the portal takes."""

    code = "P40"
    key = "too_large"


class FileRefused(PortalRefusal):
    """A file is not of a kind that the portal takes."""

    code = "P41"
    key = "file_refused"


class DigestMismatch(PortalRefusal):
    """The bytes that arrived, or that are about to be sent, are not the ones that were checked."""

    code = "P42"
    key = "digest_mismatch"


class StatementRefused(PortalRefusal):
    """The signed statement is not the one the portal asked for."""

    code = "P50"
    key = "statement_refused"


class SignatureRefused(PortalRefusal):
    """The portal could not verify the signature."""

    code = "P51"
    key = "signature_refused"


class CertificateExpiredAtPortal(PortalRefusal):
    """The card's certificate has expired."""

    code = "P52"
    key = "certificate_expired_at_portal"


class CertificateRevokedAtPortal(PortalRefusal):
    """The card's certificate has been revoked."""

    code = "P53"
    key = "certificate_revoked_at_portal"


class CertificateUntrustedAtPortal(PortalRefusal):
    """The certificate is not of the public certification service, or is of the wrong kind."""

    code = "P54"
    key = "certificate_untrusted_at_portal"


class TermsChanged(PortalRefusal):
    """Other terms of use are in force than those that were agreed to."""

    code = "P55"
    key = "terms_changed"


class KeyReused(PortalRefusal):
    """The same submission was sent before with another content."""

    code = "P56"
    key = "key_reused"


class RequestRefused(PortalRefusal):
    """The portal finds this program's request malformed: the versions do not fit together."""

    code = "P57"
    key = "request_refused"


class SignedTooLongAgo(PortalRefusal):
    """What was signed reached the portal after the moment until which it was to count."""

    code = "P58"
    key = "signed_too_long_ago"


class SealNotOpened(PortalRefusal):
    """The portal cannot open what was sealed: it no longer holds the key, or the envelope was changed."""

    code = "P59"
    key = "seal_not_opened"


class SigningImpossible(PortalError):
    """The key of the certificate, or what it returned, cannot make a signature that the portal takes."""

    code = "P60"
    key = "signing_impossible"


class FileGone(PortalError):
    """The file that was chosen can no longer be read."""

    code = "P61"
    key = "file_gone"


class SubmissionUndecided(PortalError):
    """The application was sent and no answer could be had: it may or may not have been received.

    Sending the same ``SubmissionRequest`` again is safe and settles it.
    """

    code = "P62"
    key = "submission_undecided"


class SealedFileBroken(PortalError):
    """An encrypted file was changed, cut, reordered or extended, is not one, or belongs to another key."""

    code = "P63"
    key = "sealed_file_broken"


class EnvelopeBroken(PortalError):
    """A sealed envelope cannot be opened: it was changed, or was sealed to another key."""

    code = "P64"
    key = "envelope_broken"


class SealingKeysUntrusted(PortalError):
    """The portal's sealing keys do not carry the signature of the portal that this station knows."""

    code = "P65"
    key = "sealing_keys_untrusted"


class NotSealable(PortalError):
    """Nothing can be sealed: no sealing key is in force, or the answers are larger than an envelope holds."""

    code = "P66"
    key = "not_sealable"


class SendingStopped(PortalError):
    """The person stopped the sending of files. Nothing was filed; what has arrived stays at the portal for a while.

    Args:
        away: whether the portal did not answer just then.
    """

    code = "P67"
    key = "sending_stopped"

    def __init__(self, *, away: bool) -> None:
        self.away = away
        super().__init__()
