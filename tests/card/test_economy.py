"""How few commands are sent: the figures that the project promises, on a certificate of 1.3 kB."""

from __future__ import annotations

import pytest

from kiosk.card.jpki import JpkiSession, KeyUse
from kiosk.card.transport import CountingConnection
from kiosk.card.virtual.store import CardContent
from tests.support.cards import PASSWORD, PIN, connect, issue

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING


def start(content: CardContent, extended: bool | None = None) -> tuple[CountingConnection, JpkiSession]:
    connection = CountingConnection(connect(content))
    return connection, JpkiSession.start(connection, extended)


@pytest.mark.parametrize(("extended", "most"), [(True, 2), (False, 7)])
def test_reading_the_authentication_certificate(extended: bool, most: int):
    content = issue(extended_length=extended)
    assert 1250 <= len(content.keys[AUTH].certificate) <= 1536
    connection, card = start(content)
    assert card.read_certificate(AUTH) == content.keys[AUTH].certificate
    assert connection.commands <= most


@pytest.mark.parametrize("extended", [True, False])
def test_signing_with_the_authentication_key(extended: bool):
    connection, card = start(issue(extended_length=extended))
    card.verify(AUTH, bytearray(PIN))
    card.sign(AUTH, b"data")
    assert connection.commands == 3


@pytest.mark.parametrize(("extended", "most"), [(True, 4), (False, 10)])
def test_signing_certificate_and_signature(extended: bool, most: int):
    content = issue(extended_length=extended)
    connection, card = start(content)
    card.verify(SIGN, bytearray(PASSWORD))
    assert card.read_certificate(SIGN) == content.keys[SIGN].certificate
    card.sign(SIGN, b"data")
    assert connection.commands <= most
    instructions = [header[1] for header in connection.headers]
    assert 0xA4 not in instructions[instructions.index(0x20) :]


def test_an_atr_that_says_nothing_is_probed_once():
    connection, card = start(issue(contactless=True, extended_length=False))
    card.read_certificate(AUTH)
    assert (connection.commands, card.extended) == (8, False)
    connection, card = start(issue(contactless=True, extended_length=False), card.extended)
    card.read_certificate(AUTH)
    assert connection.commands <= 7
    connection, card = start(issue(contactless=True))
    card.read_certificate(AUTH)
    assert (connection.commands, card.extended) == (2, True)


def test_bytes_are_counted_in_both_directions():
    connection, card = start(issue())
    card.tries_left(AUTH)
    assert (connection.commands, connection.sent, connection.received) == (2, 15 + 4, 2 + 2)
    connection.reset()
    assert (connection.commands, connection.sent, connection.received, connection.headers) == (0, 0, 0, [])
