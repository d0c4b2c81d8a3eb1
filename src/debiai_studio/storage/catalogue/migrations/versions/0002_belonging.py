"""The catalogue says which data folder it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "belonging",
        sa.Column("id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("belonging")
