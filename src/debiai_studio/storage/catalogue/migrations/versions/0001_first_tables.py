"""The first tables, as they were then; they are changed by further revisions only."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Table(
    "projects",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("project", String, nullable=False),
    Column("name", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("folder", String(64), nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("updated_at", String(24), nullable=False),
    Column("id_name", String, nullable=False),
    Column("id_type", String(16), nullable=False),
    Column("sample_columns", JSON, nullable=False),
    Column("result_columns", JSON, nullable=False),
    Column("models", JSON, nullable=False),
    Column("segments", JSON, nullable=False),
    Column("next_sample_no", BigInteger, nullable=False),
    Column("tombstones", LargeBinary, nullable=False),
    Column("n_deleted", BigInteger, nullable=False),
    Column("data_version", Integer, nullable=False),
    UniqueConstraint("source", "project"),
    sqlite_autoincrement=True,
)

Table(
    "folders_to_remove",
    metadata,
    Column("folder", String(64), primary_key=True),
    Column("reason", String, nullable=False),
    Column("project_key", Integer, nullable=False, unique=True),
    Column("id_type", String(16), nullable=False),
    Column("segments", JSON, nullable=False),
)

Table(
    "selections",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("n_samples", BigInteger, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("members", LargeBinary, nullable=False),
    UniqueConstraint("project_key", "id"),
)

Table(
    "layouts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String, nullable=False),
    Column("description", String, nullable=False),
    Column("source", String, nullable=False),
    Column("project", String, nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("updated_at", String(24), nullable=False),
)

Table(
    "states",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", String(24), nullable=False),
)

Table(
    "export_methods",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("origin", String(20), nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("disabled_reason", String),
    Column("created_at", String(24), nullable=False),
    Column("last_used_at", String(24)),
    Column("fail_count", Integer, nullable=False, server_default=text("0")),
    Column("open_until", String(24)),
)

Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("method_id", String(40), nullable=False),
    Column("method_name", String, nullable=False),
    Column("method_type", String(40), nullable=False),
    Column("source", String, nullable=False),
    Column("project", String, nullable=False),
    Column("project_key", Integer),
    Column("name", String, nullable=False),
    Column("annotation", String, nullable=False),
    Column("accepted_at", String(24), nullable=False),
    Column("renderer", Integer, nullable=False),
    Column("request", JSON, nullable=False),
    Column("rule", JSON),
    Column("members", LargeBinary),
    Column("n_samples", BigInteger),
    Column("bytes", BigInteger),
    Column("sha256", String(64)),
    Column("document", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("attempts_before", Integer, nullable=False, server_default=text("0")),
    Column("next_at", String(24)),
    Column("finished_at", String(24)),
    Column("sent_bytes", BigInteger, nullable=False),
    Column("error", String),
    Column("replay_of", String(40)),
    Column("idempotency_key", String, unique=True),
    Column("lease_owner", String(80)),
    Column("lease_until", String(24)),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Index(None, "accepted_at"),
    Index(
        "ix_deliveries_waiting",
        "method_id",
        "next_at",
        sqlite_where=text("state IN ('pending', 'retry')"),
        postgresql_where=text("state IN ('pending', 'retry')"),
    ),
    Index(
        "ix_deliveries_running",
        "lease_until",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
)

Table(
    "attempts",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", String(24), nullable=False),
    Column("milliseconds", Integer),
    Column("outcome", String(12), nullable=False),
    Column("status", Integer),
    Column("answer", String),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("error", String),
)

Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("at", String(24), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String, nullable=False),
    Column("details", JSON, nullable=False),
)


def upgrade() -> None:
    """Create them."""
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Remove them."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
