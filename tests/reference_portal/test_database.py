"""The schema, the audit chain, and what the databases promise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from reference_portal import audit
from reference_portal.data import reception_series
from reference_portal.database.engine import Database
from reference_portal.database.migrate import metadata, migrate
from reference_portal.database.office import AuditRow, MaintenanceRow
from reference_portal.ids import uuid7
from tests.reference_portal.people import Person
from tests.reference_portal.world import World


def test_migrations_make_what_the_code_expects(world: World) -> None:
    migrate(world.portal.database)  # a second time changes nothing
    with world.portal.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []


def test_sqlite_is_set_for_durability(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with database.engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        version = str(connection.scalar(text("SELECT sqlite_version()")))
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert tuple(int(part) for part in version.split(".")) >= (3, 51, 3)


def test_a_write_takes_the_lock_at_its_beginning(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    migrate(database)
    begun: list[str] = []
    from sqlalchemy import event

    event.listen(database.engine, "before_cursor_execute", lambda *args: begun.append(args[2]))
    with database.write() as db:
        db.execute(text("SELECT 1"))
    with database.read() as db:
        db.execute(text("SELECT 1"))
    database.close()
    assert [line for line in begun if line.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN DEFERRED"]


def test_a_moment_has_a_zone(world: World) -> None:
    naive = datetime(2026, 11, 22, 12, 0)
    with pytest.raises(StatementError), world.portal.database.write() as db:
        db.add(MaintenanceRow(id="x", starts=naive, ends=naive))


def test_moments_come_back_in_utc(world: World) -> None:
    moment = datetime(2026, 11, 22, 12, 0, 1, 234_567, tzinfo=UTC)
    with world.portal.database.write() as db:
        db.add(MaintenanceRow(id="x", starts=moment, ends=moment))
    with world.portal.database.read() as db:
        assert db.get_one(MaintenanceRow, "x").starts == moment


def test_the_audit_chain_shows_a_change(world: World, arrived: Person) -> None:
    with world.portal.database.write() as db:
        assert audit.broken_at(db) is None
        row = db.get_one(AuditRow, 2)
        row.entry = row.entry.replace("account", "accouns")
    with world.portal.database.read() as db:
        assert audit.broken_at(db) == 2


def test_the_audit_chain_shows_a_cut(world: World, arrived: Person) -> None:
    with world.portal.database.write() as db:
        last = max(row.seq for row in db.query(AuditRow))
        db.delete(db.get_one(AuditRow, last))
    with world.portal.database.read() as db:
        assert audit.broken_at(db) == 0


def test_the_audit_holds_nothing_personal(world: World, arrived: Person) -> None:
    arrived.login(password="Wrong-12345")
    with world.portal.database.read() as db:
        told = "".join(row.entry for row in db.query(AuditRow))
    for private in ("KAKUU", "MIHON", "example.com", "XX00000000XX", "1994-05-17", arrived.authentication_id):
        assert private not in told
    assert "account.activated" in told
    assert "login.failed" in told


def test_ids_follow_the_clock() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    ids = [uuid7(late), uuid7(early), uuid7(early)]
    assert len(set(ids)) == 3
    assert max(ids) == ids[0]
    assert all(item[14] == "7" and item[19] in "89ab" for item in ids)


@pytest.mark.parametrize(
    ("procedure", "address", "series"),
    [
        ("extension", "東京都千代田区", "東オンＥＮ26"),
        ("change", "大阪府大阪市", "大オンＣＮ26"),
        ("extension", "北海道札幌市", "札オンＥＮ26"),
        ("other", "住所不明", "東オンＥＮ26"),
    ],
)
def test_a_number_names_the_bureau(procedure: str, address: str, series: str) -> None:
    assert reception_series(procedure, address, 2026) == series
