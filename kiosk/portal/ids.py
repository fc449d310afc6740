"""Names that no two machines give twice."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> str:
    """Return a new UUID version 7 (RFC 9562): milliseconds since 1970, then 74 random bits."""
    value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80
    value |= secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
