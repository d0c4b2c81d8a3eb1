"""Projects whose samples are a tree of blocks."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, ForeignKey, Integer, PrimaryKeyConstraint

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "block_structures",
        Column(
            "project_key",
            Integer,
            ForeignKey(
                "projects.key",
                name="fk_block_structures_project_key",
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        Column("levels", JSON, nullable=False),
        Column("expected", JSON),
        PrimaryKeyConstraint("project_key", name="pk_block_structures"),
    )


def downgrade() -> None:
    """Take it away; the samples stay."""
    op.drop_table("block_structures")
