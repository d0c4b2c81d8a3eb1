"""Streams keep receivers up to date."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
)

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OF_A_DELIVERY = ("stream_id", "sequence", "removed")


def upgrade() -> None:
    """Add the tables, and to deliveries their place in a stream."""
    op.create_table(
        "streams",
        Column("id", String(40), nullable=False),
        Column(
            "project_key",
            Integer,
            ForeignKey("projects.key", name="fk_streams_project_key", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("name", String, nullable=False),
        Column("annotation", String, nullable=False),
        Column("rule", JSON, nullable=False),
        Column("method_id", String(40), nullable=False),
        Column("trigger", String(200), nullable=False),
        Column("waits_for_columns", Boolean, nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("author", String, nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("head_id", String(40)),
        Column("confirmed", LargeBinary, nullable=False),
        Column("confirmed_digest", String(70), nullable=False),
        Column("confirmed_sequence", Integer, nullable=False),
        Column("confirmed_at", String(24)),
        Column("n_confirmed", BigInteger, nullable=False),
        Column("pause", String(12)),
        Column("pause_reason", String),
        Column("wishes", Integer, nullable=False),
        Column("served", Integer, nullable=False),
        Column("put_off", String),
        Column("put_off_code", String(60)),
        Column("judged_at", String(24)),
        Column("due_at", String(24)),
        PrimaryKeyConstraint("id", name="pk_streams"),
    )
    op.create_index("ix_streams_project_key", "streams", ["project_key"])
    op.create_table(
        "column_gaps",
        Column(
            "project_key",
            Integer,
            ForeignKey("projects.key", name="fk_column_gaps_project_key", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("field", String(16), nullable=False),
        Column("samples", LargeBinary, nullable=False),
        PrimaryKeyConstraint("project_key", "field", name="pk_column_gaps"),
    )
    op.add_column("deliveries", Column("stream_id", String(40)))
    op.add_column("deliveries", Column("sequence", Integer))
    op.add_column("deliveries", Column("removed", LargeBinary))


def downgrade() -> None:
    """Take all of it away."""
    for name in OF_A_DELIVERY:
        op.drop_column("deliveries", name)
    op.drop_table("column_gaps")
    op.drop_table("streams")
