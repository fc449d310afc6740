"""A database of the first schema, with people and applications in it, becomes one of today."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, RowMapping, inspect, text

from kiosk.card.virtual.store import CardContent
from reference_portal.database import migrate as scripts
from reference_portal.database.migrate import metadata, migrate
from tests.reference_portal.answers import file
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import signed
from tests.reference_portal.world import World


def back_to_first(world: World) -> None:
    config = Config()
    config.set_main_option("script_location", str(vars(scripts)["_SCRIPTS"]))
    config.set_main_option("path_separator", "os")
    with world.portal.database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        connection.commit()


def everything(world: World) -> dict[str, list[dict[str, str]]]:
    """Return every row of every table of the first schema, by column."""
    with world.portal.database.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {
            name: sorted(({key: str(value) for key, value in row.items()} for row in _rows(connection, name)), key=str)
            for name in names
            if not name.startswith("deferred")
        }


def _rows(connection: Connection, table: str) -> Sequence[RowMapping]:
    return connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()


def _without_new(
    rows: dict[str, list[dict[str, str]]], before: dict[str, list[dict[str, str]]]
) -> dict[str, list[dict[str, str]]]:
    """Return ``rows`` without the columns that are not in ``before``."""
    known = {name: set(found[0]) if found else set[str]() for name, found in before.items()}
    return {name: [{k: v for k, v in row.items() if k in known[name]} for row in found] for name, found in rows.items()}


def test_upgrade_from_the_first_schema(make_world: Callable[..., World], card: CardContent) -> None:
    world = make_world()
    world.publish()
    person = Person(world, card).arrive()
    number = file(person)
    back_to_first(world)
    with world.portal.database.engine.connect() as connection:
        assert not {"deferred", "deferred_file"} & set(inspect(connection).get_table_names())
    before = everything(world)
    migrate(world.portal.database)
    assert _without_new(everything(world), before) == before
    with world.portal.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []
    assert person.get("/applications").json()["items"][0]["reception_number"] == number
    assert signed(person).send().status_code == 201
