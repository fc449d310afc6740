"""The JPKI application (公的個人認証) of a My Number card: one session from SELECT to the end of power.

Secrets are shown, files read and data signed by short file id, so that nothing is ever selected between VERIFY and
the signature. Sources: JICSAP 1.1 / ISO 7816-4; OpenSC ``card-jpki.c``; jpki/myna; soltia48/myna-card.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kiosk.card.apdu import Command, Instruction, Response, StatusWord
from kiosk.card.atr import declares_extended_length
from kiosk.card.channel import RESIDENCE_APPLICATION, Channel
from kiosk.card.der import DerError
from kiosk.card.errors import (
    CardCommunication,
    CertificateUnreadable,
    NoCertificate,
    NotMyNumberCard,
    SecretBlocked,
    SecretFormat,
    SecretNeeded,
    SecretUncounted,
    WrongSecret,
)
from kiosk.card.files import FileReader, FileRefused
from kiosk.card.profile import CardProfile, KeyUse, SignatureScheme, profile_table
from kiosk.card.transport import Connection

__all__ = ["CertificatesPresent", "JpkiSession", "KeyUse", "Signature", "TokenInfo"]

_SHORT_ID = 0x80
_SECRET_REFERENCE = 0x80
_CHANGE_NEW_ONLY = 0x01
_SIGN_CLASS = 0x80
_TOKEN_INFO_BYTES = 160
_TOKEN_LABEL_BYTES = 32
_PRESENCE_BYTES = 3
_ABSENT = frozenset({StatusWord.FILE_NOT_FOUND, StatusWord.REFERENCE_NOT_FOUND})
_UNCOUNTED = _ABSENT | {StatusWord.OK, StatusWord.VERIFICATION_FAILED}
_DIGEST_INFO_PREFIX = {
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300D060960864801650304020205000430"),
}


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """Which kind of token answers: its ``label`` and what ``kind`` the profile table calls it (empty: unknown)."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class CertificatesPresent:
    """Which certificates the card has. A child under 15 has no signing certificate."""

    signing: bool
    authentication: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature: JWA ``algorithm`` (``RS256``, ``ES384``) and its ``value`` (PKCS#1 bytes, or raw r‖s)."""

    algorithm: str
    value: bytes = field(repr=False)


class JpkiSession:
    """One session with the JPKI application. Made by ``start``; ends when its connection is closed."""

    def __init__(self, channel: Channel, profile: CardProfile, extended: bool | None) -> None:
        self._channel = channel
        self._profile = profile
        self._reader = FileReader(channel, extended)
        self._keys: dict[KeyUse, tuple[str, int]] = {}

    @classmethod
    def start(cls, connection: Connection, extended: bool | None = None) -> JpkiSession:
        """Select the JPKI application.

        Args:
            connection: a powered card.
            extended: whether extended length works, where an earlier session found out; None takes the ATR's word.

        Raises:
            NotMyNumberCard: the card has no such application.
            CardRemoved, CardCommunication: the card is gone or answers something unforeseen.
        """
        channel = Channel(connection)
        if extended is None:
            extended = declares_extended_length(connection.atr)
        tried: set[bytes] = set()
        for profile in profile_table().profiles:
            if profile.application in tried:
                continue
            tried.add(profile.application)
            response = channel.select_application(profile.application)
            if response.ok:
                return cls(channel, profile, extended)
        raise NotMyNumberCard

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        return self._channel.reader

    @property
    def atr(self) -> bytes:
        """The card's ATR, for diagnostics alone."""
        return self._channel.atr

    @property
    def extended(self) -> bool | None:
        """Whether extended length works on this card and reader; None as long as nothing large was read."""
        return self._reader.extended

    def token(self) -> TokenInfo:
        """Return which kind of token this is.

        Raises:
            CardCommunication: the card does not say.
        """
        try:
            data = self._reader.read_start(self._profile.token_info, _TOKEN_INFO_BYTES)
        except FileRefused as refused:
            raise CardCommunication(sw=f"{refused.sw:04X}") from None
        label = data[:_TOKEN_LABEL_BYTES].decode("ascii", "replace").rstrip(" \x00")
        shown = "".join(letter for letter in label if letter.isascii() and letter.isprintable())
        return TokenInfo(shown, profile_table().tokens.get(shown, ""))

    def present(self) -> CertificatesPresent:
        """Return which certificates exist; costs no secret. A token that does not say is taken to have both.

        Raises:
            CardCommunication: the card answers something unforeseen.
        """
        try:
            data = self._reader.read_start(self._profile.presence, _PRESENCE_BYTES)
        except FileRefused as refused:
            if refused.sw in _ABSENT:
                return CertificatesPresent(signing=True, authentication=True)
            raise CardCommunication(sw=f"{refused.sw:04X}") from None
        if len(data) < 2:
            raise CardCommunication(sw="9000")
        return CertificatesPresent(signing=data[0] != 0, authentication=data[1] != 0)

    def tries_left(self, use: KeyUse) -> int | None:
        """Return how often the secret may still be wrong, at no cost; 0 is blocked.

        None where the card does not count, has just been shown the right one, or has no such secret (a child's card).

        Raises:
            CardCommunication: the card answers something unforeseen.
        """
        response = self._channel.send(Command(0x00, Instruction.VERIFY, 0x00, self._secret_reference(use)))
        if response.blocked:
            return 0
        if response.tries_left is not None:
            return response.tries_left
        if response.sw in _UNCOUNTED:
            return None
        raise CardCommunication(sw=response.hex)

    def verify(self, use: KeyUse, secret: bytearray) -> None:
        """Show the secret to the card. ``secret`` is wiped, whatever happens.

        Raises:
            SecretFormat: it cannot be right; the card was not asked and no try is lost.
            WrongSecret: with how many tries are left.
            SecretBlocked: this was the last try, or it was blocked before.
            SecretUncounted: the card refused it without a counter.
            NoCertificate: the card has no such secret, so no such key either.
        """
        try:
            self._profile.files(use).normalise_secret(use, secret)
            self._show(use, secret, self._secret_reference(use))
        finally:
            _wipe(secret)

    def change_secret(self, use: KeyUse, old: bytearray, new: bytearray) -> None:
        """Change a secret. Both are wiped, whatever happens; their form is checked before the card is asked.

        Raises:
            SecretFormat: one of them cannot be right, or the card does not like the new one.
            WrongSecret, SecretBlocked: about the old one.
            CardCommunication: the card answers something unforeseen.
        """
        files = self._profile.files(use)
        try:
            files.normalise_secret(use, old)
            files.normalise_secret(use, new)
            # CHANGE works on the selected file, so here alone the secret's file is selected: before VERIFY.
            selected = self._channel.select_file(files.secret)
            if not selected.ok:
                raise CardCommunication(sw=selected.hex)
            self._show(use, old, _SECRET_REFERENCE)
            changed = self._channel.send(
                Command(0x00, Instruction.CHANGE_REFERENCE_DATA, _CHANGE_NEW_ONLY, _SECRET_REFERENCE, new)
            )
        finally:
            _wipe(old)
            _wipe(new)
        if changed.sw == StatusWord.WRONG_DATA:
            raise SecretFormat(use=use)
        if not changed.ok:
            raise CardCommunication(sw=changed.hex)

    def read_certificate(self, use: KeyUse) -> bytes:
        """Return a certificate, DER. The signing certificate (and on a phone the other one too) needs its secret first.

        Raises:
            SecretNeeded: the secret was not shown.
            NoCertificate: the card has none.
            CertificateUnreadable: what it has is no certificate.
            CardCommunication: the card answers something unforeseen.
        """
        files = self._profile.files(use)
        limit = profile_table().max_certificate_bytes
        try:
            der = self._reader.read_der(files.certificate, files.expected_bytes, limit)
        except DerError:
            raise CertificateUnreadable(use=use) from None
        except FileRefused as refused:
            if refused.sw == StatusWord.SECURITY_STATUS_NOT_SATISFIED:
                raise SecretNeeded(use=use) from None
            if refused.sw in _ABSENT:
                raise NoCertificate(use=use) from None
            raise CardCommunication(sw=f"{refused.sw:04X}") from None
        if not der:
            raise NoCertificate(use=use)
        self._learn_key(use, der)
        return der

    def sign(self, use: KeyUse, data: bytes) -> Signature:
        """Sign ``data`` with the digest that belongs to the key. The secret must have been shown.

        Where the certificate was not read in this session the first profile's key type is taken; if the card then
        refuses, or answers with another length, the certificate is read and the command repeated as its key wants.

        Raises:
            SecretNeeded: the secret was not shown.
            NoCertificate: the card has no such key.
            CardCommunication: the card answers something unforeseen.
        """
        scheme = self._scheme(use)
        response = self._sign_once(use, scheme, hashlib.new(scheme.digest, data).digest())
        if use not in self._keys and not _plausible(scheme, response):
            self.read_certificate(use)
            if self._scheme(use) != scheme:
                scheme = self._scheme(use)
                response = self._sign_once(use, scheme, hashlib.new(scheme.digest, data).digest())
        return self._finished(use, scheme, response)

    def specified_residence_card(self) -> bool:
        """Say whether this is a 特定在留カード, by one SELECT more. Diagnostics alone: it forgets a shown secret."""
        if not self._channel.select_application(RESIDENCE_APPLICATION).ok:
            return False
        again = self._channel.select_application(self._profile.application)
        if not again.ok:
            raise CardCommunication(sw=again.hex)
        return True

    def _secret_reference(self, use: KeyUse) -> int:
        return _SHORT_ID + self._profile.files(use).secret

    def _show(self, use: KeyUse, secret: bytearray, reference: int) -> None:
        response = self._channel.send(Command(0x00, Instruction.VERIFY, 0x00, reference, secret))
        if response.ok:
            return
        if response.blocked:
            raise SecretBlocked(use=use)
        if response.tries_left is not None:
            raise WrongSecret(use=use, tries_left=response.tries_left)
        if response.sw == StatusWord.VERIFICATION_FAILED:
            raise SecretUncounted(use=use)
        if response.sw in _ABSENT:
            raise NoCertificate(use=use)
        raise CardCommunication(sw=response.hex)

    def _learn_key(self, use: KeyUse, der: bytes) -> None:
        # Imported here: asn1crypto is only needed once a certificate has been read.
        from kiosk.card.certificates import CertificateFormatError, parse

        try:
            certificate = parse(der)
        except CertificateFormatError:
            raise CertificateUnreadable(use=use) from None
        self._keys[use] = (certificate.key_type, certificate.signature_bytes)

    def _scheme(self, use: KeyUse) -> SignatureScheme:
        if use not in self._keys:
            return self._profile.signature
        scheme = profile_table().scheme(self._keys[use][0])
        if scheme is None:
            raise CertificateUnreadable(use=use)
        return scheme

    def _sign_once(self, use: KeyUse, scheme: SignatureScheme, digest: bytes) -> Response:
        body = _DIGEST_INFO_PREFIX[scheme.digest] + digest if scheme.input == "digest_info" else digest
        reference = _SHORT_ID + self._profile.files(use).key
        response = self._channel.send(
            Command(_SIGN_CLASS, Instruction.PERFORM_SECURITY_OPERATION, scheme.p1, reference, body, 256)
        )
        if response.sw == StatusWord.SECURITY_STATUS_NOT_SATISFIED:
            raise SecretNeeded(use=use)
        if response.sw in _ABSENT:
            raise NoCertificate(use=use)
        return response

    def _finished(self, use: KeyUse, scheme: SignatureScheme, response: Response) -> Signature:
        if not response.ok:
            raise CardCommunication(sw=response.hex)
        expected = self._keys[use][1] if use in self._keys else len(response.data)
        if not response.data or len(response.data) != expected:
            raise CardCommunication(sw="9000")
        return Signature(scheme.algorithm, response.data)


def _plausible(scheme: SignatureScheme, response: Response) -> bool:
    """Say whether an answer can be a signature of this scheme's kind: RSA moduli have 2048 bits or more."""
    shortest = 256 if scheme.key_type == "rsa" else 96
    return response.ok and len(response.data) >= shortest


def _wipe(secret: bytearray) -> None:
    secret[:] = bytes(len(secret))
    secret.clear()
