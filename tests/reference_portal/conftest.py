"""The same tests on SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import create_engine, text

from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.store import CardContent
from reference_portal.config import PasswordCost, PortalConfig
from reference_portal.database.engine import Database
from reference_portal.database.migrate import migrate
from reference_portal.ids import uuid7
from reference_portal.portal import Portal
from reference_portal.web.app import create_app
from tests.reference_portal.people import Person
from tests.reference_portal.transport import InProcess, event_loop
from tests.reference_portal.world import HandClock, World
from tests.support.cards import holder
from tests.support.postgres import postgres_server

ORIGIN = "http://portal.example.com"
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def loop() -> Generator[BlockingPortal]:
    with event_loop() as found:
        yield found


@pytest.fixture(scope="session")
def authority() -> TestAuthority:
    return TestAuthority.create(datetime.now(UTC), generations=3)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portal.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Generator[tuple[str, str]]:
    with postgres_server() as server:
        name = f"template_{uuid7(datetime.now(UTC)).replace('-', '')}"
        _on_server(server, f"CREATE DATABASE {name}")
        database = Database(f"{server}/{name}")
        migrate(database)
        database.close()
        yield server, name
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server: str, statement: str) -> None:
    url = f"{server}/postgres".replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    if request.param == "sqlite":
        path = tmp_path / "portal.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with fresh_database(*request.getfixturevalue("postgres_template")) as url:
        yield url


@contextlib.contextmanager
def fresh_database(server: str, template: str) -> Generator[str]:
    """Give the URL of a new database with the current schema."""
    name = f"t_{uuid7(datetime.now(UTC)).replace('-', '')}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{server}/{name}"
    finally:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_world(
    database_url: str, tmp_path: Path, authority: TestAuthority, loop: BlockingPortal
) -> Generator[Callable[..., World]]:
    made: list[World] = []

    def make(peer: str = "127.0.0.1", **options: Any) -> World:
        settings: dict[str, Any] = {"password_cost": PasswordCost.fast(), **options}
        config = PortalConfig(
            origin=ORIGIN,
            trust=tmp_path / "trust",
            attachments=tmp_path / "attachments",
            keys=tmp_path / "keys",
            **settings,
        )
        clock = HandClock(datetime.now(UTC))
        portal = Portal.build(config, Database(database_url), clock)
        app = create_app(portal)
        client = httpx.Client(transport=InProcess(app, loop, peer), base_url=ORIGIN)
        world = World(portal, client, authority, clock, app)
        made.append(world)
        return world

    yield make
    for world in made:
        world.client.close()
        world.portal.database.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture(scope="session")
def card(authority: TestAuthority) -> CardContent:
    """A good card. It is everybody's: who revokes one, issues one first."""
    return authority.issue(holder(), datetime.now(UTC))


@pytest.fixture
def person(world: World, card: CardContent) -> Person:
    """Somebody with a card, not registered yet."""
    world.publish()
    return Person(world, card)


@pytest.fixture
def person_to_revoke(world: World, authority: TestAuthority) -> Person:
    """Somebody whose card is nobody else's."""
    made = Person(world, authority.issue(holder(), world.clock()))
    world.publish()
    return made


@pytest.fixture
def arrived(person: Person) -> Person:
    """Somebody who is registered and logged in."""
    return person.arrive()
