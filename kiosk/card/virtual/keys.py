"""The signature command of a virtual card, as real cards were seen to take it (P1 00, 02, 03)."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key

_MAX_PADDED = 245
_MAX_MESSAGE = 255
_AS_GIVEN = 0x00
_SHA256_GIVEN = 0x02
_SHA256_BYTES = 32
_SHA384_BYTES = 48


def sign(private_key: bytes, p1: int, data: bytes) -> bytes:
    """Return the card's signature; no bytes where the card would refuse the length.

    Args:
        private_key: PKCS#8, DER.
        p1: 00 pad exactly what is given (RSA) or sign this digest (EC); 02 given a SHA-256 digest; 03 given a message.
        data: body of the command.
    """
    key = load_der_private_key(private_key, None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _sign_ec(key, p1, data)
    if isinstance(key, rsa.RSAPrivateKey):
        return _sign_rsa(key, p1, data)
    raise TypeError("a kind of key that cards do not have")


def _sign_ec(key: ec.EllipticCurvePrivateKey, p1: int, data: bytes) -> bytes:
    if p1 != _AS_GIVEN or len(data) != _SHA384_BYTES:
        return b""
    size = (key.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(Prehashed(hashes.SHA384()))))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _sign_rsa(key: rsa.RSAPrivateKey, p1: int, data: bytes) -> bytes:
    if p1 == _AS_GIVEN:
        if not 1 <= len(data) <= _MAX_PADDED:
            return b""
        return key.sign(data, padding.PKCS1v15(), NoDigestInfo())
    if p1 == _SHA256_GIVEN:
        digest = data if len(data) == _SHA256_BYTES else b""
    else:
        digest = hashlib.sha256(data).digest() if 1 <= len(data) <= _MAX_MESSAGE else b""
    return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256())) if digest else b""
