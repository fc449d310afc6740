"""Identifiers that sort by time: UUID version 7 (RFC 9562)."""

from __future__ import annotations

import secrets
import time
import uuid

_RANDOM_BITS = 74


def uuid7(unix_ms: int | None = None) -> str:
    """Return a new UUIDv7 as text: 48 bits of Unix time in milliseconds, then random bits.

    Args:
        unix_ms: the moment; now when None. Two ids of one millisecond have no order between them.

    Raises:
        ValueError: the moment does not fit into 48 bits.
    """
    moment = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    if not 0 <= moment < 1 << 48:
        raise ValueError("a moment that does not fit into 48 bits")
    random = secrets.randbits(_RANDOM_BITS)
    value = (moment << 80) | (0x7 << 76) | ((random >> 62) << 64) | (0b10 << 62) | (random & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))
