"""Data providers of the page, and what was fetched from data providers."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
)

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "data_providers",
        Column("name", String(50), nullable=False),
        Column("url", String, nullable=False),
        Column("created_at", String(24), nullable=False),
        PrimaryKeyConstraint("name", name="pk_data_providers"),
    )
    op.create_table(
        "fetched_projects",
        Column(
            "project_key",
            Integer,
            ForeignKey(
                "projects.key",
                name="fk_fetched_projects_project_key",
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        Column("remote_id", String, nullable=False),
        Column("updated", String),
        Column("fetched_at", String(24), nullable=False),
        Column("checked_at", String(24), nullable=False),
        Column("n_listed", BigInteger, nullable=False),
        Column("columns", JSON, nullable=False),
        Column("n_missing", BigInteger, nullable=False),
        Column("missing", JSON, nullable=False),
        Column("notes", JSON, nullable=False),
        PrimaryKeyConstraint("project_key", name="pk_fetched_projects"),
    )


def downgrade() -> None:
    """Take them away; the projects stay."""
    op.drop_table("fetched_projects")
    op.drop_table("data_providers")
