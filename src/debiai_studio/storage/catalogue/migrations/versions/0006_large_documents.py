"""A delivery keeps in which chunks it is sent, or until when its ids can be fetched."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; deliveries from before are sent whole."""
    op.add_column("deliveries", Column("chunk_bytes", BigInteger))
    op.add_column("deliveries", Column("ids_until", String(24)))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("ids_until")
        table.drop_column("chunk_bytes")
