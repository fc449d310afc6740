"""The parts of one running portal, wired once."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.clock import Clock, utc_now
from reference_portal.config import PortalConfig
from reference_portal.database.engine import Database
from reference_portal.deferred.keys import KeyFolder
from reference_portal.pace import Pace
from reference_portal.people.passwords import Passwords
from reference_portal.storage.blobs import BlobStore
from reference_portal.trust.anchors import TrustStore


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the office's own steps need: the data and the time."""

    database: Database
    clock: Clock = utc_now


@dataclass(frozen=True, kw_only=True)
class Portal(Desk):
    """What every rule of the portal may ask for: data, time, trust, files, keys, pace, password hashing."""

    config: PortalConfig
    trust: TrustStore
    blobs: BlobStore
    passwords: Passwords
    keys: KeyFolder
    pace: Pace

    @classmethod
    def build(cls, config: PortalConfig, database: Database, clock: Clock = utc_now) -> Portal:
        """Wire a portal, and make its keys at a first start; the database must have been migrated."""
        keys = KeyFolder(config.keys)
        keys.prepare(clock())
        return cls(
            config=config,
            database=database,
            trust=TrustStore(config.trust),
            blobs=BlobStore(config.attachments),
            passwords=Passwords(config.password_cost),
            keys=keys,
            pace=Pace(config.rate, config.deferred_at_once, clock),
            clock=clock,
        )
