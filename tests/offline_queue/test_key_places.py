from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest
from keyring.errors import KeyringLocked

from kiosk.offline_queue import key_places
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import NoKeyStore, StoreKeyMissing, StoreKeyWrong
from kiosk.offline_queue.keys import UNLOCK_MESSAGE, StationKey, hkdf, owner_for
from kiosk.settings import StoreSettings
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, TANIN_KEY, SettableClock, draft_id


class MemoryKeyStore:
    """A system key store that forgets at the end."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked()
        self.kept[(service, username)] = password


@pytest.fixture
def key_store(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyStore:
    made = MemoryKeyStore()
    monkeypatch.setattr(key_places, "system_key_store", lambda: made)
    return made


@pytest.fixture
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_places, "system_key_store", lambda: None)


def _open(folder: Path, source: str) -> DraftStore:
    return DraftStore.open(folder, StoreSettings(key_source=source), SettableClock())


def _make_draft(folder: Path, source: str) -> None:
    with _open(folder, source) as store:
        store.create(store.owner(MIHON_KEY), {}, {}, draft_id(1))


def _has_draft(folder: Path, source: str) -> bool:
    with _open(folder, source) as store:
        return [item.id for item in store.list(store.owner(MIHON_KEY))] == [draft_id(1)]


@pytest.mark.parametrize("source", ["auto", "keyring"])
def test_the_systems_key_store_is_preferred(folder: Path, key_store: MemoryKeyStore, source: str):
    _make_draft(folder, source)
    assert _has_draft(folder, source)
    assert len(key_store.kept) == 1
    assert not (folder / "station.key").exists()
    with _open(folder, source) as store:
        assert not store.weak_key_place


@pytest.mark.usefixtures("no_key_store")
def test_a_headless_linux_takes_a_private_file_and_says_so(folder: Path):
    _make_draft(folder, "auto")
    assert (folder / "station.key").stat().st_mode & 0o777 == 0o600
    with _open(folder, "auto") as store:
        assert store.weak_key_place


@pytest.mark.usefixtures("no_key_store")
def test_a_key_store_that_is_asked_for_and_missing_is_an_error(folder: Path):
    with pytest.raises(NoKeyStore):
        _open(folder, "keyring")


def test_auto_stays_where_the_key_is(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(key_places, "system_key_store", lambda: None)
    _make_draft(folder, "auto")
    monkeypatch.setattr(key_places, "system_key_store", MemoryKeyStore)
    assert _has_draft(folder, "auto")
    with pytest.raises(StoreKeyMissing):
        _open(folder, "keyring")


def test_a_lost_wrong_or_locked_entry_is_named(folder: Path, key_store: MemoryKeyStore):
    _make_draft(folder, "auto")
    (entry,) = key_store.kept
    kept = key_store.kept[entry]
    key_store.locked = True
    with pytest.raises(NoKeyStore):
        _open(folder, "auto")
    key_store.locked = False
    key_store.kept[entry] = "not base64!"
    with pytest.raises(StoreKeyWrong):
        _open(folder, "auto")
    key_store.kept.clear()
    with pytest.raises(StoreKeyMissing):
        _open(folder, "auto")
    key_store.kept[entry] = kept
    assert _has_draft(folder, "auto")


def test_only_the_systems_own_back_ends_are_trusted(monkeypatch: pytest.MonkeyPatch):
    plain = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file", "priority": 9})
    windows = type("WinVaultKeyring", (), {"__module__": "keyring.backends.Windows", "priority": 5})
    found: list[object] = [plain()]
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: found)
    assert key_places.system_key_store() is None
    found.append(windows())
    chosen = key_places.system_key_store()
    assert type(chosen) is windows
    # "enterprise", the default, would let the key roam in a domain
    assert SimpleNamespace(**vars(chosen)).persist == "local machine"


def test_an_unknown_source_is_a_mistake_in_the_settings(folder: Path):
    with pytest.raises(ValueError):
        _open(folder, "cloud")


def test_hkdf_is_that_of_rfc_5869():
    # Test case 3: no salt, no info; the first 32 bytes of its 42.
    assert hkdf(b"\x0b" * 22, "").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_a_station_key_shows_nothing_and_does_not_travel():
    key = StationKey(bytearray(b"\x41" * 32), weak_place=False)
    assert "AAAA" not in repr(key) + str(key) + key.check_value()
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(ValueError):
        StationKey(bytearray(31), weak_place=False)


def test_a_wiped_key_is_zeros():
    secret = bytearray(b"\x41" * 32)
    StationKey(secret, weak_place=False).wipe()
    assert secret == bytearray(32)


def test_owners_differ_by_holder_station_and_signature():
    one, two = (StationKey(bytearray([n] * 32), weak_place=False) for n in (1, 2))
    owners = {
        owner_for(one, MIHON_KEY, None),
        owner_for(one, TANIN_KEY, None),
        owner_for(two, MIHON_KEY, None),
        owner_for(one, MIHON_KEY, MIHON_SIGNATURE),
        owner_for(one, MIHON_KEY, b"\x18" * 256),
    }
    assert len(owners) == 5
    assert owner_for(one, MIHON_KEY, MIHON_SIGNATURE) == owner_for(one, MIHON_KEY, bytearray(MIHON_SIGNATURE))


@pytest.mark.parametrize(
    ("public_key", "signature"), [(b"", MIHON_SIGNATURE), (MIHON_KEY, b""), (MIHON_KEY, b"x" * 63)]
)
def test_what_can_not_be_a_card_is_refused(public_key: bytes, signature: bytes):
    with pytest.raises(ValueError):
        owner_for(StationKey(bytearray(32), weak_place=False), public_key, signature)


def test_the_unlock_message_can_not_be_a_login_token():
    # A log-in token's message is a digest of 32 bytes.
    assert len(UNLOCK_MESSAGE) > 32
