"""Exports: where they go, each delivery with its attempts, and what came back."""

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
    Table,
    UniqueConstraint,
    false,
    text,
)

from debiai_studio.storage.catalogue.tables.base import metadata
from debiai_studio.storage.catalogue.words import Words

# What a receiver is kept up to date with. ``confirmed`` is the frozen set that it has, and moves
# in the transaction that records a delivery as delivered; ``head_id`` is the one on its way.
streams = Table(
    "streams",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("project_key", ForeignKey("projects.key", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("annotation", Words, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("method_id", Words(40), nullable=False),
    Column("trigger", Words(200), nullable=False),  # hand, changes, or a cron expression
    Column("waits_for_columns", Boolean, nullable=False),
    Column("created_at", Words(24), nullable=False),
    Column("author", Words, nullable=False),
    Column("sequence", Integer, nullable=False),  # of the newest delivery
    Column("head_id", Words(40)),
    Column("confirmed", LargeBinary, nullable=False),
    Column("confirmed_digest", Words(70), nullable=False),
    Column("confirmed_sequence", Integer, nullable=False),
    Column("confirmed_at", Words(24)),
    Column("n_confirmed", BigInteger, nullable=False),
    Column("pause", Words(12)),  # person, delivery or digest
    Column("pause_reason", Words),
    # How many runs were asked for, and how many of them are done: what comes between is one run.
    Column("wishes", Integer, nullable=False),
    Column("served", Integer, nullable=False),
    Column("put_off", Words),  # why the last run could not be made, and the code of that error
    Column("put_off_code", Words(60)),
    Column("judged_at", Words(24)),
    Column("due_at", Words(24)),  # when the cron expression asks for the next run
    Index(None, "project_key"),
)

# Methods of every origin that a delivery ever went to; only those of the page are defined here.
export_methods = Table(
    "export_methods",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("name", Words, nullable=False),
    Column("type", Words(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("options", LargeBinary, nullable=False),  # JSON, secrets encrypted
    Column("origin", Words(20), nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("disabled_reason", Words),
    Column("created_at", Words(24), nullable=False),
    Column("last_used_at", Words(24)),
    Column("fail_count", Integer, nullable=False, server_default=text("0")),
    Column("open_until", Words(24)),
    Column("last_success_at", Words(24)),
    Column("last_failure_at", Words(24)),
    Column("last_failure", Words),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Words(40), primary_key=True),
    Column("kind", Words(16), nullable=False),
    Column("state", Words(12), nullable=False),
    Column("method_id", Words(40), nullable=False),
    Column("method_name", Words, nullable=False),
    Column("method_type", Words(40), nullable=False),
    Column("source", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("project_key", Integer),
    Column("name", Words, nullable=False),
    Column("annotation", Words, nullable=False),
    Column("accepted_at", Words(24), nullable=False),
    Column("renderer", Integer, nullable=False),
    Column("request", JSON, nullable=False),  # what the document is made from, without members
    Column("rule", JSON),
    Column("members", LargeBinary),  # frozen roaring bitmap of a selection export
    Column("n_samples", BigInteger),
    Column("bytes", BigInteger),
    Column("sha256", Words(64)),
    Column("set_digest", Words(70)),  # of the ids of a selection
    Column("held_digest", Words(70)),  # of what the receiver said it held
    Column("document", LargeBinary),  # when it is small; else the spool file
    Column("chunk_bytes", BigInteger),  # it is sent in chunks of this size
    Column("ids_until", Words(24)),  # until when its ids can be fetched at a signed address
    Column("attempts", Integer, nullable=False),
    # How many attempts there were when a person last asked for one: the schedule counts from it.
    Column("attempts_before", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Words(24)),
    Column("finished_at", Words(24)),
    Column("sent_bytes", BigInteger, nullable=False),
    Column("error", Words),
    Column("replay_of", Words(40)),
    Column("idempotency_key", Words, unique=True),
    Column("lease_owner", Words(80)),
    Column("lease_until", Words(24)),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("stream_id", Words(40)),
    Column("sequence", Integer),  # in the order of the stream
    Column("removed", LargeBinary),  # those that go; ``members`` are then those that come
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
    # Counted and shown in every page, whatever the number of those delivered.
    Index(
        "ix_deliveries_dead",
        "method_id",
        "finished_at",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(
        "ix_deliveries_cancelled",
        "accepted_at",
        sqlite_where=text("state = 'cancelled'"),
        postgresql_where=text("state = 'cancelled'"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", Words(24), nullable=False),
    Column("milliseconds", Integer),
    Column("outcome", Words(12), nullable=False),
    Column("status", Integer),
    Column("answer", Words),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("error", Words),
)

# What receivers gave back about samples; ``body`` is there until it is applied.
answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("via", Words(10), nullable=False),
    Column("received_at", Words(24), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Words(64), nullable=False),
    Column("body", LargeBinary),
    Column("state", Words(10), nullable=False),
    Column("applied_at", Words(24)),
    Column("model", Words),
    Column("columns", JSON, nullable=False),
    Column("n_rows", BigInteger, nullable=False),
    Column("n_applied", BigInteger, nullable=False),
    Column("n_unknown", BigInteger, nullable=False),
    Column("n_outside", BigInteger, nullable=False),
    Column("n_duplicate", BigInteger, nullable=False),
    Column("examples", JSON, nullable=False),
    Column("error", Words),
    Column("repeats", Integer, nullable=False),
    Column("repeated_at", Words(24)),
    UniqueConstraint("delivery_id", "sha256"),
    Index(
        "ix_answers_waiting",
        "number",
        sqlite_where=text("state = 'kept'"),
        postgresql_where=text("state = 'kept'"),
    ),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("at", Words(24), nullable=False),
    Column("action", Words(60), nullable=False),
    Column("subject", Words, nullable=False),
    Column("details", JSON, nullable=False),
)
