"""The tables of the catalogue: the moment of truth. Everything else can be rebuilt or checked."""

from __future__ import annotations

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
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Text moments are UTC, ISO 8601, milliseconds, "Z": they sort as they read.
projects = Table(
    "projects",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("project", String(400), nullable=False),
    Column("name", String(400), nullable=False),
    Column("origin", Text, nullable=False),
    Column("folder", String(64), nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("updated_at", String(24), nullable=False),
    Column("id_name", Text, nullable=False),
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

# Folders of deleted projects until nothing needs them any more; their ids stay readable.
folders_to_remove = Table(
    "folders_to_remove",
    metadata,
    Column("folder", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("project_key", Integer, nullable=False, unique=True),
    Column("id_type", String(16), nullable=False),
    Column("segments", JSON, nullable=False),
)

selections = Table(
    "selections",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("n_samples", BigInteger, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("members", LargeBinary, nullable=False),
    UniqueConstraint("project_key", "id"),
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("project", String(400), nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("updated_at", String(24), nullable=False),
)

# Analysis states too long for an address; content-addressed, so a link never changes.
states = Table(
    "states",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", String(24), nullable=False),
)

# Methods of every origin that a delivery ever went to; only those of the page are defined here.
export_methods = Table(
    "export_methods",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", String(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("options", LargeBinary, nullable=False),  # JSON, secrets encrypted
    Column("origin", String(20), nullable=False),
    Column("removed", Boolean, nullable=False, server_default=text("0")),
    Column("disabled_reason", Text),
    Column("created_at", String(24), nullable=False),
    Column("last_used_at", String(24)),
    Column("fail_count", Integer, nullable=False, server_default=text("0")),
    Column("open_until", String(24)),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("method_id", String(40), nullable=False),
    Column("method_name", Text, nullable=False),
    Column("method_type", String(40), nullable=False),
    Column("source", String(200), nullable=False),
    Column("project", String(400), nullable=False),
    Column("project_key", Integer),
    Column("name", Text, nullable=False),
    Column("annotation", Text, nullable=False),
    Column("accepted_at", String(24), nullable=False),
    Column("renderer", Integer, nullable=False),
    Column("request", JSON, nullable=False),  # what the document is made from, without members
    Column("rule", JSON),
    Column("members", LargeBinary),  # frozen roaring bitmap of a selection export
    Column("n_samples", BigInteger),
    Column("bytes", BigInteger),
    Column("sha256", String(64)),
    Column("document", LargeBinary),  # when it is small; else the spool file
    Column("attempts", Integer, nullable=False),
    # How many attempts there were when a person last asked for one: the schedule counts from it.
    Column("attempts_before", Integer, nullable=False, server_default=text("0")),
    Column("next_at", String(24)),
    Column("finished_at", String(24)),
    Column("sent_bytes", BigInteger, nullable=False),
    Column("error", Text),
    Column("replay_of", String(40)),
    Column("idempotency_key", String(200), unique=True),
    Column("lease_owner", String(80)),
    Column("lease_until", String(24)),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("0")),
    Index(None, "accepted_at"),
    # A dead method's backlog must not slow down finding what is due for the others.
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

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", String(24), nullable=False),
    Column("milliseconds", Integer),
    Column("outcome", String(12), nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("error", Text),
)

audit = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("at", String(24), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
)
