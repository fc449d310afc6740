"""A database of the first schema, with people and applications in it, becomes one of today."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

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


def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the first schema."""
    with world.portal.database.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {
            name: sorted(tuple(map(str, row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
            for name in names
            if not name.startswith("deferred")
        }


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
    assert everything(world) == before
    with world.portal.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []
    assert person.get("/applications").json()["items"][0]["reception_number"] == number
    assert signed(person).send().status_code == 201
