"""How one portal is set up: given on the command line, by a test or by the demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

LINK_LIFE = timedelta(hours=24)
"""How long the page a mail leads to can be used."""


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """Parameters of argon2id. The default is the second recommendation of RFC 9106 (64 MiB)."""

    memory_kib: int = 65536
    time: int = 3
    lanes: int = 4

    @classmethod
    def fast(cls) -> PasswordCost:
        """Return parameters for tests, where nothing has to withstand a thief."""
        return cls(memory_kib=8, time=1, lanes=1)


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """How many failures lock, and for how long: ``first``, doubled at each further lock, up to ``longest``."""

    identity_failures: int = 5
    device_failures: int = 20
    """A public kiosk serves many people: one person's slips must not shut it for the next."""
    first: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=24)
    forget_after: timedelta = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class PortalConfig:
    """Everything a portal has to be told.

    ``networks`` are the address ranges a request may come from; ``trusted_proxies`` those whose
    ``X-Forwarded-For`` is believed; ``keys`` is the folder of the portal's own keys.
    """

    origin: str
    trust: Path
    attachments: Path
    keys: Path
    smtp: tuple[str, int] = ("127.0.0.1", 25)
    system: Literal["ras", "rasens"] = "rasens"
    networks: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    lockout: LockoutRule = field(default_factory=LockoutRule)
    challenge_life: timedelta = timedelta(minutes=5)
    session_life: timedelta = timedelta(minutes=30)
    link_life: timedelta = LINK_LIFE
    reset_interval: timedelta = timedelta(minutes=5)
    upload_life: timedelta = timedelta(hours=24)
    rate: int = 50
    """Requests a second from one peer or device, where the portal hands out a pace."""
    deferred_bytes: int = 20_000_000_000
    """Room for encrypted files whose envelope has not come; who finds it full comes again later."""
    deferred_peer_bytes: int = 2_000_000_000
    """The same for the files of one address: nobody can take all of it."""
    deferred_at_once: int = 4
    """How many sealed submissions are opened and checked at the same time."""
    clock_skew: timedelta = timedelta(minutes=5)
    """How far ahead of the portal's a station's clock may be."""
    idempotency_life: timedelta = timedelta(days=90)
    idempotency_lease: timedelta = timedelta(seconds=60)
