"""Commands and bytes on the card, and our own time beside the time the link needs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sizes import Sizes
from kiosk.card.jpki import JpkiSession
from kiosk.card.profile import KeyUse
from kiosk.card.transport import CountingConnection
from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.holder import demo_holder
from kiosk.card.virtual.reader import VirtualReaders
from kiosk.card.virtual.store import CardContent, save_card

LINKS = {"106 kbit/s": 106_000, "424 kbit/s": 424_000}
COMMAND_SECONDS = 0.006
"""Per command, reader and card together: the fact sheet's middle of 5 to 15 ms."""


def measure(_sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of the card, which has one size."""
    now = datetime.now(UTC)
    card = TestAuthority.create(now).issue(demo_holder(), now)
    with tempfile.TemporaryDirectory() as folder:
        for extended in (True, False):
            yield from _economy(card.with_quirks(extended_length=extended), Path(folder), extended=extended)
        for name, rate in LINKS.items():
            slow = card.with_quirks(bits_per_second=rate, command_seconds=COMMAND_SECONDS)
            yield _time(slow, Path(folder), name)


def _economy(card: CardContent, folder: Path, *, extended: bool) -> Iterator[Figure]:
    words = "extended length" if extended else "short"
    targets = {
        "read authentication certificate": (_read_authentication, 2 if extended else 7),
        "sign with the authentication key": (_sign_authentication, 3),
        "read signing certificate and sign": (_read_and_sign, 4 if extended else 10),
    }
    for name, (task, most) in targets.items():
        counting = _run(card, folder, task)[0]
        yield Figure(f"card: {name}, {words}", counting.commands, "commands", target=f"<= {most}")
        yield Figure(f"card: {name}, {words}", counting.sent + counting.received, "bytes")


def _time(card: CardContent, folder: Path, name: str) -> Figure:
    connection, seconds = _run(card, folder, _whole_registration)
    apdu = connection.seconds
    return Figure(f"card: all of a registration at {name}", seconds * 1000, "ms", apdu * 1000, "<= 1.05 x + 50 ms")


class TimedConnection(CountingConnection):
    """Counts, and adds up the time spent in the reader, the link and the card."""

    seconds = 0.0

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Pass one command through and time it."""
        start = time.perf_counter()
        try:
            return super().transmit(command)
        finally:
            self.seconds += time.perf_counter() - start


def _run(card: CardContent, folder: Path, task: Callable[[JpkiSession], object]) -> tuple[TimedConnection, float]:
    file = folder / "card.json"
    save_card(card, file)
    connection = TimedConnection(VirtualReaders(file).connect(None))
    try:
        start = time.perf_counter()
        # Whether the card takes extended length is known from an earlier session with such a card.
        task(JpkiSession.start(connection, card.quirks.extended_length))
        return connection, time.perf_counter() - start
    finally:
        connection.close()


def _read_authentication(session: JpkiSession) -> object:
    return session.read_certificate(KeyUse.AUTHENTICATION)


def _sign_authentication(session: JpkiSession) -> object:
    session.verify(KeyUse.AUTHENTICATION, bytearray(demo_holder().authentication_secret.encode()))
    return session.sign(KeyUse.AUTHENTICATION, b"benchmark")


def _read_and_sign(session: JpkiSession) -> object:
    session.verify(KeyUse.SIGNING, bytearray(demo_holder().signing_secret.encode()))
    session.read_certificate(KeyUse.SIGNING)
    return session.sign(KeyUse.SIGNING, b"benchmark")


def _whole_registration(session: JpkiSession) -> object:
    _read_authentication(session)
    _sign_authentication(session)
    return _read_and_sign(session)
