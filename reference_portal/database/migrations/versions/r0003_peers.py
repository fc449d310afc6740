"""who announced a sealed file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; files that are on their way already are of no peer, and run out within a day."""
    with op.batch_alter_table("deferred_file") as table:
        table.add_column(sa.Column("peer", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("deferred_file") as table:
        table.drop_column("peer")
