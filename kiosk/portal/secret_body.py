"""A JSON body with one secret in it, which is handed on without a copy and can be wiped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

_AS_IS = tuple(bytes((value,)) for value in range(256))
_ESCAPED = {value: f"\\u{value:04x}".encode("ascii") for value in (*range(0x20), 0x22, 0x5C)}


class SecretBody:
    """A JSON object whose last member is a secret.

    What the network libraries copy for the socket is beyond reach; nothing here outlives ``wipe``.

    Args:
        members: the other members, as JSON text of an object with at least one member.
        name: the name of the secret member, plain ASCII.
        secret: UTF-8 text; it is not changed.
    """

    def __init__(self, members: str, name: str, secret: bytearray) -> None:
        head = members.rstrip().removesuffix("}").encode("utf-8") + f',"{name}":"'.encode("ascii")
        size = sum(len(_ESCAPED.get(byte, _AS_IS[byte])) for byte in secret)
        # Sized at once: a bytearray that grows leaves its old contents behind in freed memory.
        self._buffer = bytearray(len(head) + size + 2)
        self._buffer[: len(head)] = head
        self._buffer[-2:] = b'"}'
        place = len(head)
        for byte in secret:
            shown = _ESCAPED.get(byte, _AS_IS[byte])
            self._buffer[place : place + len(shown)] = shown
            place += len(shown)

    def __len__(self) -> int:
        return len(self._buffer)

    def __iter__(self) -> Iterator[bytes]:
        # A bytearray serves as bytes here and, unlike them, can be wiped.
        yield cast("bytes", self._buffer)

    def __repr__(self) -> str:
        return "<SecretBody>"

    def wipe(self) -> None:
        """Overwrite the body."""
        self._buffer[:] = bytes(len(self._buffer))
