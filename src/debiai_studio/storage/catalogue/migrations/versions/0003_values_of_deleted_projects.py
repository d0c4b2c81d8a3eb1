"""The values of a deleted project stay readable while a table waits to be written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the description; projects deleted before have no values any more."""
    op.add_column("folders_to_remove", sa.Column("data_set", sa.JSON))


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("folders_to_remove") as table:
        table.drop_column("data_set")
