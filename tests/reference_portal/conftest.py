"""The same tests on SQLite and PostgreSQL; on SQLite alone where a test is marked ``one_database``."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every test run on both databases; on SQLite alone where it is marked as one that knows no difference."""
    if "database_url" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("one_database") is not None
        metafunc.parametrize("database_url", ["sqlite"] if alone else BOTH, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """A new database; for who has arrived, one in which they are registered, with its portal's keys."""
    template = request.getfixturevalue(f"{request.param}_template")
    if "arrived" in request.fixturenames:
        registered: Registered = request.getfixturevalue(f"{request.param}_registered")
        shutil.copytree(registered.keys, tmp_path / "keys")
        template = registered.database
    if request.param == "sqlite":
        shutil.copy(template, tmp_path / "portal.sqlite")
        yield f"sqlite:///{tmp_path / 'portal.sqlite'}"
        return
    with fresh_database(*template) as url:
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


def open_world(
    url: str, folder: Path, authority: TestAuthority, loop: BlockingPortal, peer: str = "127.0.0.1", **options: Any
) -> World:
    """Open a portal on a database, with its files in ``folder``; ``close`` must follow."""
    settings: dict[str, Any] = {"password_cost": PasswordCost.fast(), **options}
    config = PortalConfig(
        origin=ORIGIN, trust=folder / "trust", attachments=folder / "attachments", keys=folder / "keys", **settings
    )
    clock = HandClock(datetime.now(UTC))
    portal = Portal.build(config, Database(url), clock)
    app = create_app(portal)
    client = httpx.Client(transport=InProcess(app, loop, peer), base_url=ORIGIN)
    return World(portal, client, authority, clock, app)


@dataclass(frozen=True)
class Registered:
    """What a portal holds of somebody who is registered, to begin with.

    Attributes:
        database: template for new ones: a file; of PostgreSQL, server and name.
        keys: folder of the portal's keys.
        authentication_id: theirs.
    """

    database: Any
    keys: Path
    authentication_id: str


def _register(world: World, card: CardContent) -> str:
    world.publish()
    person = Person(world, card)
    assert person.register().status_code == 202
    person.activate()
    world.close()
    return person.authentication_id


@pytest.fixture(scope="session")
def sqlite_registered(
    sqlite_template: Path, authority: TestAuthority, loop: BlockingPortal, card: CardContent,
    tmp_path_factory: pytest.TempPathFactory,
) -> Registered:  # fmt: skip
    folder = tmp_path_factory.mktemp("registered")
    path = shutil.copy(sqlite_template, folder / "portal.sqlite")
    return Registered(path, folder / "keys", _register(open_world(f"sqlite:///{path}", folder, authority, loop), card))


@pytest.fixture(scope="session")
def postgres_registered(
    postgres_template: tuple[str, str], authority: TestAuthority, loop: BlockingPortal, card: CardContent,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Registered]:  # fmt: skip
    folder = tmp_path_factory.mktemp("registered")
    with fresh_database(*postgres_template) as url:
        authentication_id = _register(open_world(url, folder, authority, loop), card)
        yield Registered((postgres_template[0], url.rpartition("/")[2]), folder / "keys", authentication_id)


@pytest.fixture
def make_world(
    database_url: str, tmp_path: Path, authority: TestAuthority, loop: BlockingPortal
) -> Generator[Callable[..., World]]:
    made: list[World] = []

    def make(peer: str = "127.0.0.1", **options: Any) -> World:
        made.append(open_world(database_url, tmp_path, authority, loop, peer, **options))
        return made[-1]

    yield make
    for world in made:
        world.close()


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
def arrived(request: pytest.FixtureRequest, database_url: str, person: Person) -> Person:
    """Somebody who is registered (before this test) and logged in."""
    registered: Registered = request.getfixturevalue(
        f"{'sqlite' if database_url.startswith('sqlite') else 'postgres'}_registered"
    )
    person.authentication_id = registered.authentication_id
    assert person.login().status_code == 201
    return person
