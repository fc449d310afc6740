"""Bring a database to the current schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

from reference_portal.database import deferred, filing, office
from reference_portal.database.engine import Database
from reference_portal.database.people import Base

_SCRIPTS = Path(__file__).resolve().parent / "migrations"


def metadata() -> MetaData:
    """Return the schema that the code expects, every table loaded."""
    assert filing.ApplicationRow.metadata is office.MailRow.metadata is deferred.DeferredRow.metadata
    return Base.metadata


def migrate(database: Database) -> None:
    """Apply every migration that ``database`` has not seen yet."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
