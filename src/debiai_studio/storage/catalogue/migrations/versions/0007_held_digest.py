"""A delivery keeps the digest of the set that its receiver says it holds."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; receivers from before said nothing."""
    op.add_column("deliveries", Column("held_digest", String(70)))


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("held_digest")
