"""Where the station key lies: the system's key store (DPAPI on Windows, Secret Service, Keychain) or a 0600 file."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import uuid4

from kiosk.offline_queue.durable import read_private, write_private
from kiosk.offline_queue.errors import (
    NoKeyStore,
    StoreBroken,
    StoreKeyMissing,
    StoreKeyWrong,
    from_os_error,
)
from kiosk.offline_queue.keys import KEY_BYTES, StationKey

SERVICE = "residence-filing-kiosk"
IDENTITY_FILE = "store.json"
KEY_FILE = "station.key"

# Third-party back ends (plain files, "null") would keep the key where nobody expects it.
_TRUSTED = ("keyring.backends.Windows", "keyring.backends.SecretService", "keyring.backends.macOS")
_WINDOWS = "keyring.backends.Windows"


class KeyStore(Protocol):
    """The part of a ``keyring`` back end that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept under the name, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it under the name."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """What ``store.json`` says: which store this is and which key it takes. Nothing in it is secret.

    Attributes:
        store: a random name; the key's name in the system's key store.
        place: ``keyring`` or ``file``.
        check: the key's check value.
        ready: both databases have been made; from then on a missing file is a loss, not a first start.
    """

    store: str
    place: str
    check: str
    ready: bool

    def save(self, folder: Path) -> None:
        """Write ``store.json`` durably."""
        write_private(folder / IDENTITY_FILE, json.dumps(asdict(self)).encode())


def system_key_store() -> KeyStore | None:
    """Return the system's key store, or None where there is none to be trusted (a headless Linux)."""
    from keyring import backend

    found = [item for item in backend.get_all_keyring() if type(item).__module__.startswith(_TRUSTED)]
    if not found:
        return None
    chosen = max(found, key=lambda item: float(type(item).priority))
    if type(chosen).__module__ == _WINDOWS:
        # The default, "enterprise", lets the key roam to other machines of a domain.
        cast("Any", chosen).persist = "local machine"
    return cast("KeyStore", chosen)


def read_identity(folder: Path) -> Identity | None:
    """Return what ``store.json`` in ``folder`` says, or None before the first start.

    Raises:
        StoreBroken: it is not readable as what it should be.
    """
    try:
        values = json.loads((folder / IDENTITY_FILE).read_bytes())
        return Identity(str(values["store"]), str(values["place"]), str(values["check"]), values["ready"] is True)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise from_os_error(error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreBroken(file=IDENTITY_FILE) from error


def station_key(folder: Path, source: str) -> tuple[StationKey, Identity]:
    """Return the key of the store in ``folder``; at the first start make one. Call under the folder's lock.

    Args:
        folder: the store's folder.
        source: ``auto``, ``keyring`` or ``file``. A store that exists keeps the place it was made with, so that
            ``auto`` does not look for an old key in a new place.

    Raises:
        StoreKeyMissing: the store is there, its key is not.
        StoreKeyWrong: the key is not the one the store was made with.
        NoKeyStore: ``keyring`` is asked for and there is none.
        KeyFileExposed: others can read the key file.
        ValueError: an unknown source.
    """
    if source not in ("auto", "keyring", "file"):
        raise ValueError("the key source is auto, keyring or file")
    known = read_identity(folder)
    if known is None or not known.ready:
        return _new_key(folder, source)
    if source not in ("auto", known.place):
        raise StoreKeyMissing(place=source)
    secret = _from_file(folder) if known.place == "file" else _from_key_store(_required(system_key_store()), known)
    key = StationKey(secret, weak_place=known.place == "file")
    if key.check_value() != known.check:
        raise StoreKeyWrong(place=known.place)
    return key, known


def _new_key(folder: Path, source: str) -> tuple[StationKey, Identity]:
    key_store = None if source == "file" else system_key_store()
    if source == "keyring":
        key_store = _required(key_store)
    secret = bytearray(secrets.token_bytes(KEY_BYTES))
    store = uuid4().hex
    if key_store is None:
        write_private(folder / KEY_FILE, base64.b64encode(secret))
    else:
        _keep(key_store, store, secret)
    key = StationKey(secret, weak_place=key_store is None)
    identity = Identity(store, "file" if key_store is None else "keyring", key.check_value(), ready=False)
    identity.save(folder)
    return key, identity


def _required(key_store: KeyStore | None) -> KeyStore:
    if key_store is None:
        raise NoKeyStore()
    return key_store


def _keep(key_store: KeyStore, store: str, secret: bytearray) -> None:
    from keyring.errors import KeyringError

    try:
        key_store.set_password(SERVICE, store, base64.b64encode(secret).decode("ascii"))
    except KeyringError as error:
        raise NoKeyStore() from error


def _from_key_store(key_store: KeyStore, identity: Identity) -> bytearray:
    from keyring.errors import KeyringError

    try:
        text = key_store.get_password(SERVICE, identity.store)
    except KeyringError as error:
        raise NoKeyStore() from error
    if text is None:
        raise StoreKeyMissing(place="keyring")
    return _decoded(text.encode(), "keyring")


def _from_file(folder: Path) -> bytearray:
    try:
        return _decoded(read_private(folder / KEY_FILE, 4 * KEY_BYTES), "file")
    except FileNotFoundError as error:
        raise StoreKeyMissing(place="file") from error


def _decoded(text: bytes, place: str) -> bytearray:
    try:
        secret = bytearray(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise StoreKeyWrong(place=place) from error
    if len(secret) != KEY_BYTES:
        raise StoreKeyWrong(place=place)
    return secret
