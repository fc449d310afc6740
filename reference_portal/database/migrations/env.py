"""Alembic's entry: runs the migrations on the connection that ``migrate`` gives."""

from __future__ import annotations

from alembic import context

from reference_portal.database.migrate import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
