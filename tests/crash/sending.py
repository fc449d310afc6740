"""What the sender's children do: deliver over real HTTP what waits in a store."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.clock import utc_now
from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.deferred import DeferredClient
from kiosk.sending.forwarder import Forwarder
from kiosk.settings import PortalSettings, StoreSettings


def deliver(say: Callable[[Any], None], folder: str, origin: str, hours: float = 0.0) -> None:
    """Send all that is due, as a sender does that has just started; ``hours`` sets the clock forward."""

    def clock() -> Any:
        return utc_now() + timedelta(hours=hours)

    settings = PortalSettings(origin=origin, timeout_seconds=5.0)
    with (
        DraftStore.open(Path(folder), StoreSettings(key_source="file"), clock) as store,
        DeferredClient(settings, pause=lambda _: None) as client,
    ):
        store.dispatch.break_leases()
        forwarder = Forwarder(store.dispatch, client, "station-1", clock, "deliver", random.Random())
        while forwarder.forward():
            say([[item.id, item.state, item.number] for item in store.outbox.list()])
