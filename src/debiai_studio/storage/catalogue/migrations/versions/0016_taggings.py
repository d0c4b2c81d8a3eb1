"""Values that people gave samples, with those that were there before."""

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
    UniqueConstraint,
)

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "taggings",
        Column("number", Integer, nullable=False),
        Column("id", String(40), nullable=False),
        Column(
            "project_key",
            Integer,
            ForeignKey("projects.key", name="fk_taggings_project_key", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("column", String, nullable=False),
        Column("value", JSON(none_as_null=True)),
        Column("rule", JSON, nullable=False),
        Column("at", String(24), nullable=False),
        Column("author", String, nullable=False),
        Column("samples", LargeBinary, nullable=False),
        Column("before", JSON, nullable=False),
        PrimaryKeyConstraint("number", name="pk_taggings"),
        UniqueConstraint("id", name="uq_taggings_id"),
    )
    op.create_index("ix_taggings_project_key", "taggings", ["project_key"])


def downgrade() -> None:
    """Take it away; the values stay in their columns."""
    op.drop_index("ix_taggings_project_key", "taggings")
    op.drop_table("taggings")
