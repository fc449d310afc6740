from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.errors import PortalError
from kiosk.portal.client import PortalClient
from kiosk.portal.errors import PortalAway, PortalNotUnderstood, PortalTimeout, PortalUnreachable, PortalUntrusted
from kiosk.settings import PortalSettings
from tests.portal.keys import certificate_for, new_key
from tests.portal.sockets import Talk, read_request, server, unused_port
from tests.portal.support import Pauses, status

BODY = status().model_dump_json().encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def asked(port: int, timeout: float = 5.0, scheme: str = "http") -> PortalError:
    settings = PortalSettings(origin=f"{scheme}://127.0.0.1:{port}", timeout_seconds=timeout)
    with PortalClient(settings, "station-1", pause=Pauses()) as portal, pytest.raises(PortalError) as caught:
        portal.status()
    return caught.value


def saying(data: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(data)

    return talk


def test_nobody_listens() -> None:
    error = asked(unused_port())
    assert isinstance(error, PortalUnreachable)
    assert not error.sent


@pytest.mark.parametrize("data", [b"", HEAD, GOOD[:-1], b"HTTP/1.1 200 OK\r\nContent-"])
def test_an_answer_that_breaks_off(data: bytes) -> None:
    with server(saying(data)) as port:
        error = asked(port)
    assert isinstance(error, PortalAway)
    assert error.sent


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        HEAD + b"X-Filler: " + b"x" * 300_000 + b"\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        bytes(range(256)) * 10,
    ],
)
def test_an_answer_that_is_not_http(data: bytes) -> None:
    with server(saying(data)) as port:
        assert isinstance(asked(port), (PortalUnreachable, PortalNotUnderstood))


def test_silence_is_a_time_out() -> None:
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        done.wait()

    with server(talk) as port:
        error = asked(port, timeout=0.1)
        done.set()
    assert isinstance(error, PortalTimeout)
    assert error.sent


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", HEAD + b"Content-Length: 900000\r\n\r\n"])
def test_an_answer_that_drips_has_a_deadline(start: bytes) -> None:
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        while not done.wait(0.05):
            connection.sendall(b"x")

    with server(talk) as port:
        error = asked(port, timeout=0.2)
        done.set()
    assert isinstance(error, PortalTimeout)


def test_an_idle_connection_that_was_closed_is_no_failure() -> None:
    connections: list[int] = []

    def talk(connection: socket.socket) -> None:
        connections.append(1)
        if len(connections) == 1:
            read_request(connection)
            return
        read_request(connection)
        connection.sendall(GOOD)

    with server(talk) as port:
        settings = PortalSettings(origin=f"http://127.0.0.1:{port}", timeout_seconds=5.0)
        with PortalClient(settings, "station-1", pause=Pauses()) as portal:
            assert portal.status().state == "open"
    assert len(connections) == 2


def test_a_certificate_that_nobody_vouches_for_stops_everything(tmp_path: Path) -> None:
    key = new_key("ES256")
    certificate = x509.load_der_x509_certificate(certificate_for(key, key, "127.0.0.1", is_ca=False, signing=True))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        heard.append(read_request(connection))

    with server(talk, context) as port:
        error = asked(port, scheme="https")
    assert isinstance(error, PortalUntrusted)
    assert not error.sent
    assert not heard


def test_plain_text_where_tls_is_expected() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(GOOD)

    with server(talk) as port:
        assert isinstance(asked(port, scheme="https"), PortalUnreachable)


def test_nothing_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere")
    with server(saying(GOOD)) as port:
        settings = PortalSettings(origin=f"http://127.0.0.1:{port}", timeout_seconds=5.0)
        with PortalClient(settings, "station-1", pause=Pauses()) as portal:
            assert portal.status().state == "open"
