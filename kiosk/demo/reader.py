"""The virtual reader of this machine's smart-card service, and whether the demo may put its card there.

The demo uses a service that runs; it starts none. Where any reader holds a card already (another demo, a test, a real
card) it keeps away: with two cards the kiosk would have to ask which one is meant.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from contextlib import ExitStack
from enum import Enum
from pathlib import Path

from kiosk.demo.parts import Part
from kiosk.errors import CardError

VPCD = ("127.0.0.1", 35963)
"""Where the service's virtual reader waits for a card."""

CLAIM = ("127.0.0.1", 35972)
"""A port held by the demo whose card lies on that reader, so that of two that start at once only one puts its card."""

_NAME = "Virtual PCD"
_SEEN_SECONDS = 10.0
_POLL_SECONDS = 0.05


class Reader(Enum):
    """Where the card is: on the reader; in process, since there is no reader, or since it is taken, or on request."""

    USED = "used"
    MISSING = "missing"
    TAKEN = "taken"
    UNWANTED = "unwanted"


def put_card(card_file: Path, folder: Path, stack: ExitStack) -> Reader:
    """Put the card on the virtual reader, if there is one and it is free, and return how it went.

    Args:
        card_file: the card.
        folder: where the log goes.
        stack: takes the card away again.
    """
    state = _state()
    if state is not Reader.USED:
        return state
    claim = claimed()
    if claim is None:
        return Reader.TAKEN
    own = stack.enter_context(ExitStack())
    own.callback(claim.close)
    host, port = VPCD
    card = Part("card", "kiosk.card.virtual", ("--card", str(card_file), "--vpcd", f"{host}:{port}"), folder, own)
    if _seen(card):
        return Reader.USED
    own.close()
    return Reader.MISSING


def _state() -> Reader:
    """Return how the readers stand; ``USED`` means that the virtual one may be used."""
    present = _presence()
    if any(present.values()):
        return Reader.TAKEN
    return Reader.USED if any(name.startswith(_NAME) for name in present) else Reader.MISSING


def _presence() -> dict[str, bool]:
    from kiosk.card.pcsc import PcscReaders

    try:
        return {item.name: item.card_present for item in PcscReaders().list()}
    except CardError:
        return {}


def claimed() -> socket.socket | None:
    """Return a hold on the virtual reader, given back by closing it; None where another demo has it."""
    claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        claim.bind(CLAIM)
    except OSError:
        claim.close()
        return None
    return claim


def _seen(card: Part) -> bool:
    pause = threading.Event()
    limit = time.monotonic() + _SEEN_SECONDS
    with contextlib.suppress(CardError):
        while card.running and time.monotonic() < limit:
            if any(_presence().values()):
                return True
            pause.wait(_POLL_SECONDS)
    return False
