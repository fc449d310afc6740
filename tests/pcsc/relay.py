"""A PC/SC service that can be stopped and started without touching the machine's: its socket, passed on.

Clients are sent here by ``PCSCLITE_CSOCK_NAME``, which pcsc-lite's library reads when it is first used.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

from tests.support.pcscd import SOCKET


class Relay:
    """Passes connections to ``path`` on to the real service while it is started."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._server: socket.socket | None = None
        self._open: list[socket.socket] = []

    def start(self) -> None:
        """Begin to listen, as a service that starts."""
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.path))
        self._server.listen()
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def stop(self) -> None:
        """Cut everything off and take the socket away, as a service that stops."""
        server, self._server = self._server, None
        self.path.unlink(missing_ok=True)
        for end in [server, *self._open]:
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._open.clear()

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = server.accept()[0]
                service = socket.socket(socket.AF_UNIX)
                service.connect(str(SOCKET))
                self._open += [client, service]
                for ends in ((client, service), (service, client)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
