"""Experiments, and the algo-providers that were made in the page."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "experiments",
        Column("id", String(40), nullable=False),
        Column(
            "project_key",
            Integer,
            ForeignKey("projects.key", name="fk_experiments_project_key", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("title", String, nullable=False),
        Column("version", String),
        Column("request", JSON, nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("author", String, nullable=False),
        Column("state", String(12), nullable=False),
        Column("error", JSON),
        Column("finished_at", String(24)),
        Column("data_version", Integer),
        Column("model", String),
        Column("columns", JSON, nullable=False),
        Column("outputs", JSON, nullable=False),
        Column("covered", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_experiments"),
    )
    op.create_index("ix_experiments_project_key", "experiments", ["project_key"])
    op.create_table(
        "algo_providers",
        Column("name", String, nullable=False),
        Column("url", String, nullable=False),
        Column("created_at", String(24), nullable=False),
        PrimaryKeyConstraint("name", name="pk_algo_providers"),
    )


def downgrade() -> None:
    """Take them away; the columns that algorithms made stay."""
    op.drop_table("algo_providers")
    op.drop_index("ix_experiments_project_key", "experiments")
    op.drop_table("experiments")
