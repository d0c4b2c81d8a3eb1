"""A delivery keeps the digest of the set of ids that it carries."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; deliveries from before have none."""
    op.add_column("deliveries", Column("set_digest", String(70)))


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("set_digest")
