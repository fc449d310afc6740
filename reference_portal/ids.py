"""Ids, secret tokens and authentication IDs."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime

AUTHENTICATION_ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
"""No 0/O, 1/I/L, U/V: an ID is read and typed. The real system's format is not published; this one is ours."""

AUTHENTICATION_ID_LENGTH = 10


def uuid7(moment: datetime) -> str:
    """Return a UUIDv7 (RFC 9562) for ``moment``."""
    value = int(moment.timestamp() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def secret_token() -> str:
    """Return 32 random bytes as URL-safe text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored instead of a secret token. The token has full entropy, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_authentication_id() -> str:
    """Return a random authentication ID (about 48 bits)."""
    return "".join(secrets.choice(AUTHENTICATION_ID_ALPHABET) for _ in range(AUTHENTICATION_ID_LENGTH))


def folded_authentication_id(text: str) -> str:
    """Return ``text`` as an authentication ID is stored: half width, capitals, without blanks and hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if character not in " -\t‐－")
