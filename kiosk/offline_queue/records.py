"""One record's encryption: AES-256-GCM under a key of the record's own.

The associated data names record, kind, place, revision and schema, so that no sealed value can take the place of
another. A value's name (a question's id) is inside; outside stands only a keyed hash of it.
"""

from __future__ import annotations

import hmac
import json
import os
from typing import Any

from kiosk.offline_queue.errors import AnswerUnstorable, StoreBroken
from kiosk.offline_queue.keys import hkdf

SCHEMA = 1
NONCE_BYTES = 12
TAG_BYTES = 16


class RecordCipher:
    """Seals and opens the pieces of one record.

    Args:
        record: the record's id.
        key: its 32 bytes.
    """

    def __init__(self, record: str, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._record = record
        self._key = key
        self._slot_key = hkdf(key, "zairyu/store/slot/v1")
        self._aead = AESGCM(hkdf(key, "zairyu/store/piece/v1"))

    def slot(self, kind: str, name: str) -> bytes:
        """Return the 16 bytes under which the value called ``name`` is kept."""
        return hmac.digest(self._slot_key, f"{kind}\0{name}".encode("utf-8", "surrogatepass"), "sha256")[:16]

    def seal(self, kind: str, slot: bytes, revision: int, plain: bytes) -> bytes:
        """Return ``plain`` sealed for exactly this place and revision."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, self._place(kind, slot, revision))

    def open(self, kind: str, slot: bytes, revision: int, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            StoreBroken: it was not sealed for this place, or was changed.
        """
        from cryptography.exceptions import InvalidTag

        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise StoreBroken(record=self._record)
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(kind, slot, revision))
        except InvalidTag as error:
            raise StoreBroken(record=self._record) from error

    def file_key(self, file_id: str) -> bytes:
        """Return the key of the one file ``file_id``."""
        return hkdf(self._key, "zairyu/store/file/v1", salt=file_id.encode())

    def _place(self, kind: str, slot: bytes, revision: int) -> bytes:
        return json.dumps([SCHEMA, self._record, kind, slot.hex(), revision]).encode()

    def __repr__(self) -> str:
        return f"<RecordCipher {self._record}>"


def to_bytes(value: Any) -> bytes:
    """Return ``value`` as JSON that gives exactly ``value`` back.

    Raises:
        AnswerUnstorable: JSON would change or refuse it (tuples, other key types, NaN, half a surrogate pair).
    """
    try:
        encoded = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        if json.loads(encoded) != value:
            raise AnswerUnstorable()
    except (TypeError, ValueError, RecursionError):
        # The reason may quote the value, so it does not travel.
        raise AnswerUnstorable() from None
    return encoded


def from_bytes(encoded: bytes) -> Any:
    """Return the value of ``to_bytes``."""
    return json.loads(encoded)
