"""Sealing to the portal's public key (HPKE, RFC 9180), and trust in that key. No I/O: bytes in, bytes out.

Two suites, each with HKDF-SHA256 and AES-256-GCM: ``mlkem768-x25519`` (the X-Wing hybrid, which stays closed unless
both of its parts are broken) and ``x25519`` for a station without ML-KEM. A raw key of the hybrid is its ML-KEM part
followed by its X25519 part: public 1,184 + 32 bytes, private 64 (seed) + 32 bytes.

The envelope's open fields are the ``info`` of the ciphertext, so none of them can be exchanged. A station takes sealing
keys only under the Ed25519 signature of the portal whose public key it has pinned.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from pydantic import ValidationError

from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import SealedContent, SealedEnvelope, SealingKey, SealingKeys
from kiosk.portal.errors import EnvelopeBroken, NotSealable, SealingKeysUntrusted

SuiteName = Literal["mlkem768-x25519", "x25519"]
HYBRID: SuiteName = "mlkem768-x25519"
CLASSIC: SuiteName = "x25519"

_KEYS_TAG = "zairyu/sealing-keys/v1"
_SUITES = {
    HYBRID: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    CLASSIC: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}
_MLKEM_PUBLIC, _MLKEM_SEED = 1184, 64
_UNREADABLE = (ValueError, binascii.Error, UnsupportedAlgorithm)


class Envelope(NamedTuple):
    """What stands open on the envelope."""

    submission_id: str
    not_after: datetime
    files: tuple[str, ...]
    """``sealed_sha256`` of each file, in the order of the statement."""


@dataclass(frozen=True, slots=True)
class PrivateSealingKey:
    """A key pair of the portal.

    Args:
        suite: of the contract.
        raw: 96 bytes for the hybrid, 32 for X25519.
    """

    suite: SuiteName
    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls, suite: SuiteName) -> PrivateSealingKey:
        """Make a key pair."""
        classic = X25519PrivateKey.generate().private_bytes_raw()
        seed = MLKEM768PrivateKey.generate().private_bytes_raw() if suite == HYBRID else b""
        return cls(suite, seed + classic)

    def public_raw(self) -> bytes:
        """Return the raw public key."""
        classic = _classic_private(self.raw[-32:]).public_key().public_bytes_raw()
        return _seeded(self.raw).public_key().public_bytes_raw() + classic if self.suite == HYBRID else classic

    def open(self, ciphertext: bytes, info: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            EnvelopeBroken: another key, changed bytes, other ``info``.
        """
        classic = _classic_private(self.raw[-32:])
        key = MLKEM768X25519PrivateKey(_seeded(self.raw), classic) if self.suite == HYBRID else classic
        try:
            return _SUITES[self.suite].decrypt(ciphertext, key, info=info)
        except (InvalidTag, ValueError):
            raise EnvelopeBroken from None


def _classic_private(raw: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(raw)


def _seeded(raw: bytes) -> MLKEM768PrivateKey:
    return MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED])


def key_id(public_raw: bytes) -> str:
    """Return the id of a public key: its SHA-256 in hex."""
    return hashlib.sha256(public_raw).hexdigest()


def seal(content: SealedContent, key: SealingKey, outside: Envelope) -> SealedEnvelope:
    """Close ``content`` so that only the portal can read it.

    Args:
        content: statement, signature and file keys.
        key: the portal's, out of ``verified_keys`` and ``key_in_force``.
        outside: what stands on the envelope, the same as in the statement.

    Raises:
        NotSealable: the key is not one, or the content is larger than an envelope holds.
    """
    said = {"submission_id": outside.submission_id, "not_after": outside.not_after, "files": outside.files}
    opened = SealedEnvelope.model_validate({**said, "key_id": key.key_id, "sealed": ""})
    try:
        public_raw = _decoded(key.public_key)
        if key_id(public_raw) != key.key_id:
            raise NotSealable
        plain = canonical_json(content.model_dump(mode="json"))
        ciphertext = _SUITES[key.suite].encrypt(plain, _public(key.suite, public_raw), info=_info(opened))
        sealed = base64.b64encode(ciphertext).decode()
        return SealedEnvelope.model_validate({**opened.model_dump(), "sealed": sealed})
    except _UNREADABLE:  # pydantic's ValidationError is a ValueError: too large
        raise NotSealable from None


def open_envelope(envelope: SealedEnvelope, private_keys: Mapping[str, PrivateSealingKey]) -> SealedContent:
    """Open an envelope.

    Args:
        envelope: as it came.
        private_keys: the portal's, by ``key_id``.

    Raises:
        KeyError: sealed to a key that is not among them.
        EnvelopeBroken: it cannot be opened, or does not hold a ``SealedContent``.
    """
    key = private_keys[envelope.key_id]
    try:
        ciphertext = _decoded(envelope.sealed)
        return SealedContent.model_validate_json(key.open(ciphertext, _info(envelope)))
    except (ValidationError, *_UNREADABLE):
        raise EnvelopeBroken from None


def _info(envelope: SealedEnvelope) -> bytes:
    return canonical_json(envelope.model_dump(mode="json", exclude={"sealed"}))


def _public(suite: SuiteName, raw: bytes) -> X25519PublicKey | MLKEM768X25519PublicKey:
    if suite == CLASSIC:
        return X25519PublicKey.from_public_bytes(raw)
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:]),
    )


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def sign_keys(keys: Iterable[SealingKey], issued_at: datetime, signer: Ed25519PrivateKey) -> SealingKeys:
    """Return the portal's answer to ``GET /sealing-keys``."""
    unsigned = SealingKeys(issued_at=issued_at, keys=tuple(keys), signature="")
    signature = base64.b64encode(signer.sign(_signed_bytes(unsigned))).decode()
    return SealingKeys(issued_at=unsigned.issued_at, keys=unsigned.keys, signature=signature)


def verified_keys(answer: SealingKeys, pin: str) -> tuple[SealingKey, ...]:
    """Return the keys of an answer, once the pinned portal has been shown to have signed them.

    Args:
        answer: of the portal, or kept since.
        pin: the portal's Ed25519 public key, 32 bytes in base64; comes to the station with its settings.

    Raises:
        SealingKeysUntrusted: the signature is not that portal's, or a key is not the one that its id names.
    """
    try:
        signer = Ed25519PublicKey.from_public_bytes(_decoded(pin))
        signer.verify(_decoded(answer.signature), _signed_bytes(answer))
        named_right = all(key_id(_decoded(key.public_key)) == key.key_id for key in answer.keys)
    except (InvalidSignature, *_UNREADABLE):
        raise SealingKeysUntrusted from None
    if not named_right:
        raise SealingKeysUntrusted
    return answer.keys


def _signed_bytes(answer: SealingKeys) -> bytes:
    return canonical_json({**answer.model_dump(mode="json", exclude={"signature"}), "tag": _KEYS_TAG})


def key_in_force(keys: Iterable[SealingKey], moment: datetime) -> SealingKey:
    """Return the key to seal to at ``moment``: a hybrid one before a classic one, then the one that lasts longest.

    Raises:
        NotSealable: none is in force.
    """
    good = [key for key in keys if key.valid_from <= moment < key.valid_until]
    if not good:
        raise NotSealable
    return max(good, key=lambda key: (key.suite == HYBRID, key.valid_until, key.key_id))
