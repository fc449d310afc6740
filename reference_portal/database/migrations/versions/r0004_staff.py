"""staff of organisations, who have no card"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let an account be without a card, and name the organisation."""
    with op.batch_alter_table("account") as table:
        table.alter_column("authentication_certificate", existing_type=sa.String(length=64), nullable=True)
        table.add_column(sa.Column("organisation", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back, where nobody is without a card yet: the database refuses otherwise."""
    with op.batch_alter_table("account") as table:
        table.drop_column("organisation")
        table.alter_column("authentication_certificate", existing_type=sa.String(length=64), nullable=False)
