"""The station key, what is derived from it, and the proof of who a draft belongs to."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

KEY_BYTES = 32

UNLOCK_MESSAGE = (
    b"zairyu/draft-unlock/v1: opens the drafts of this card's holder on this station, and signs nothing else"
)
"""What the card's authentication key signs (RSA PKCS#1 v1.5 with SHA-256, which always gives the same bytes) so that
drafts open with the card alone. It is not 32 bytes long, so it can never be a log-in token."""


class StationKey:
    """The 32 bytes every key of the store comes from. Never shown, never logged.

    Args:
        secret: the key's bytes; this object keeps the array and wipes it in ``wipe``.
        weak_place: True where the key lies in a plain file, which protects against nothing but the theft of the
            database files alone. Staff are to be told.
    """

    def __init__(self, secret: bytearray, *, weak_place: bool) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a station key has 32 bytes")
        self._secret = secret
        self._wiped = False
        self.weak_place = weak_place

    def derive(self, label: str, *, more: bytes = b"", salt: bytes = b"") -> bytes:
        """Return the 32-byte key for ``label`` (HKDF-SHA256); ``more`` is further secret input.

        Raises:
            RuntimeError: the key was wiped.
        """
        if self._wiped:
            raise RuntimeError("the station key is wiped")
        return hkdf(bytes(self._secret) + more, label, salt=salt)

    def check_value(self) -> str:
        """Return what tells this key from another, without telling anything of the key."""
        return self.derive("zairyu/store/check/v1")[:16].hex()

    def wipe(self) -> None:
        """Overwrite the key."""
        self._wiped = True
        self._secret[:] = bytes(len(self._secret))

    def __repr__(self) -> str:
        return "<StationKey>"

    def __reduce__(self) -> str:
        raise TypeError("a station key does not travel")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a draft belongs to.

    Attributes:
        lookup: keyed hash of the public key in the holder's authentication certificate, or of an authentication ID
            that is used without a card; says nothing without the station key.
        secret: derived from the card's signature of ``UNLOCK_MESSAGE``; None where staff help and drafts open
            without the card.
    """

    lookup: bytes = field(repr=False)
    secret: bytes | None = field(repr=False)


def hkdf(secret: bytes, label: str, *, salt: bytes = b"") -> bytes:
    """Return 32 bytes of HKDF-SHA256 (RFC 5869) of ``secret`` for ``label``."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=salt or None, info=label.encode()).derive(secret)


def account_owner(station_key: StationKey, authentication_id: str) -> Owner:
    """Return the owner that an account without a card stands for: staff of an organisation.

    Nothing that such a person has could open a draft, so the portal has to have let them in before this is asked.

    Args:
        station_key: this station's key.
        authentication_id: as the portal's account shows it.

    Raises:
        ValueError: the ID is empty.
    """
    if not authentication_id:
        raise ValueError("no authentication ID")
    key = station_key.derive("zairyu/store/lookup/account/v1")
    return Owner(hmac.digest(key, authentication_id.encode(), "sha256"), None)


def owner_for(
    station_key: StationKey, certificate_public_key_der: bytes, card_signature: bytes | bytearray | None
) -> Owner:
    """Return the owner that a card stands for.

    Args:
        station_key: this station's key.
        certificate_public_key_der: SubjectPublicKeyInfo (DER) of the authentication certificate. A renewed card has
            another one, so its holder starts anew.
        card_signature: the card's signature of ``UNLOCK_MESSAGE``. Only from a key whose signatures are
            deterministic (RSA PKCS#1 v1.5); None for others and where staff help.

    Raises:
        ValueError: the public key is empty, or the signature is shorter than any real one.
    """
    if not certificate_public_key_der:
        raise ValueError("no public key")
    digest = hashlib.sha256(certificate_public_key_der).digest()
    lookup = hmac.digest(station_key.derive("zairyu/store/lookup/v1"), digest, "sha256")
    if card_signature is None:
        return Owner(lookup, None)
    if len(card_signature) < 2 * KEY_BYTES:
        raise ValueError("not a signature")
    return Owner(lookup, hkdf(bytes(card_signature), "zairyu/store/card-secret/v1", salt=lookup))
