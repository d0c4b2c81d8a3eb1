"""When each export method last succeeded and failed; dead deliveries are found by an index."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and indexes; what was delivered and what died before is read once."""
    op.add_column("export_methods", Column("last_success_at", String(24)))
    op.add_column("export_methods", Column("last_failure_at", String(24)))
    op.add_column("export_methods", Column("last_failure", String))
    op.execute(
        "UPDATE export_methods SET last_success_at = (SELECT max(finished_at) FROM deliveries "
        "WHERE deliveries.method_id = export_methods.id AND deliveries.state = 'delivered')"
    )
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["method_id", "finished_at"],
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    )
    op.create_index(
        "ix_deliveries_cancelled",
        "deliveries",
        ["accepted_at"],
        sqlite_where=text("state = 'cancelled'"),
        postgresql_where=text("state = 'cancelled'"),
    )
    op.execute(
        "UPDATE export_methods SET last_failure_at = (SELECT max(finished_at) FROM deliveries "
        "WHERE deliveries.method_id = export_methods.id AND deliveries.state = 'dead')"
    )
    op.execute(
        "UPDATE export_methods SET last_failure = (SELECT max(error) FROM deliveries "
        "WHERE deliveries.method_id = export_methods.id AND deliveries.state = 'dead' "
        "AND deliveries.finished_at = export_methods.last_failure_at)"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_deliveries_cancelled", "deliveries")
    op.drop_index("ix_deliveries_dead", "deliveries")
    with op.batch_alter_table("export_methods") as table:
        for name in ("last_failure", "last_failure_at", "last_success_at"):
            table.drop_column(name)
