"""What people write beside a project, a selection or a widget."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, String

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "comments",
        Column("id", String(40), nullable=False),
        Column(
            "project_key",
            Integer,
            ForeignKey("projects.key", name="fk_comments_project_key", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("about", String(12), nullable=False),
        Column("subject", String, nullable=False),
        Column("title", String, nullable=False),
        Column("text", String, nullable=False),
        Column("author", String, nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("changed_at", String(24), nullable=False),
        PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_project_key", "comments", ["project_key"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_comments_project_key", "comments")
    op.drop_table("comments")
