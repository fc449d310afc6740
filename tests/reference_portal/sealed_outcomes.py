"""What a refusal of a sealed submission leaves behind: everything that is to be kept, and nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from reference_portal import audit
from reference_portal.database.deferred import DeferredFileRow, DeferredRow
from reference_portal.database.filing import ApplicationRow, AttachmentRow
from tests.reference_portal.sealed import Deferred
from tests.reference_portal.world import World, code


def mails(world: World) -> list[str]:
    """Return the mails that tell of a refusal."""
    return [mail["text"] for mail in world.mails() if "られなかった" in mail["subject"]]


def assert_nothing_kept(world: World) -> None:
    """No application, no upload, no file."""
    with world.portal.database.read() as db:
        for table in (ApplicationRow, AttachmentRow, DeferredFileRow):
            assert db.scalar(select(func.count()).select_from(table)) == 0
        assert audit.broken_at(db) is None
    folder = world.portal.config.attachments
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def assert_final(world: World, made: Deferred, envelope: dict[str, Any], answer: Any) -> None:
    """The refusal is remembered, told by mail once, and leaves nothing."""
    assert_nothing_kept(world)
    for again in (made.post(envelope), made.ask()):
        assert again.status_code == answer.status_code
        assert (again.json()["code"], again.json()["errors"]) == (answer.json()["code"], answer.json()["errors"])
    assert code(made.post(made.envelope())) == "key-reused"
    told = mails(world)
    assert len(told) == 1
    for private in ("KAKUU", "MIHON", "霞が関", "XX00000000XX", "example.com"):
        assert private not in told[0]


def assert_not_remembered(world: World, made: Deferred) -> None:
    """It could have been anybody's: no mail, no memory, and the real one is still taken."""
    assert mails(world) == []
    assert code(made.ask()) == "not-found"
    with world.portal.database.read() as db:
        assert db.scalar(select(func.count()).select_from(DeferredRow)) == 0
