"""Mail goes out, again and again until it is taken, and is forgotten then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from typing import Any

import pytest
from sqlalchemy import select

from reference_portal.commands.mailbox import Mailbox, serve_smtp
from reference_portal.commands.serve import Listener
from reference_portal.database.office import MailRow
from reference_portal.mail.outbox import queue_mail
from reference_portal.mail.worker import MailWorker
from tests.reference_portal.world import World


@pytest.fixture
def mailbox() -> Generator[tuple[Mailbox, int]]:
    box, listener, stop = Mailbox(), Listener.open("127.0.0.1", 0), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve_smtp(box, listener, stop)))
    thread.start()
    yield box, listener.port
    stop.set()
    thread.join()


def rows(world: World) -> list[MailRow]:
    with world.portal.database.read() as db:
        return list(db.scalars(select(MailRow)))


def queue(world: World, *to: str) -> None:
    with world.portal.database.write() as db:
        queue_mail(db, world.clock(), "received", to, reception="東オンＥＮ26000123")


def test_a_mail_is_delivered_once_and_forgotten(world: World, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    queue(world, "a@example.com", "b@example.com", "a@example.com")
    worker = MailWorker(world.portal.database, ("127.0.0.1", port), world.clock)
    assert (worker.deliver_due(), worker.deliver_due()) == (2, 0)
    assert sorted(mail["to"] for mail in box.messages()) == ["a@example.com", "b@example.com"]
    mail = box.messages()[0]
    assert mail["subject"] == "【入管庁】申請受付番号のお知らせ"
    assert "東オンＥＮ26000123" in mail["text"]
    assert mail["text"].index("申請を受け付けました") < mail["text"].index("has been received")
    assert all(row.payload == {} and row.delivered_at is not None for row in rows(world))


def test_a_mail_waits_for_a_server_that_is_away(world: World, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    queue(world, "a@example.com")
    away = MailWorker(world.portal.database, ("127.0.0.1", 1), world.clock)
    assert away.deliver_due() == 0
    assert (rows(world)[0].attempts, rows(world)[0].delivered_at) == (1, None)
    back = MailWorker(world.portal.database, ("127.0.0.1", port), world.clock)
    assert back.deliver_due() == 0  # not due yet
    for _ in range(15):
        world.clock.forward(hours=2)
        assert away.deliver_due() == 0
    wait = rows(world)[0].due_at - world.clock()
    assert 3_500 < wait.total_seconds() <= 3_600
    world.clock.forward(hours=2)
    assert back.deliver_due() == 1
    assert len(box.messages()) == 1


def test_a_refused_mail_does_not_hold_up_the_others(world: World, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox

    async def refuse(_server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    box.handle_RCPT = refuse  # pyright: ignore[reportAttributeAccessIssue] - aiosmtpd asks whether there is one
    queue(world, "nobody@example.com", "b@example.com")
    worker = MailWorker(world.portal.database, ("127.0.0.1", port), world.clock)
    assert worker.deliver_due() == 1
    assert [mail["to"] for mail in box.messages()] == ["b@example.com"]
    assert sorted(row.attempts for row in rows(world)) == [0, 1]


def test_a_worker_that_died_lets_go_of_its_mail(
    world: World, mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port = mailbox
    queue(world, "a@example.com")

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    worker = MailWorker(world.portal.database, ("127.0.0.1", port), world.clock)
    with monkeypatch.context() as broken:
        broken.setattr(MailWorker, "_send", die)
        with pytest.raises(Killed):
            worker.deliver_due()
    assert worker.deliver_due() == 0
    world.clock.forward(minutes=3)
    assert worker.deliver_due() == 1
    assert len(box.messages()) == 1


def test_the_thread_delivers_what_is_committed(world: World, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    came = threading.Event()
    take = box.handle_DATA

    async def noticed(*args: Any) -> str:
        answer = await take(*args)
        came.set()
        return answer

    box.handle_DATA = noticed  # pyright: ignore[reportAttributeAccessIssue] - one instance, listened to
    worker = MailWorker(world.portal.database, ("127.0.0.1", port), world.clock)
    worker.start()
    queue(world, "a@example.com")
    assert came.wait(60)
    worker.stop()
    assert len(box.messages()) == 1
