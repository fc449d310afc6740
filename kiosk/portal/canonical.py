"""The exact bytes that are signed, for both sides of the contract.

Statements are RFC 8785 canonical JSON over NFC-normalised text. A log-in token signs a digest of digests, so that no
field can slide into its neighbour; origin, nonce and device are not in the token, so the verifier must rebuild them
from what it knows itself (the idea of the Web eID token).

One rule for every key: the *message* that is signed is the 32-byte ``token_digest``. So RS256 is PKCS#1 v1.5 over
SHA-256(token_digest), ES256 is ECDSA over SHA-256(token_digest) and ES384 is ECDSA over SHA-384(token_digest). With
``cryptography`` the verifier passes the digest as plain data, never as ``Prehashed``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any, cast

import rfc8785

LOGIN_TAG = "zairyu/login/v1"
REGISTRATION_TAG = "zairyu/registration/v1"

_MAX_INTEGER = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """Return ``value`` as RFC 8785 JSON, every text NFC-normalised.

    Args:
        value: dicts with text keys, lists, text, booleans, None and whole numbers within ±(2**53 - 1).

    Raises:
        ValueError: a float, a number out of range, an unpaired surrogate, or another type.
    """
    return rfc8785.dumps(_normalised(value))


def _normalised(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) > _MAX_INTEGER:
                raise ValueError("a whole number is too large for JSON")
            return value
        case str():
            return _text(value)
        case list() | tuple():
            return [_normalised(item) for item in cast("list[Any]", value)]
        case dict():
            return _object(cast("dict[Any, Any]", value))
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        # The text itself may be personal, so it does not travel with the error.
        raise ValueError("text with an unpaired surrogate") from None
    return unicodedata.normalize("NFC", value)


def _object(value: dict[Any, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, item in value.items():
        if not isinstance(name, str):
            raise ValueError("a name that is not text")
        name = _text(name)
        if name in result:
            raise ValueError("two names that are the same after normalisation")
        result[name] = _normalised(item)
    return result


def token_digest(tag: str, origin: str, nonce: str, device_id: str) -> bytes:
    """Return the 32 bytes that are the message the authentication key signs (hashed once more by the signature).

    ``H(H(tag) ‖ H(origin) ‖ H(nonce) ‖ H(device_id))``; the nonce is hashed as its base64 text.

    Args:
        tag: the purpose (``LOGIN_TAG``, ``REGISTRATION_TAG``), which keeps one signature from serving as another.
        origin: scheme, host and port of the portal, without a path.
        nonce: the portal's challenge, base64 text as received.
        device_id: this station's id.
    """
    parts = (tag, origin, nonce, device_id)
    return hashlib.sha256(b"".join(hashlib.sha256(part.encode()).digest() for part in parts)).digest()
