from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import PortalError, SettingsError
from kiosk.portal.contract import MAX_BODY_BYTES
from kiosk.portal.errors import PortalFault, PortalNotUnderstood, PortalUnreachable, Stale
from kiosk.portal.wire import checked_origin
from tests.portal.support import answer, client, problem, status


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://portal.example.com", "https://portal.example.com"),
        ("https://Portal.Example.COM:443/", "https://portal.example.com"),
        ("https://portal.example.com:8443", "https://portal.example.com:8443"),
        ("http://127.0.0.1:8471", "http://127.0.0.1:8471"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8471", "http://[::1]:8471"),
    ],
)
def test_an_origin_has_one_form(text: str, origin: str) -> None:
    assert checked_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "portal.example.com",
        "http://portal.example.com",
        "http://192.0.2.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "https://portal.example.com/v1",
        "https://user:secret@portal.example.com",
        "https://portal.example.com?x=1",
        "https://portal.example.com:99999",
        "https://portal.example.com:0x50",
        "https://[::1",
        "https://ポータル.example.com",
        "file:///etc/passwd",
        "https://",
    ],
)
def test_what_is_no_origin_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        checked_origin(text)
    assert "secret" not in str(caught.value)


@given(st.text(max_size=40))
def test_no_text_crashes_the_origin(text: str) -> None:
    for prefix in ("", "http://", "https://"):
        try:
            assert checked_origin(prefix + text)
        except SettingsError:
            continue


def hostile(response: httpx.Response) -> PortalError:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return response

    with client(handler) as portal, pytest.raises(PortalError) as caught:
        portal.status()
    assert set(seen) == {"portal.example.com"}
    return caught.value


def test_html_with_200_is_not_understood() -> None:
    error = hostile(httpx.Response(200, html="<h1>Please log in to the Wi-Fi</h1>"))
    assert isinstance(error, PortalNotUnderstood)
    assert error.params == {"reason": "media-type"}


def test_a_body_that_never_ends_is_read_to_the_cap_and_no_further() -> None:
    read = itertools.count()

    def body() -> Iterator[bytes]:
        for _ in range(3_000_000):
            next(read)
            yield b"x" * 1_000

    error = hostile(httpx.Response(200, content=body(), headers={"Content-Type": "application/json"}))
    assert error.params == {"reason": "length"}
    assert next(read) <= MAX_BODY_BYTES // 1_000 + 2


def test_an_endless_problem_is_read_to_the_cap_too() -> None:
    body = iter(b"x" * 100_000 for _ in range(100_000))
    error = hostile(httpx.Response(409, content=body, headers={"Content-Type": "application/problem+json"}))
    assert error.params == {"reason": "length"}
    assert next(body)


def test_a_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    unread = iter((bomb,))
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert hostile(httpx.Response(200, content=unread, headers=headers)).params == {"reason": "encoding"}
    assert next(unread) is bomb


def test_no_compression_is_asked_for() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return answer(status())

    with client(handler) as portal:
        portal.status()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["https://evil.example.net/v1/status", "/v1/other", "file:///etc/passwd"])
def test_no_redirect_is_followed(code: int, target: str) -> None:
    assert hostile(httpx.Response(code, headers={"Location": target})).params == {"status": code}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"state":"open","now":"2026-11-22T03:00:00Z","terms_version":"1","extra":1}',
        b'{"state":"closed","now":"2026-11-22T03:00:00Z","terms_version":"1"}',
        b'{"state":"open","now":"soon","terms_version":"1"}',
        b"\xff\xfe",
    ],
)
def test_another_schema_is_not_understood(body: bytes) -> None:
    error = hostile(httpx.Response(200, content=body, headers={"Content-Type": "application/json"}))
    assert error.params == {"reason": "schema"}
    assert error.__cause__ is None


@given(st.binary(max_size=200), st.sampled_from([200, 204, 299, 304, 400, 404, 418, 500, 503, 599]), st.booleans())
def test_no_answer_crashes_it(body: bytes, code: int, is_problem: bool) -> None:
    media = "application/problem+json" if is_problem else "application/json"
    assert hostile(httpx.Response(code, content=body, headers={"Content-Type": media}))


def test_problems_come_through() -> None:
    assert isinstance(hostile(problem("stale", 412)), Stale)
    assert isinstance(hostile(problem("internal", 500)), PortalFault)
    assert isinstance(hostile(httpx.Response(503, html="<h1>Bad gateway</h1>")), PortalUnreachable)
