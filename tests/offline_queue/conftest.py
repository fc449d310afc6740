from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, SettableClock, open_store


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path, clock: SettableClock) -> Iterator[DraftStore]:
    with open_store(folder, clock) as opened:
        yield opened


@pytest.fixture
def owner(store: DraftStore) -> Owner:
    return store.owner(MIHON_KEY, MIHON_SIGNATURE)
