"""The little of DER that is needed before a certificate is read whole: how long it says it is."""

from __future__ import annotations

_SEQUENCE = 0x30
MAX_HEADER = 4
"""Tag and length of anything up to 65,535 bytes."""


class DerError(ValueError):
    """The bytes do not begin with a DER SEQUENCE of a length that can be."""


def is_blank(head: bytes) -> bool:
    """Say whether ``head`` is an empty file: no bytes, or filler alone (00 or FF)."""
    return not head or all(byte == 0x00 for byte in head) or all(byte == 0xFF for byte in head)


def total_length(head: bytes, limit: int) -> int:
    """Return the length in bytes of the SEQUENCE that begins at ``head``, header included.

    Args:
        head: at least the first four bytes.
        limit: the longest that is believed.

    Raises:
        DerError: another tag, an indefinite, non-minimal or impossible length, or more than ``limit``.
    """
    if len(head) < MAX_HEADER or head[0] != _SEQUENCE:
        raise DerError("no SEQUENCE")
    first = head[1]
    if first < 0x80:
        total = 2 + first
    elif first == 0x81 and head[2] >= 0x80:
        total = 3 + head[2]
    elif first == 0x82 and head[2] > 0:
        total = 4 + int.from_bytes(head[2:4], "big")
    else:
        raise DerError("impossible length")
    if total > limit:
        raise DerError("too long")
    return total
