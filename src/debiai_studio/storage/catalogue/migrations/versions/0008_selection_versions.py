"""A selection has versions."""

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
    text,
)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_A_VERSION = ("created_at", "n_samples", "data_version", "rule", "members")


def upgrade() -> None:
    """Make what each selection is its first version."""
    op.create_table(
        "selection_versions",
        Column(
            "selection_key",
            Integer,
            ForeignKey(
                "selections.key",
                name="fk_selection_versions_selection_key",
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        Column("number", Integer, nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("author", String, nullable=False),
        Column("n_samples", BigInteger, nullable=False),
        Column("data_version", Integer, nullable=False),
        Column("rule", JSON, nullable=False),
        Column("members", LargeBinary, nullable=False),
        Column("set_digest", String(70)),
        PrimaryKeyConstraint("selection_key", "number", name="pk_selection_versions"),
    )
    op.execute(
        "INSERT INTO selection_versions "
        "(selection_key, number, author, created_at, n_samples, data_version, rule, members) "
        "SELECT key, 1, '', created_at, n_samples, data_version, rule, members FROM selections"
    )
    op.add_column(
        "selections", Column("last_version", Integer, nullable=False, server_default=text("1"))
    )
    # Not by making the table anew: on SQLite that deletes its rows, and the versions with them.
    for name in OF_A_VERSION:
        op.drop_column("selections", name)


def downgrade() -> None:
    """Keep the newest version of each."""
    for column in (
        Column("created_at", String(24), nullable=False, server_default=""),
        Column("n_samples", BigInteger, nullable=False, server_default=text("0")),
        Column("data_version", Integer, nullable=False, server_default=text("0")),
        Column("rule", JSON, nullable=False, server_default="{}"),
        Column("members", LargeBinary, nullable=False, server_default=""),
    ):
        op.add_column("selections", column)
    op.execute(
        "UPDATE selections SET (created_at, n_samples, data_version, rule, members) = "
        "(SELECT created_at, n_samples, data_version, rule, members FROM selection_versions "
        "WHERE selection_key = selections.key ORDER BY number DESC LIMIT 1)"
    )
    op.drop_column("selections", "last_version")
    op.drop_table("selection_versions")
