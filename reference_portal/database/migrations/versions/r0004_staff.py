"""the organisation of staff, who have no card"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the organisation; who registered with a card has none."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("organisation", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column. SQLite would make the table anew for it, which what refers to the table does not allow."""
    op.execute("ALTER TABLE account DROP COLUMN organisation")
