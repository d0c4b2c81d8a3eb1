"""Receivers give back values of samples."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "answers",
        Column("number", Integer, nullable=False, autoincrement=True),
        Column(
            "delivery_id",
            String(40),
            ForeignKey("deliveries.id", name="fk_answers_delivery_id", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("via", String(10), nullable=False),
        Column("received_at", String(24), nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("body", LargeBinary),
        Column("state", String(10), nullable=False),
        Column("applied_at", String(24)),
        Column("model", String),
        Column("columns", JSON, nullable=False),
        Column("n_rows", BigInteger, nullable=False),
        Column("n_applied", BigInteger, nullable=False),
        Column("n_unknown", BigInteger, nullable=False),
        Column("n_outside", BigInteger, nullable=False),
        Column("n_duplicate", BigInteger, nullable=False),
        Column("examples", JSON, nullable=False),
        Column("error", String),
        Column("repeats", Integer, nullable=False),
        Column("repeated_at", String(24)),
        PrimaryKeyConstraint("number", name="pk_answers"),
        UniqueConstraint("delivery_id", "sha256", name="uq_answers_delivery_id_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_answers_waiting",
        "answers",
        ["number"],
        sqlite_where=text("state = 'kept'"),
        postgresql_where=text("state = 'kept'"),
    )


def downgrade() -> None:
    """Take it away; what was applied stays with the samples."""
    op.drop_table("answers")
