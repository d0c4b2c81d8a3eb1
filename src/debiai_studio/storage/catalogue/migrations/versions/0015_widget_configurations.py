"""Saved settings of widgets."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, PrimaryKeyConstraint, String

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "widget_configurations",
        Column("id", String(40), nullable=False),
        Column("kind", String, nullable=False),
        Column("name", String, nullable=False),
        Column("description", String, nullable=False),
        Column("source", String, nullable=False),
        Column("project", String, nullable=False),
        Column("settings", JSON, nullable=False),
        Column("debiai", JSON(none_as_null=True)),
        Column("created_at", String(24), nullable=False),
        PrimaryKeyConstraint("id", name="pk_widget_configurations"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("widget_configurations")
