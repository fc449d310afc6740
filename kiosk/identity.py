"""What a person's card or account proves: to the store, whose drafts they are; to the portal, who is there.

Each function holds the card once, does all that belongs together, and lets go. Secrets that are handed over are wiped,
whatever happens. All raise ``CardError``; those that talk to the portal ``PortalError`` too. For worker threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.card.errors import CertificateUnreadable, NoCertificate, SecretNeeded
from kiosk.card.profile import KeyUse
from kiosk.portal.signing import Signed

if TYPE_CHECKING:
    from kiosk.card.certificates import Attributes, Certificate
    from kiosk.card.jpki import JpkiSession
    from kiosk.offline_queue.keys import Owner
    from kiosk.portal.contract import Session
    from kiosk.portal.statements import PreparedRegistration, RegistrationForm
    from kiosk.services import Services

Progress = Callable[[str, float], None]
"""Told the message key of the step that begins, and the share done."""

_DETERMINISTIC = "RS256"
"""Only these signatures are always the same bytes, so only they can open drafts."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card tells without a secret.

    ``tries`` holds the tries left by use, None where the card does not count; ``certificate_ends`` is the last moment
    of the authentication certificate, None where the card does not show it without its secret.
    """

    authentication: bool
    signing: bool
    tries: dict[KeyUse, int | None]
    certificate_ends: datetime | None


class CardSigner:
    """A key of the card with its certificate, as the portal room wants it (``kiosk.portal.signing.Signer``).

    Args:
        session: a session in which the key's secret was shown.
        use: which key.
        certificate: its certificate, DER.
    """

    def __init__(self, session: JpkiSession, use: KeyUse, certificate: bytes) -> None:
        self._session = session
        self._use = use
        self._certificate = certificate

    @property
    def certificate(self) -> bytes:
        """The key's certificate, DER."""
        return self._certificate

    def sign(self, message: bytes) -> Signed:
        """Sign ``message`` with the key's own algorithm."""
        signature = self._session.sign(self._use, message)
        return Signed(signature.algorithm, signature.value)


def look(services: Services, reader: str | None) -> CardFacts:
    """Return what the card tells without a secret; costs no try."""
    with services.cards.open(reader) as session:
        present = session.present()
        tries = {use: session.tries_left(use) for use in KeyUse}
        ends = _ends(session) if present.authentication else None
    return CardFacts(present.authentication, present.signing, tries, ends)


def unlock(services: Services, reader: str | None, pin: bytearray) -> Owner:
    """Show the authentication PIN and return whose drafts this card opens.

    Args:
        services: the adapters.
        reader: the reader the card lies on.
        pin: wiped.

    Raises:
        StoreError: the store cannot be opened.
    """
    from kiosk.offline_queue.keys import UNLOCK_MESSAGE

    try:
        with services.cards.open(reader) as session:
            signer = _authentication(services, session, pin)
            signed = signer.sign(UNLOCK_MESSAGE)
    finally:
        _wipe(pin)
    secret = signed.signature if signed.algorithm == _DETERMINISTIC else None
    return services.store.owner(_public_key(signer.certificate), secret)


def log_in(
    services: Services, reader: str | None, pin: bytearray, authentication_id: str, password: bytearray
) -> Session:
    """Log in at the portal with the card, the authentication ID and the password, all in one request.

    Args:
        services: the adapters.
        reader: the reader the card lies on.
        pin: the authentication PIN; wiped.
        authentication_id: as the portal gave it.
        password: the portal's password; wiped.
    """
    try:
        with services.cards.open(reader) as session:
            signer = _authentication(services, session, pin)
            return services.portal.log_in(signer, authentication_id, password)
    finally:
        _wipe(pin)
        _wipe(password)


def log_in_staff(services: Services, authentication_id: str, password: bytearray) -> tuple[Session, Owner]:
    """Log in as staff of an organisation, without a card; return the session and whose drafts it opens.

    Args:
        services: the adapters.
        authentication_id: as the bureau gave it.
        password: the portal's password; wiped.
    """
    try:
        session = services.portal.log_in_staff(authentication_id, password)
    finally:
        _wipe(password)
    return session, services.store.account_owner(session.account.authentication_id)


def sign_registration(
    services: Services,
    reader: str | None,
    pin: bytearray,
    password: bytearray,
    form: RegistrationForm,
    progress: Progress,
) -> tuple[PreparedRegistration, Attributes]:
    """Sign a registration with both keys and return it, unsent, with what the signing certificate says of the person.

    Args:
        services: the adapters.
        reader: the reader the card lies on.
        pin: the authentication PIN; wiped.
        password: the signing password; wiped.
        form: what the person entered.
        progress: told how far it is.

    Raises:
        CertificateUnreadable: the signing certificate names nobody.
    """
    try:
        with services.cards.open(reader) as session:
            progress("registration.work.authentication", 0.1)
            authentication = _authentication(services, session, pin)
            progress("registration.work.signing", 0.4)
            signing, _, person = signing_key(services, session, password)
            progress("registration.work.sign", 0.7)
            return services.portal.prepare_registration(signing, authentication, form), person
    finally:
        _wipe(pin)
        _wipe(password)


def signing_key(
    services: Services, session: JpkiSession, password: bytearray
) -> tuple[CardSigner, Certificate, Attributes]:
    """Show the signing password and return the key, its certificate, and the person that it names.

    Args:
        services: the adapters.
        session: an open session.
        password: wiped.

    Raises:
        CertificateUnreadable: the signing certificate names nobody.
    """
    session.verify(KeyUse.SIGNING, password)
    signing, certificate = _signer(services, session, KeyUse.SIGNING)
    if certificate.attributes is None:
        raise CertificateUnreadable(use=KeyUse.SIGNING)
    return signing, certificate, certificate.attributes


def require_card_of(services: Services, session: JpkiSession, owner: Owner) -> None:
    """Refuse another card than the one that opened the drafts, before a secret of it is asked for.

    A phone does not show its certificate without a PIN; there the portal alone can tell.

    Raises:
        DraftNotYours: it is another card.
    """
    from kiosk.offline_queue.errors import DraftNotYours

    try:
        certificate = session.read_certificate(KeyUse.AUTHENTICATION)
    except (SecretNeeded, NoCertificate):
        return
    if services.store.owner(_public_key(certificate)).lookup != owner.lookup:
        raise DraftNotYours


def _authentication(services: Services, session: JpkiSession, pin: bytearray) -> CardSigner:
    session.verify(KeyUse.AUTHENTICATION, pin)
    return _signer(services, session, KeyUse.AUTHENTICATION)[0]


def _signer(services: Services, session: JpkiSession, use: KeyUse) -> tuple[CardSigner, Certificate]:
    der = session.read_certificate(use)
    certificate = _parsed(der, use)
    services.trust.verify_issued(certificate, services.clock(), use)
    return CardSigner(session, use, der), certificate


def _ends(session: JpkiSession) -> datetime | None:
    try:
        return _parsed(session.read_certificate(KeyUse.AUTHENTICATION), KeyUse.AUTHENTICATION).not_after
    except (SecretNeeded, NoCertificate):
        return None


def _parsed(der: bytes, use: KeyUse) -> Certificate:
    from kiosk.card.certificates import CertificateFormatError, parse

    try:
        return parse(der)
    except CertificateFormatError:
        raise CertificateUnreadable(use=use) from None


def _public_key(certificate: bytes) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _wipe(secret: bytearray) -> None:
    secret[:] = bytes(len(secret))
    secret.clear()
