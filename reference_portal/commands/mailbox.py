"""A mailbox for demonstrations and tests: real SMTP in, JSON out, nothing on the disk."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from typing import Any

from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from reference_portal.commands.serve import Listener, serve_app


class Mailbox:
    """Messages in the order in which they came; aiosmtpd's handler."""

    def __init__(self) -> None:
        self._messages: list[dict[str, str]] = []
        self._lock = threading.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a message."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        with self._lock:
            self._messages.append(
                {
                    "id": str(len(self._messages) + 1),
                    "from": str(envelope.mail_from),
                    "to": ", ".join(envelope.rcpt_tos),
                    "subject": str(message["Subject"] or ""),
                    "date": str(message["Date"] or ""),
                    "text": "" if body is None else str(body.get_content()),
                }
            )
        return "250 OK"

    def messages(self) -> list[dict[str, str]]:
        """Return every message, oldest first."""
        with self._lock:
            return list(self._messages)


def run(host: str, smtp_port: int, http_port: int) -> None:
    """Run a mailbox until SIGTERM; tells its ports on one JSON line."""
    box = Mailbox()
    smtp, http = Listener.open(host, smtp_port), Listener.open(host, http_port)

    async def messages(_request: Request) -> JSONResponse:
        return JSONResponse(box.messages(), headers={"Cache-Control": "no-store"})

    app = Starlette(routes=[Route("/messages", messages)])
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve_smtp(box, smtp, stop)), name="smtp", daemon=True)
    thread.start()
    try:
        serve_app(app, http, {"smtp": smtp.port, "http": http.origin})
    finally:
        stop.set()
        thread.join()


async def serve_smtp(box: Mailbox, listener: Listener, stop: threading.Event) -> None:
    """Take mail on ``listener`` until ``stop`` is set."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, hostname="mailbox.example.com", enable_SMTPUTF8=True, loop=loop), sock=listener.socket
    )
    try:
        await loop.run_in_executor(None, stop.wait)
    finally:
        server.close()
