"""A virtual card behind vpcd, the virtual reader of vsmartcard: the card is a TCP client of the reader's driver.

Protocol (vsmartcard ``vpcd.h``): each message is a length of two bytes and a body. A body of one byte controls: 00
power off, 01 power on, 02 reset, 04 asks for the ATR, which is the only one answered and also how presence is polled.
A longer body is a command. An open socket is a card on the reader; closing it takes the card away.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from kiosk.card.virtual.card import VirtualCard

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 35963

_POWER_OFF = 0x00
_POWER_ON = 0x01
_ATR = 0x04
_QUICK_ACKNOWLEDGE: int | None = getattr(socket, "TCP_QUICKACK", None)
_CONNECT_SECONDS = 5.0


class VpcdCard:
    """Puts one virtual card on a vpcd reader.

    Args:
        card: the card.
        host: where pcscd's vpcd driver listens.
        port: 35963 for the first slot, 35964 for the second.
    """

    def __init__(self, card: VirtualCard, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> None:
        self._card = card
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._gone = threading.Event()

    def insert(self) -> None:
        """Put the card on the reader.

        Raises:
            OSError: nothing listens there.
        """
        self.remove()
        connected = socket.create_connection(self._address, timeout=_CONNECT_SECONDS)
        connected.settimeout(None)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._gone.clear()
        self._socket = connected
        self._thread = threading.Thread(target=self._serve, args=(connected,), name="vpcd-card", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Take the card away, also in the middle of a command."""
        connected, self._socket = self._socket, None
        if connected is not None:
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
            connected.close()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the reader's side has gone away; return whether it has."""
        return self._gone.wait(seconds)

    def _serve(self, connected: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (body := _receive(connected)) is not None:
                answer = self._answer(body)
                if answer is not None:
                    connected.sendall(len(answer).to_bytes(2, "big") + answer)
        self._card.power_off()
        self._gone.set()

    def _answer(self, body: bytes) -> bytes | None:
        if len(body) > 1:
            return self._command(body)
        if body[0] == _ATR:
            return self._card.atr
        if body[0] in {_POWER_OFF, _POWER_ON}:
            self._card.power_off()
        # A reset (02) keeps a shown secret alive, as real cards were seen to do.
        return None

    def _command(self, body: bytes) -> bytes:
        answer = self._card.transmit(body)
        delay = self._card.content.quirks.delay(len(body) + len(answer))
        if delay:
            self._gone.wait(delay)
        return answer


def _receive(connected: socket.socket) -> bytes | None:
    head = _exactly(connected, 2)
    length = int.from_bytes(head or b"", "big")
    return _exactly(connected, length) if length else None


def _exactly(connected: socket.socket, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        if _QUICK_ACKNOWLEDGE is not None:
            # Debian's vpcd sends length and body apart without TCP_NODELAY: without an acknowledgement at once every
            # command costs 40 ms. The kernel forgets the wish, so it is renewed before each receive.
            connected.setsockopt(socket.IPPROTO_TCP, _QUICK_ACKNOWLEDGE, 1)
        part = connected.recv(count - len(found))
        if not part:
            return None
        found += part
    return bytes(found)
