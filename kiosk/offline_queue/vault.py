"""``keys.db``: one wrapped key per record. Erasing the wrapped key is what erases a record.

The file is never copied by a backup. A key is wrapped by the station key alone, or by the station key and the secret
of its holder's card together.
"""

from __future__ import annotations

import json
import os

from kiosk.offline_queue.database import Database
from kiosk.offline_queue.errors import DraftNeedsCard, DraftNotFound, DraftNotYours, StoreBroken
from kiosk.offline_queue.keys import KEY_BYTES, Owner, StationKey
from kiosk.offline_queue.records import NONCE_BYTES, TAG_BYTES, RecordCipher

_STATION, _CARD = "station", "station+card"


class KeyVault:
    """Makes, opens and erases the keys of records.

    Args:
        database: the open ``keys.db``.
        station_key: this station's key.
    """

    def __init__(self, database: Database, station_key: StationKey) -> None:
        self._database = database
        self._station_key = station_key

    def make(self, owner: Owner, record: str, moment: int) -> RecordCipher:
        """Make a key for ``record`` and keep it wrapped for ``owner``; durable when it returns.

        A key that is there already belongs to a record whose making was cut short; it is replaced.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        mode = _STATION if owner.secret is None else _CARD
        key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        wrapped = nonce + AESGCM(self._wrapping(owner, mode)).encrypt(nonce, key, _place(owner, record, mode))
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO record_key (record, mode, wrapped, created) VALUES (?, ?, ?, ?)",
                (record, mode, wrapped, moment),
            )
        return RecordCipher(record, key)

    def open(self, owner: Owner, record: str) -> RecordCipher:
        """Return the cipher of ``record``.

        Raises:
            DraftNotFound: its key was erased.
            DraftNeedsCard: it was locked with a card, and ``owner`` comes without.
            DraftNotYours: the key does not open for ``owner``.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        mode, wrapped = self._row(record)
        if mode == _CARD and owner.secret is None:
            raise DraftNeedsCard(draft=record)
        wrapping = AESGCM(self._wrapping(owner, mode))
        try:
            key = wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _place(owner, record, mode))
        except InvalidTag as error:
            raise DraftNotYours(draft=record) from error
        return RecordCipher(record, key)

    def erase(self, records: list[str]) -> None:
        """Erase the keys of ``records`` for good."""
        if not records:
            return
        with self._database.writing() as connection:
            for record in records:
                connection.execute("DELETE FROM record_key WHERE record = ?", (record,))
        self._database.forget_old_pages()

    def older_than(self, moment: int) -> list[str]:
        """Return the records whose keys were made before ``moment`` (milliseconds)."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT record FROM record_key WHERE created < ?", (moment,)).fetchall()
        return [str(row[0]) for row in rows]

    def bury(self, items: list[str], moment: int) -> None:
        """Remember that these items of the outbox were taken back, whatever a backup says."""
        if not items:
            return
        with self._database.writing() as connection:
            for item in items:
                connection.execute("INSERT OR REPLACE INTO cancelled VALUES (?, ?)", (item, moment))

    def buried(self) -> list[str]:
        """Return the items that were taken back."""
        with self._database.reading() as connection:
            return [str(row[0]) for row in connection.execute("SELECT item FROM cancelled").fetchall()]

    def forget_buried(self, moment: int) -> None:
        """Forget what was taken back before ``moment`` (milliseconds), when no backup of then is left."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM cancelled WHERE at < ?", (moment,))

    def _row(self, record: str) -> tuple[str, bytes]:
        with self._database.reading() as connection:
            row = connection.execute("SELECT mode, wrapped FROM record_key WHERE record = ?", (record,)).fetchone()
        if row is None:
            raise DraftNotFound(draft=record)
        mode, wrapped = str(row[0]), bytes(row[1])
        if mode not in (_STATION, _CARD) or len(wrapped) != NONCE_BYTES + KEY_BYTES + TAG_BYTES:
            raise StoreBroken(record=record)
        return mode, wrapped

    def _wrapping(self, owner: Owner, mode: str) -> bytes:
        card = owner.secret if mode == _CARD and owner.secret is not None else b""
        return self._station_key.derive(f"zairyu/store/wrap/{mode}/v1", more=card, salt=owner.lookup)


def _place(owner: Owner, record: str, mode: str) -> bytes:
    return json.dumps(["record-key", record, owner.lookup.hex(), mode]).encode()
