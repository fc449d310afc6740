"""What a failure means for an item: try again, leave it to a person, or give it up. Pure.

Network, 5xx and everything a portal says about itself are never definitive, however often they come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from kiosk.errors import PortalError
from kiosk.offline_queue.outbox_model import Reason
from kiosk.portal import errors as e

POISON = 8
"""After so many definitive refusals without a reason that a person could mend, an item is given up."""


class Course(Enum):
    """What to do."""

    AWAY = auto()
    """The portal as a whole is away: everything waits."""
    LATER = auto()
    """This item waits."""
    FILES = auto()
    """The portal wants its files (again), then the envelope again."""
    PERSON = auto()
    """Only a person can help."""
    COUNT = auto()
    """Refused without a useful reason: count it, and give up in the end."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure means.

    Attributes:
        course: what to do.
        reason: why, for the person and the staff.
        seconds: how long the portal asks to wait; None where it does not say.
        until: the end of a maintenance, where it is known.
        decided: the portal has looked at this very item and does not have it.
        doubtful: the portal may have taken what was sent.
    """

    course: Course
    reason: Reason
    seconds: float | None = None
    until: datetime | None = None
    decided: bool = False
    doubtful: bool = False


_PERSON: tuple[tuple[type[PortalError], Reason], ...] = (
    (e.SignatureRefused, Reason.SIGNATURE),
    (e.CertificateExpiredAtPortal, Reason.CERTIFICATE),
    (e.CertificateRevokedAtPortal, Reason.CERTIFICATE),
    (e.CertificateUntrustedAtPortal, Reason.CERTIFICATE),
    (e.StatementRefused, Reason.PERSON),
    (e.SignedTooLongAgo, Reason.LATE),
    (e.SealNotOpened, Reason.SEALING_KEY),
    (e.InvalidAnswers, Reason.ANSWERS),
    (e.NotEligible, Reason.NOT_ELIGIBLE),
    (e.Incomplete, Reason.INCOMPLETE),
    (e.TermsChanged, Reason.ANSWERS),
    (e.TooLarge, Reason.FILES),
    (e.FileRefused, Reason.FILES),
    (e.DigestMismatch, Reason.FILES),
)


def verdict(error: PortalError) -> Verdict:
    """Return what ``error``, an answer about an envelope, means."""
    if isinstance(error, e.PortalAway):
        return Verdict(Course.AWAY, Reason.UNREACHABLE, _asked(error), doubtful=error.sent)
    return _about_the_portal(error) or _about_the_item(error)


def upload_verdict(error: PortalError) -> Verdict:
    """Return what ``error``, an answer about one of the files, means."""
    if isinstance(error, e.DigestMismatch):
        # What lies here was checked before, so it was changed on the way.
        return Verdict(Course.COUNT, Reason.REFUSED, decided=True)
    return verdict(error)


def asking_verdict(error: PortalError) -> Verdict:
    """Return what ``error``, an answer to the question what became of an item, means.

    Only the refusal that the item itself met ends the doubt; that the question was refused says nothing about the item.
    """
    said = verdict(error)
    return said if said.course is Course.PERSON else replace(said, decided=False)


def _about_the_portal(error: PortalError) -> Verdict | None:
    match error:
        case e.PortalMaintenance():
            return Verdict(Course.AWAY, Reason.MAINTENANCE, until=error.until)
        case e.RateLimited():
            return Verdict(Course.AWAY, Reason.BUSY, float(error.params.get("seconds", 1)))
        case e.RevocationUnknown():
            return Verdict(Course.AWAY, Reason.REVOCATION, _asked(error))
        case e.PortalRegion():
            return Verdict(Course.AWAY, Reason.REGION)
        case e.StillWorking():
            return Verdict(Course.LATER, Reason.BUSY, float(error.params.get("seconds", 1)), doubtful=True)
        case e.AccountLocked():
            return Verdict(Course.LATER, Reason.BUSY, float(error.params.get("minutes", 15)) * 60)
        case e.WrongState():
            return Verdict(Course.LATER, Reason.BUSY)
        case _:
            return None


def _asked(error: PortalError) -> float | None:
    seconds = error.params.get("seconds")
    return None if seconds is None else float(seconds)


def _about_the_item(error: PortalError) -> Verdict:
    if isinstance(error, e.Incomplete) and error.errors and all(_is_file(place) for place in error.errors):
        return Verdict(Course.FILES, Reason.FILES, decided=True)
    for kind, reason in _PERSON:
        if isinstance(error, kind):
            return Verdict(Course.PERSON, reason, decided=True)
    if isinstance(error, e.KeyReused):
        return Verdict(Course.COUNT, Reason.CONFLICT, decided=True)
    return Verdict(Course.COUNT, Reason.REFUSED, decided=isinstance(error, e.PortalRefusal))


def _is_file(place: e.WrongAnswer) -> bool:
    return place.pointer.startswith("/files/") and place.code == "missing"
