"""Deliver queued mail over SMTP, again and again until the server takes it."""

from __future__ import annotations

import logging
import smtplib
import threading
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy import select, update

from kiosk.clock import Clock
from reference_portal.database.engine import Database
from reference_portal.database.office import MailRow

SENDER = "info@portal.example.com"

_log = logging.getLogger("reference_portal.mail")
_LEASE = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=1)
_POLL_SECONDS = 1.0
_BATCH = 20


class MailWorker:
    """A thread that delivers what is due. Several may run beside each other: a lease keeps a mail to one of them.

    Args:
        database: where the mails wait.
        server: host and port of the SMTP server.
        clock: tells the time.
    """

    def __init__(self, database: Database, server: tuple[str, int], clock: Clock) -> None:
        self._database = database
        self._server = server
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the mail at hand and end."""
        self._stopping.set()
        self._database.committed.set()
        self._thread.join()

    def deliver_due(self) -> int:
        """Deliver what is due now and return how many mails were taken by the server."""
        delivered = 0
        for mail_id, payload, attempts in self._claim():
            try:
                self._send(mail_id, payload)
            except (OSError, smtplib.SMTPException) as error:
                # The reason may quote an address, so only its kind is logged.
                _log.warning("mail not delivered, attempt %d: %s", attempts + 1, type(error).__name__)
                self._later(mail_id, attempts + 1)
            else:
                self._done(mail_id)
                delivered += 1
        return delivered

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._database.committed.clear()
            try:
                busy = self.deliver_due()
            except Exception as error:  # the thread must outlive a database that is away for a while
                _log.error("mail queue: %s", type(error).__name__)
                busy = 0
            if not busy:
                self._database.committed.wait(_POLL_SECONDS)

    def _claim(self) -> list[tuple[str, dict[str, Any], int]]:
        now = self._clock()
        due = (MailRow.delivered_at.is_(None)) & (MailRow.due_at <= now)
        with self._database.read() as db:
            if db.scalars(select(MailRow.id).where(due).limit(1)).first() is None:
                return []
        with self._database.write() as db:
            query = select(MailRow).where(due).order_by(MailRow.due_at, MailRow.id).limit(_BATCH)
            rows = db.scalars(query.with_for_update(skip_locked=True)).all()
            for row in rows:
                row.due_at = now + _LEASE
            return [(row.id, dict(row.payload), row.attempts) for row in rows]

    def _send(self, mail_id: str, payload: dict[str, Any]) -> None:
        message = EmailMessage()
        message["From"] = SENDER
        message["To"] = payload["to"]
        message["Subject"] = payload["subject"]
        message["Date"] = format_datetime(self._clock())
        # The same id at every attempt lets a mail server drop a double.
        message["Message-ID"] = f"<{mail_id}@portal.example.com>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(payload["text"], cte="base64")
        with smtplib.SMTP(*self._server, timeout=20) as connection:
            connection.send_message(message)

    def _done(self, mail_id: str) -> None:
        self._change(mail_id, payload={}, delivered_at=self._clock())

    def _later(self, mail_id: str, attempts: int) -> None:
        wait = min(timedelta(seconds=2 ** min(attempts, 12)), _LONGEST_WAIT)
        self._change(mail_id, attempts=attempts, due_at=self._clock() + wait)

    def _change(self, mail_id: str, **values: datetime | int | dict[str, Any]) -> None:
        with self._database.write() as db:
            db.execute(update(MailRow).where(MailRow.id == mail_id).values(**values))
