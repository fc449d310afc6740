"""A portal that answers rubbish: nothing of it is believed, followed or shown, and the drafts open all the same."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from kiosk.screens.journeys.sign_in import sign_in
from tests.bad_input.parts import Desk
from tests.bad_input.person import give_entry, give_pin, lines, reads
from tests.portal.sockets import read_request, server

Make = Callable[..., Desk]
Answer = Callable[[int], tuple[bytes, bytes]]
"""From the port of another server to the head and the body."""


def html(_other: int) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", b"<html><script>1</script>sign in here</html>"


def huge(_other: int) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n", b'{"nonce": "' + b"A" * 5_000_000


def redirect(other: int) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:%d/v1/challenges\r\n" % other, b""


def bomb(_other: int) -> tuple[bytes, bytes]:
    head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    return head, gzip.compress(bytes(50_000_000))


def empty(_other: int) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 204 No Content\r\n", b""


def half(_other: int) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n", b'{"challenge_id": "'


NOT_UNDERSTOOD = "error.portal_not_understood"
ANSWERS: dict[str, tuple[Answer, str]] = {
    "HTML": (html, NOT_UNDERSTOOD),
    "a body without end": (huge, NOT_UNDERSTOOD),
    "a redirect to another host": (redirect, NOT_UNDERSTOOD),
    "a gzip bomb": (bomb, NOT_UNDERSTOOD),
    "nothing": (empty, NOT_UNDERSTOOD),
    "half an answer": (half, NOT_UNDERSTOOD),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_rubbish_is_not_understood_and_the_drafts_open(name: str, make_desk: Make) -> None:
    answer, key = ANSWERS[name]
    followed: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        followed.append(read_request(connection))

    with server(elsewhere) as other:

        def talk(connection: socket.socket) -> None:
            read_request(connection)
            head, body = answer(other)
            with suppress(OSError):  # the kiosk hangs up on what is too long
                connection.sendall(head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

        with server(talk) as port:
            desk = make_desk(origin=f"http://127.0.0.1:{port}")
            app = desk.app(sign_in)
            async with app.run_test() as pilot:
                await give_pin(pilot)
                await give_entry(pilot, "ABCD2345")
                await reads(pilot, key, f"{key}.next")
                await pilot.press("1")
                await app.finished()
    assert app.visit.owner is not None
    assert app.visit.account is None
    assert followed == []


HOSTILE = "\x1b]52;c;AAAA\x07\x1b[2J[red]x[/]\u202e" + "x" * 900_000


async def test_words_of_a_portal_steer_no_terminal(make_desk: Make) -> None:
    body = {"type": HOSTILE, "title": HOSTILE, "detail": HOSTILE, "status": 409, "code": "wrong-state"}

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        data = json.dumps(body).encode()
        head = b"HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
        with suppress(OSError):
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(data) + data)

    with server(talk) as port:
        body["title"] = HOSTILE[:2_000]
        body["type"] = body["detail"] = HOSTILE[:100_000]
        desk = make_desk(origin=f"http://127.0.0.1:{port}")
        app = desk.app(sign_in)
        async with app.run_test() as pilot:
            await give_pin(pilot)
            await give_entry(pilot, "ABCD2345")
            await reads(pilot, "error.wrong_state", "error.wrong_state.next")
            shown = "".join(lines(app))
            assert not {"\x1b", "\x07", "\u202e"} & set(shown)
            assert "[red]" not in shown
            assert len(shown) < 2_000
