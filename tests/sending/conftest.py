from __future__ import annotations

from tests.offline_queue.conftest import clock, folder, owner, store
from tests.portal.conftest import office, photo

__all__ = ["clock", "folder", "office", "owner", "photo", "store"]
