"""What the sender does beside sending, and what it does when that cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.errors import StoreError
from kiosk.offline_queue.backup import backups
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import DiskFull, StoreBroken
from kiosk.offline_queue.outbox import Outbox
from kiosk.portal.deferred import DeferredClient
from kiosk.sending.housekeeping import Housekeeping
from kiosk.services import Services
from kiosk.settings import PortalSettings, QueueSettings, Settings, StoreSettings
from tests.offline_queue.support import MIHON_KEY, draft_id

NOBODY = PortalSettings(origin="http://127.0.0.1:9", timeout_seconds=1.0)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(
        log_file=str(tmp_path / "kiosk.log"),
        portal=NOBODY,
        store=StoreSettings(folder=str(tmp_path / "store"), key_source="file"),
    )
    logs.configure(made)
    yield made
    logs.configure(Settings())


def keep(settings: Settings) -> DraftStore:
    """Do what is due at a sender's start."""
    services = Services(settings)
    with DeferredClient(settings.portal) as client:
        Housekeeping(services, services.store, client).keep()
    return services.store


def said(settings: Settings) -> str:
    return Path(settings.log_file).read_text()


def test_a_place_for_backups_that_is_gone_keeps_nothing_from_being_sent(settings: Settings, tmp_path: Path):
    (tmp_path / "disk").write_text("no folder")
    gone = replace(settings, queue=QueueSettings(backup_folder=str(tmp_path / "disk" / "backups")))
    keep(gone).close()
    assert '"event":"queue.not_backed_up","error":"S13"' in said(settings)


def test_a_full_disk_at_the_clean_up_is_no_end(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def full(_: Outbox) -> tuple[str, ...]:
        raise DiskFull

    monkeypatch.setattr(Outbox, "purge", full)
    keep(settings).close()
    assert '"event":"queue.not_purged","error":"S07"' in said(settings)
    assert len(backups(Path(settings.store.folder) / "backups")) == 1


def test_a_damaged_store_is_said_to_whoever_mends_it(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def broken(_: Outbox) -> Path:
        raise StoreBroken

    monkeypatch.setattr(Outbox, "back_up", broken)
    with pytest.raises(StoreError):
        keep(settings)


def test_what_is_erased_is_in_the_log_by_its_id(settings: Settings):
    with DraftStore.open(Path(settings.store.folder), settings.store, Services(settings).clock) as store:
        store.create(store.owner(MIHON_KEY), {}, {"a": "架空見本"}, draft_id(1))
    keep(replace(settings, store=replace(settings.store, drafts_idle_days=-1))).close()
    assert f'"event":"draft.erased","submission":"{draft_id(1)}"' in said(settings)


def test_names_that_only_look_like_backups_are_none_and_foreign_files_stay(settings: Settings):
    folder = Path(settings.store.folder) / "backups"
    folder.mkdir(parents=True)
    for name in ("queue-99999999T999999999999Z.db", "somebody.tmp"):
        (folder / name).write_text("x")
    keep(settings).close()
    assert len(backups(folder)) == 1
    assert (folder / "somebody.tmp").exists()
