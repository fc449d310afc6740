"""Is everything ready to file? Looks once at reader, card, certificates, trust and portal. No secret is needed.

The result is data for a screen: a tone, message keys and parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from kiosk.card.errors import CertificateUnreadable, NoCertificate, SecretNeeded
from kiosk.card.profile import KeyUse
from kiosk.clock import JAPAN, japan_date
from kiosk.errors import CardError, KioskError, PortalError, SettingsError

if TYPE_CHECKING:
    from kiosk.card.certificates import Certificate
    from kiosk.card.jpki import JpkiSession
    from kiosk.services import Services

Tone = Literal["done", "attention", "error"]

ENDS_SOON = timedelta(days=90)
"""An extension is filed in the last three months, and the card of a resident with a limited stay ends with the stay."""

CLOCK_ATTENTION = timedelta(seconds=60)
CLOCK_ERROR = timedelta(minutes=5)
"""A log-in challenge lives five minutes: a clock that is further off than that cannot work."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row: how it stands, in which words, and what to do about it (empty: nothing)."""

    tone: Tone
    key: str
    advice_key: str = ""
    params: tuple[tuple[str, str | int], ...] = ()


def check_all(services: Services, progress: Callable[[str, float], None]) -> tuple[Check, ...]:
    """Look at everything once, in the order of a filing.

    Args:
        services: the adapters.
        progress: told the message key of the step that begins, and the share done.
    """
    rows: list[Check] = []
    for share, key, look in (
        (0.0, "preparation.look.card", _card_rows),
        (0.5, "preparation.look.trust", _trust_rows),
        (0.7, "preparation.look.portal", _portal_rows),
    ):
        progress(key, share)
        rows += look(services)
    return tuple(rows)


def _failed(error: KioskError) -> Check:
    return Check("error", f"error.{error.key}", f"error.{error.key}.next", tuple(error.params.items()))


# --- reader, card, certificates ---------------------------------------------------------------------------------------


def _card_rows(services: Services) -> Iterator[Check]:
    try:
        readers = services.cards.readers()
    except CardError as error:
        yield _failed(error)
        return
    if not readers:
        yield Check("error", "preparation.no_reader", "preparation.no_reader.do")
        return
    yield Check("done", "preparation.reader", params=(("count", len(readers)),))
    if not any(reader.card_present for reader in readers):
        yield Check("error", "preparation.no_card", "preparation.no_card.do")
        return
    try:
        with services.cards.open() as session:
            rows = [*_session_rows(services, session)]
    except CardError as error:
        rows = [_failed(error)]
    yield from rows


def _session_rows(services: Services, session: JpkiSession) -> Iterator[Check]:
    present = session.present()
    yield Check("done", "preparation.card")
    if present.authentication:
        yield _authentication(services, session)
        yield from _blocked(session, KeyUse.AUTHENTICATION)
    else:
        yield Check("error", "preparation.authentication_missing", "preparation.certificate_missing.do")
    if present.signing:
        yield Check("done", "preparation.signing", "preparation.signing.dates")
        yield from _blocked(session, KeyUse.SIGNING)
    else:
        yield Check("error", "preparation.signing_missing", "preparation.certificate_missing.do")


def _blocked(session: JpkiSession, use: KeyUse) -> Iterator[Check]:
    if session.tries_left(use) == 0:
        yield Check("error", f"error.secret_blocked_{use}", f"error.secret_blocked_{use}.next")


def _authentication(services: Services, session: JpkiSession) -> Check:
    from kiosk.card.certificates import CertificateFormatError, parse

    try:
        certificate = parse(session.read_certificate(KeyUse.AUTHENTICATION))
        services.trust.verify_issued(certificate, services.clock(), KeyUse.AUTHENTICATION)
    except (SecretNeeded, NoCertificate):
        return Check("attention", "preparation.authentication_hidden")
    except CertificateFormatError:
        return _failed(CertificateUnreadable(use=KeyUse.AUTHENTICATION))
    except (CardError, SettingsError) as error:
        return _failed(error)
    return _dates(certificate, services.clock())


def _dates(certificate: Certificate, now: datetime) -> Check:
    params = (("date", japan_date(certificate.not_after).isoformat()),)
    if certificate.not_after - now <= ENDS_SOON:
        return Check("attention", "preparation.ends_soon", "preparation.ends_soon.do", params)
    return Check("done", "preparation.authentication", "", params)


# --- trust and portal -------------------------------------------------------------------------------------------------


def _trust_rows(services: Services) -> Iterator[Check]:
    try:
        anchors = services.trust.anchors
    except SettingsError as error:
        yield _failed(error)
        return
    params = (("count", len(anchors)),)
    if not anchors:
        yield Check("error", "preparation.no_trust", "preparation.no_trust.do")
    elif any(anchor.test for anchor in anchors):
        # The demo has nothing else, and says everywhere that it is one.
        tone: Tone = "done" if services.settings.demo.holder else "attention"
        yield Check(tone, "preparation.trust_test", "", params)
    else:
        yield Check("done", "preparation.trust", "", params)


def _portal_rows(services: Services) -> Iterator[Check]:
    asked = services.clock()
    try:
        status = services.portal.status()
    except PortalError as error:
        yield _failed(error)
        return
    answered = services.clock()
    if status.state == "open":
        yield Check("done", "preparation.portal")
    elif status.until is None:
        yield Check("attention", "preparation.maintenance", "preparation.maintenance.do")
    else:
        until = status.until.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
        yield Check("attention", "preparation.maintenance_until", "preparation.maintenance.do", (("until", until),))
    yield clock_check(status.now - (asked + (answered - asked) / 2))


def clock_check(difference: timedelta) -> Check:
    """Return the row about this machine's clock; ``difference`` is the portal's time minus ours."""
    off = abs(difference)
    params = (("seconds", round(off.total_seconds())),)
    if off >= CLOCK_ERROR:
        return Check("error", "preparation.clock_wrong", "preparation.clock.do", params)
    if off >= CLOCK_ATTENTION:
        return Check("attention", "preparation.clock_off", "preparation.clock.do", params)
    return Check("done", "preparation.clock", "", params)
